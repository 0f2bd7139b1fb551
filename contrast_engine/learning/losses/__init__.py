"""Losses: one file each, one source each, each held against a slow reference in its test."""
