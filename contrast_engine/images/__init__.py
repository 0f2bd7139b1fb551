"""Files to pixels: the one door through which every image enters, measured or predicted."""

from contrast_engine.images.file_facts import (
    Examined,
    ImageFacts,
    examine,
    looks_like_image,
    preview,
)
from contrast_engine.images.formats import IMAGE_SUFFIXES
from contrast_engine.images.full_size import full_size
from contrast_engine.images.in_memory import ImageArray
from contrast_engine.images.linear import ANALYSIS_SIZE, FLAT, LinearImage
from contrast_engine.images.reading import content_id, read_image
from contrast_engine.images.reading_options import MAX_PIXELS, ReadingOptions

__all__ = [
    "ANALYSIS_SIZE",
    "FLAT",
    "IMAGE_SUFFIXES",
    "MAX_PIXELS",
    "Examined",
    "ImageArray",
    "ImageFacts",
    "LinearImage",
    "ReadingOptions",
    "content_id",
    "examine",
    "full_size",
    "looks_like_image",
    "preview",
    "read_image",
]
