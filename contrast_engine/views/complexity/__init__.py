"""What the laboratory of complexity shows."""
