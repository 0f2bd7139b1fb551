"""From the bytes of a file to numbers with a meaning, or to a plain reason why not."""

import re
import warnings
from dataclasses import replace
from importlib import import_module
from typing import cast

import numpy as np
from PIL import UnidentifiedImageError

from contrast_engine.errors import ImageError
from contrast_engine.image_id import content_name
from contrast_engine.images import formats
from contrast_engine.images.faults import FAULTS, reason
from contrast_engine.images.raster import Raster, Source
from contrast_engine.images.reading_options import USUAL, ReadingOptions

_QUIET = ("ignore", None, Warning, re.compile(r"PIL\."), 0)


def decode(data: bytes, name: str, covering: int | None, options: ReadingOptions = USUAL) -> Raster:
    """The numbers of an image file, decoded.

    Args:
        data: The whole file.
        name: What messages call it.
        covering: Files that can be are decoded at a half, quarter or eighth of their size as long
            as the longer side still has this many pixels; None always decodes in full.
        options: What was chosen about reading.

    Raises:
        ImageError: It is no image, is damaged, too large, or of a kind not read here.
    """
    if not data:
        raise ImageError(f"{name} is empty (0 bytes); it needs to be copied or exported again")
    _hush_pillow()
    source = Source(data, name, covering, options)
    try:
        module = import_module(f"contrast_engine.images.readers.{formats.reader_of(data)}")
        raster = cast("Raster", module.read(source))
    except UnidentifiedImageError as fault:
        raise ImageError(formats.reason_not_read(data, name)) from fault
    except FAULTS as fault:
        raise ImageError(reason(name, fault)) from fault
    if raster.codes.dtype == np.uint16:
        return replace(raster, notes=("16-bit", *raster.notes))
    return raster


def _hush_pillow() -> None:
    # Pillow warns about odd metadata in files whose pixels are fine. catch_warnings is not safe
    # with threads, so the filter is put in place once and stays; it covers Pillow only.
    if _QUIET not in warnings.filters:
        warnings.filterwarnings("ignore", module=r"PIL\.")


def digest(data: bytes) -> str:
    """Name content: 16 hex digits."""
    return content_name(data)
