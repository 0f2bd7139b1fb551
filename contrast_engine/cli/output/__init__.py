"""Commands that hand results out: export, selection."""
