"""Many images through a model: what is to be scored, the table of answers, and the log."""
