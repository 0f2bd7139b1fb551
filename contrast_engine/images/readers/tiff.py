"""TIFF files."""

from dataclasses import replace

import numpy as np
from PIL import Image

from contrast_engine.errors import ImageError
from contrast_engine.images.raster import Raster, Source
from contrast_engine.images.readers import pillow_images as pillow


def read(source: Source) -> Raster:
    """The first picture of a TIFF file."""
    with pillow.opened(source) as image:
        _check_not_raw(image, source.name)
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


def _check_not_raw(image: Image.Image, name: str) -> None:
    # Raw files look like TIFFs of which Pillow would read the small preview, and call it the photo.
    tags = getattr(image, "tag_v2", {})
    if 50706 in tags or int(tags.get(254, 0)) & 1:  # DNGVersion; NewSubfileType: reduced
        raise ImageError(f"{name} is a camera raw photo, which is not read here; export it as JPEG")
