"""The one door from a file to linear light at analysis size."""

import os
import stat
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from contrast_engine.arrays import Floats32, Real
from contrast_engine.errors import ImageError, OptionError
from contrast_engine.images.decoding import decode, digest
from contrast_engine.images.downscale import shrunk
from contrast_engine.images.in_memory import ImageArray, array_raster, picture_raster, stated
from contrast_engine.images.linear import ANALYSIS_SIZE, LinearImage
from contrast_engine.images.raster import Raster
from contrast_engine.images.reading_options import USUAL, ReadingOptions
from contrast_engine.vectors import ImageId

MAX_BYTES = 700_000_000
"""Larger files are refused before they are read."""


def content_id(data: bytes) -> ImageId:
    """Name an image by its bytes: the same picture file has the same id everywhere."""
    return ImageId(digest(data))


Readable = str | Path | bytes | Image.Image | ImageArray | npt.NDArray[Any]
"""What `read_image` takes: a file, the bytes of one, a picture of Pillow's, or an array."""


def read_image(
    source: Readable,
    size: int = ANALYSIS_SIZE,
    *,
    space: str | None = None,
    is_exact: bool = False,
    name: str = "the image",
    options: ReadingOptions = USUAL,
) -> LinearImage:
    """An image in linear light, at most `size` pixels on its longer side.

    Turned upright, converted to sRGB primaries, transparency over mid-grey, first frame of an
    animation, averaged by area in linear light, never enlarged. Pictures of a few pixels are read
    too: features say what they give for them.

    Deviates: the area is that of one pixel of the result less the area a pixel of the file has
    averaged already, so that files of one scene in other sizes give the same profile.

    Args:
        source: A path, the bytes of a file, a picture of Pillow's, or an array of pixels: grey,
            RGB or RGBA, (h, w) or (h, w, channels), uint8, uint16 or floating-point 0..1.
        size: Longest side to measure at. Never compare features measured at different sizes.
        space: What the numbers of an array mean: "srgb" for codes as in most files, "linear" for
            light, "display-p3" or "adobe-rgb"; see `ImageArray`. Files say it themselves.
        is_exact: Decode JPEGs in full instead of at a half, quarter or eighth of their size, and
            measure in float64 instead of float32 (slower; see the agreement tests).
        name: What messages call the bytes of a file; a path has its own name.
        options: What was chosen about files that leave something open.

    Raises:
        ImageError: It cannot be read; the message names the file and says why.
        OptionError: The size is not at least 1, an array does not say its space, or something
            other than an array does.
    """
    if size < 1:
        raise OptionError(f"size must be a whole number of at least 1, got {size!r}")
    if isinstance(source, np.ndarray | ImageArray):
        raster = array_raster(stated(source, space, name), name)
    elif space is not None:
        raise OptionError("space says what the numbers of an array mean; a file says it itself")
    elif isinstance(source, Image.Image):
        raster = picture_raster(source, name, options)
    elif isinstance(source, str | Path | bytes):
        data, name = (source, name) if isinstance(source, bytes) else file_bytes(source)
        raster = decode(data, name, None if is_exact else size, options)
    else:
        raise OptionError(
            f"an image is a path, the bytes of a file, a picture of Pillow's or a NumPy array, "
            f"got a {type(source).__name__}"
        )
    return linear_image(raster, size, is_exact=is_exact)


def linear_image(raster: Raster, size: int, *, is_exact: bool = False) -> LinearImage:
    """A decoded file as the features see it; in float64 where it is to be exact."""
    width, height = raster.upright_size
    light: Real = linear_light(raster, size)
    return LinearImage(
        light.astype(np.float64) if is_exact else light, width, height, raster.notes,
        raster.how.line(),
    )  # fmt: skip


def linear_light(raster: Raster, size: int) -> Floats32:
    """Means of a raster by area in linear light, at most `size` pixels: (h, w, 3), upright."""
    # From the full size, so that a reduced decode has the very shape of an exact one.
    factor = min(1.0, size / max(raster.width, raster.height))
    height, width = raster.size
    target = (
        min(height, max(1, round(raster.height * factor))),
        min(width, max(1, round(raster.width * factor))),
    )
    light = shrunk(raster, target)
    if light.shape[2] == 1:
        light = np.repeat(light, 3, axis=2)
    return np.ascontiguousarray(raster.upright(light))


def file_bytes(path: str | Path) -> tuple[bytes, str]:
    """The bytes of a whole file, and the name that messages use.

    Raises:
        ImageError: It is missing, not a regular file, too large, or may not be read.
    """
    path = Path(path)
    name = shown(path.name)
    try:
        status = path.stat()  # before opening: opening a pipe would wait for ever
        if not stat.S_ISREG(status.st_mode):
            raise ImageError(f"{name} is not a file")
        if status.st_size > MAX_BYTES:
            size, most = status.st_size // 1_000_000, MAX_BYTES // 1_000_000
            raise ImageError(
                f"{name} has {size} MB, at most {most} MB are read; make a smaller copy"
            )
        return path.read_bytes(), name
    except FileNotFoundError:
        raise ImageError(f"{name} is not there: {shown(path)} does not exist") from None
    except PermissionError:
        raise ImageError(f"{name} may not be read: permission denied") from None
    except (OSError, ValueError) as fault:  # ValueError: a null byte in the path
        raise ImageError(f"{name} cannot be read: {getattr(fault, 'strerror', fault)}") from None


def shown(path: str | Path) -> str:
    """A path as text that can always be printed, whatever bytes it is made of."""
    return os.fsencode(path).decode("utf-8", "replace")
