"""Commands about maps, clusters, axes, similar images and outliers."""
