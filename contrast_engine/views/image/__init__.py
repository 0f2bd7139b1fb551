"""What pages show of one image: its analysis and its changes."""
