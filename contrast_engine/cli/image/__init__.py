"""Commands about one image: what-if."""
