"""Commands about the complexity of images."""
