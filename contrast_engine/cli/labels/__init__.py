"""Commands about labels, pairwise comparisons and the agreement of annotators."""
