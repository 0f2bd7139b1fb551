"""A model over HTTP: pictures in, predictions out.

Made of FastAPI and loaded by `contrast serve` only; the extra `serve` brings what it needs.
"""
