"""What a collection keeps of a file: its facts and a thumbnail; and what a browser may see."""

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from contrast_engine.images import colour, formats
from contrast_engine.images.decoding import Raster, decode
from contrast_engine.images.reading import content_id, file_bytes
from contrast_engine.vectors import ImageId

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
    """

    id: ImageId
    width: int
    height: int
    bytes: int
    format: str
    notes: tuple[str, ...]


def examine(path: str | Path) -> tuple[ImageFacts, bytes]:
    """Read a file once: its facts and its thumbnail as WebP, at most 256 pixels long.

    Every byte of image data is decoded, so a file that passes can be measured.

    Raises:
        ImageError: It cannot be read; the message names the file and says why.
    """
    data, name = file_bytes(path)
    raster = decode(data, name, 2 * THUMBNAIL_SIZE)
    width, height = raster.upright_size
    facts = ImageFacts(content_id(data), width, height, len(data), raster.format, raster.notes)
    thumbnail = io.BytesIO()
    _picture(raster, THUMBNAIL_SIZE).save(thumbnail, "WEBP", quality=82, method=2)
    return facts, thumbnail.getvalue()


def preview(path: str | Path, size: int = 1600) -> bytes:
    """Encode an image afresh as an upright sRGB JPEG for the browser.

    The bytes of the file itself are never passed on: they may carry places, names or worse.

    Raises:
        ImageError: It cannot be read; the message names the file and says why.
    """
    data, name = file_bytes(path)
    jpeg = io.BytesIO()
    picture = _picture(decode(data, name, size), size)
    picture.save(jpeg, "JPEG", quality=92, subsampling=0)
    return jpeg.getvalue()


def looks_like_image(path: str | Path) -> bool:
    """Tell by its first bytes whether a file is an image, whatever it is called."""
    path = Path(path)
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return formats.family(file.read(32)) is not None
    except OSError:
        return False


def _picture(raster: Raster, size: int) -> Image.Image:
    codes = _eight_bit(raster)
    image = Image.fromarray(np.ascontiguousarray(raster.upright(codes)))
    factor = size / max(image.size)
    if factor < 1:
        target = tuple(max(1, round(side * factor)) for side in image.size)
        image = image.resize((target[0], target[1]), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return image


def _eight_bit(raster: Raster) -> npt.NDArray[np.uint8]:
    """Bring codes to (h, w, 3) 8-bit sRGB, transparency over the mid-grey of `read_image`."""
    codes = raster.codes
    if codes.dtype == np.uint16:
        codes = ((codes.astype(np.uint32) + 128) // 257).astype(np.uint8)
    if codes.shape[2] == 4:
        table = colour.LINEAR_OF_8_BIT
        alpha = codes[..., 3:].astype(np.float32) / 255
        light = table[codes[..., :3]] * alpha + np.float32(colour.MID_GREY) * (1 - alpha)
        codes = np.round(colour.encode_srgb(light) * 255).astype(np.uint8)
    if codes.shape[2] == 1:
        codes = np.repeat(codes, 3, axis=2)
    return codes.astype(np.uint8, copy=False)
