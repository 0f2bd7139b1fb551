"""What pages show of encoders: training runs, previews, audits."""
