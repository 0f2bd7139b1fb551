"""HEIC and AVIF files."""

from contrast_engine.images.raster import Raster, Source
from contrast_engine.images.readers import pillow_images


def read(source: Source) -> Raster:
    """The main picture of a file."""
    return pillow_images.read(source)
