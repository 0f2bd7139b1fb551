"""Steps about one image: what is measured inside it."""
