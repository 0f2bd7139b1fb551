"""One reader for each family of files: each gives back a `Raster`, or says why it cannot."""
