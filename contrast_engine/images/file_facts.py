"""The facts and the thumbnail that a collection holds of a file; and what a browser may see."""

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from contrast_engine.images import formats
from contrast_engine.images.colour import encode_srgb
from contrast_engine.images.decoding import decode
from contrast_engine.images.linear import ANALYSIS_SIZE, LinearImage
from contrast_engine.images.raster import HowRead, Raster
from contrast_engine.images.reader_version import reader_of
from contrast_engine.images.reading import content_id, file_bytes, linear_image, linear_light
from contrast_engine.images.reading_options import USUAL, ReadingOptions
from contrast_engine.vectors import ImageId

_HEAD = 70_000
"""A segment of EXIF has at most 64 kB and stands first."""

THUMBNAIL_SIZE = 256
"""Longest side of a thumbnail in pixels; smaller images keep their size."""


@dataclass(frozen=True)
class ImageFacts:
    """What is known about a readable file without measuring it.

    Args:
        id: Its content hash.
        width, height: Size in pixels, upright.
        bytes: Size of the file.
        format: What the content is, by Pillow's name, whatever the file is called.
        notes: What reading it decides, in words.
        how: How its numbers were read: depth, layout, profile, transfer, white.
        reader: Whether that is as ever, and on which options it rests: `images.reader_version`.
    """

    id: ImageId
    width: int
    height: int
    bytes: int
    format: str
    notes: tuple[str, ...]
    how: HowRead
    reader: str


@dataclass(frozen=True, eq=False)
class Examined:
    """A file that was read and decoded once, and what comes of it.

    Args:
        facts: What is known about it.
        raster: Its code values, at least 512 pixels long where the file has as many.
    """

    facts: ImageFacts
    raster: Raster

    def thumbnail(self) -> bytes:
        """A thumbnail as WebP, at most 256 pixels long."""
        thumbnail = io.BytesIO()
        _picture(self.raster, THUMBNAIL_SIZE).save(thumbnail, "WEBP", quality=82, method=2)
        return thumbnail.getvalue()

    def image(self) -> LinearImage:
        """What `read_image` gives for the file."""
        return linear_image(self.raster, ANALYSIS_SIZE)


def examine(
    source: str | Path | bytes, options: ReadingOptions = USUAL, *, name: str = "the image"
) -> Examined:
    """A file read and decoded once, for its facts, its thumbnail and its features.

    Every byte of image data is decoded, so a file that passes can be measured.

    Args:
        source: A path, or the bytes of a file.
        options: What was chosen about files that leave something open.
        name: What messages call the bytes of a file; a path has its own name.

    Raises:
        ImageError: It cannot be read; the message names the file and says why.
    """
    data, name = (source, name) if isinstance(source, bytes) else file_bytes(source)
    raster = decode(data, name, ANALYSIS_SIZE, options)
    width, height = raster.upright_size
    facts = ImageFacts(
        content_id(data), width, height, len(data), raster.format, raster.notes, raster.how,
        reader_of(raster, options),
    )  # fmt: skip
    return Examined(facts, raster)


def preview(path: str | Path, size: int = 1600, options: ReadingOptions = USUAL) -> bytes:
    """An image encoded afresh as an upright sRGB JPEG for the browser.

    The bytes of the file itself are never passed on: they may carry places, names or worse.

    Raises:
        ImageError: It cannot be read; the message names the file and says why.
    """
    data, name = file_bytes(path)
    jpeg = io.BytesIO()
    picture = _picture(decode(data, name, size, options), size)
    picture.save(jpeg, "JPEG", quality=92, subsampling=0)
    return jpeg.getvalue()


def says_adobe_rgb(path: str | Path) -> bool:
    """True if the head of a file says, as cameras do in EXIF, that its colours are Adobe RGB."""
    try:
        with Path(path).open("rb") as file:
            head = file.read(_HEAD)
    except (OSError, ValueError):
        return False
    return b"Exif\0" in head and b"R03\0" in head


def looks_like_image(path: str | Path) -> bool:
    """True if a file is an image by its first bytes, whatever it is called."""
    path = Path(path)
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return formats.family(file.read(formats.HEAD)) is not None
    except OSError:
        return False


def _picture(raster: Raster, size: int) -> Image.Image:
    coded = encode_srgb(linear_light(raster, size))
    return Image.fromarray(np.round(coded * 255).astype(np.uint8))
