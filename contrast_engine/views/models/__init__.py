"""What pages show of models: the card, the confusion matrix, calibration."""
