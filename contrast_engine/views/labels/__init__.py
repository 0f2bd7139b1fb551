"""What pages show of labelling: queues, pairs, agreement."""
