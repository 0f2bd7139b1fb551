"""TIFF files."""

import io
import struct
from dataclasses import replace

import numpy as np

from contrast_engine.errors import ImageError
from contrast_engine.images.raster import Raster, Source
from contrast_engine.images.readers import camera_raw
from contrast_engine.images.readers import pillow_images as pillow


def read(source: Source) -> Raster:
    """The first picture of a TIFF file."""
    if is_camera_raw(source.data):
        return camera_raw.read(source)
    with pillow.opened(source) as image:
        image.load()
        if image.mode.startswith("I"):
            values = np.asarray(image).astype(np.int64, copy=False)
            if values.min() < 0 or values.max() > 65535:
                raise ImageError(
                    f"{source.name} holds 32-bit whole numbers; save it as 8- or 16-bit grey"
                )
            codes = values.astype(np.uint16)[..., None]
            notes = pillow.notes_on_frames(image)
            profile = pillow.described(image.info.get("icc_profile"), codes, 1, notes)
            return Raster(
                codes, *image.size, "TIFF", profile, notes=tuple(notes),
                how=pillow.how(codes, "", profile),
            )  # fmt: skip
        return replace(pillow.raster_of(image, source), orientation=1)


def is_camera_raw(data: bytes) -> bool:
    """Whether a TIFF file is a camera raw photograph, which may hold a preview as its picture."""
    import tifffile

    try:
        with tifffile.TiffFile(io.BytesIO(data)) as file:
            tags = file.pages.first.tags
            kind, reduced = tags.valueof(262), tags.valueof(254) or 0
            return "DNGVersion" in tags or kind in (32803, 34892) or bool(int(reduced) & 1)
    except (OSError, ValueError, TypeError, LookupError, struct.error):
        return False
