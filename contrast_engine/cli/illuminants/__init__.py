"""Commands of the laboratory of illuminants."""
