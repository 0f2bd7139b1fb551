"""The shape of a collection: spaces, maps, clusterings, similar images."""
