"""What pages show of maps, clusterings, axes and outliers."""
