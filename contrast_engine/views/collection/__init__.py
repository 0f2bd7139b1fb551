"""What pages show of a collection: progress, features, galleries, selections."""
