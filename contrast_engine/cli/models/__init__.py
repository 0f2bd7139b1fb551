"""Commands that learn from labels and predict."""
