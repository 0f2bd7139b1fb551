"""Whether new images are like those that a model learnt from."""
