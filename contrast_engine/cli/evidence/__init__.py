"""Commands that test what is claimed: validate, ladders, human-scores."""
