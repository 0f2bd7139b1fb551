"""Complexity: measured, scored without and with people, judged."""
