"""What the page Evidence and the command show of a report: answers in words, intervals drawn."""
