"""JPEG 2000 files: 8 bits by Pillow, reduced where that is enough; more bits at full depth."""

from dataclasses import replace
from typing import Any

import numpy as np
from PIL import Image

from contrast_engine.images.raster import (
    ASSOCIATED,
    STRAIGHT,
    Codes,
    Profile,
    Raster,
    Source,
)
from contrast_engine.images.readers import jp2_boxes
from contrast_engine.images.readers import pillow_images as pillow
from contrast_engine.images.readers.jp2_boxes import Jp2
from contrast_engine.images.readers.jpeg import decoded_pixels, halvings_for


def read(source: Source) -> Raster:
    """The picture of a JPEG 2000 file, perhaps at a half, quarter or eighth of its size.

    Raises:
        ImageError: It has too many pixels.
    """
    depth = _depth(source.data)
    said = jp2_boxes.said(source.data)
    said.check(source.name, depth)
    with pillow.opened(source, is_reduced=True) as image:
        size = image.size
        halvings = _halvings(size, source) if depth <= 8 else 0
        pillow.check_size(size, source, decoded_pixels(size, halvings) if halvings else None)
        if depth > 8:
            return _deep(image, source, depth, said)
        image.reduce = halvings  # type: ignore[method-assign, assignment]
        image.load()
        if said.icc:
            image.info["icc_profile"] = said.icc  # which Pillow passes over
        raster = pillow.raster_of(image, source)
        return _with_extra(replace(raster, width=size[0], height=size[1]), said)


def _with_extra(raster: Raster, said: Jp2) -> Raster:
    """A raster whose last channel is what the file says of it, where it says something."""
    if not raster.opacity or said.extra in ("", STRAIGHT):
        return raster
    layout = raster.how.layout.replace("straight", said.extra)
    if said.extra == ASSOCIATED:
        return replace(raster, opacity=ASSOCIATED, how=replace(raster.how, layout=layout))
    codes: Any = np.ascontiguousarray(raster.codes[..., :-1])
    notes = tuple(note for note in raster.notes if not note.startswith("alpha"))
    layout = raster.how.layout.replace(" with straight alpha", " and a channel that is not used")
    return replace(
        raster, codes=codes, opacity="", notes=notes, how=replace(raster.how, layout=layout)
    )


def _deep(image: Image.Image, source: Source, depth: int, said: Jp2) -> Raster:
    """All bits, of which Pillow would keep 8."""
    import imagecodecs

    codes: Codes = imagecodecs.jpeg2k_decode(jp2_boxes.codestream(source.data))
    codes = codes.reshape(*codes.shape[:2], -1)
    if codes.dtype != np.uint16 or codes.shape[:2] != image.size[::-1]:
        raise ValueError("not the picture that the header states")
    has_extra = codes.shape[2] == 2 or (codes.shape[2] == 4 and not _is_cmyk(said))
    opacity = STRAIGHT if has_extra else ""
    most = (1 << depth) - 1
    if most < 65535:
        # to the full range, where profiles and opacity have their white; nearest code
        codes = np.rint(codes.astype(np.float32) * np.float32(65535 / most)).astype(np.uint16)
    notes: list[str] = []
    channels = codes.shape[2] - bool(opacity)
    profile: Profile = pillow.described(said.icc, codes, channels, notes)
    if opacity:
        notes.append("alpha composited on mid-grey")
    how = replace(pillow.how(codes, opacity, profile, "OpenJPEG"), depth=f"{depth} bits")
    raster = Raster(codes, *image.size, "JPEG2000", profile, opacity, 1, tuple(notes), how)
    return _with_extra(raster, said)


def _is_cmyk(said: Jp2) -> bool:
    return said.space == jp2_boxes.CMYK or (said.icc or b"")[16:20] == b"CMYK"


def _halvings(size: tuple[int, int], source: Source) -> int:
    if source.covering is None:
        return 0
    # a wavelet blurs otherwise than a JPEG's transform, which shrinking mends
    halvings = min(halvings_for(size, 2 * source.covering), _wavelet_levels(source.data))
    while any((side + (1 << halvings >> 1)) >> halvings != -(-side >> halvings) for side in size):
        halvings -= 1  # Pillow rounds where the codec rounds up, and fails
    return halvings


def _wavelet_levels(data: bytes) -> int:
    """How often a JPEG 2000 picture can be halved: stands in its COD marker."""
    start = data.find(b"\xff\x52", data.find(b"\xff\x4f\xff\x51"))
    return data[start + 9] if 0 <= start < len(data) - 9 else 0


def _depth(data: bytes) -> int:
    """Bits a channel: stands in the SIZ marker, for the first channel."""
    start = data.find(b"\xff\x4f\xff\x51")
    return (data[start + 42] & 0x7F) + 1 if 0 <= start < len(data) - 42 else 8
