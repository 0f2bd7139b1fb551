"""What annotators said: consensus, agreement, what to ask next, rankings from pairs."""
