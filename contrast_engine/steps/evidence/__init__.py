"""Validation without ground truth, gathered into one report."""
