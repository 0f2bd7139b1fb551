"""From labels to a model: choose a classifier, train it, or keep one up to date live."""
