"""Ways to an answer that cost less, measured against the full one when a model file is written."""
