"""What pages show of what can be exported."""
