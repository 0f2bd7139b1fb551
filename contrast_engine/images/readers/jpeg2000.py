"""JPEG 2000 files: 8 bits by Pillow, reduced where that is enough; more bits at full depth."""

from dataclasses import replace

import numpy as np
from PIL import Image

from contrast_engine.images.raster import STRAIGHT, Codes, Profile, Raster, Source
from contrast_engine.images.readers import pillow_images as pillow
from contrast_engine.images.readers.jpeg import decoded_pixels, halvings_for


def read(source: Source) -> Raster:
    """The picture of a JPEG 2000 file, perhaps at a half, quarter or eighth of its size.

    Raises:
        ImageError: It has too many pixels.
    """
    depth = _depth(source.data)
    with pillow.opened(source, is_reduced=True) as image:
        size = image.size
        halvings = _halvings(size, source) if depth <= 8 else 0
        pillow.check_size(size, source, decoded_pixels(size, halvings) if halvings else None)
        if depth > 8:
            return _deep(image, source, depth)
        image.reduce = halvings  # type: ignore[method-assign, assignment]
        image.load()
        raster = pillow.raster_of(image, source)
        return replace(raster, width=size[0], height=size[1])


def _deep(image: Image.Image, source: Source, depth: int) -> Raster:
    """All bits, of which Pillow would keep 8."""
    import imagecodecs

    codes: Codes = imagecodecs.jpeg2k_decode(source.data)
    codes = codes.reshape(*codes.shape[:2], -1)
    if codes.dtype != np.uint16 or codes.shape[:2] != image.size[::-1]:
        raise ValueError("not the picture that the header states")
    opacity = STRAIGHT if codes.shape[2] in (2, 4) else ""
    most = (1 << depth) - 1
    if most < 65535:
        # to the full range, where profiles and opacity have their white; nearest code
        codes = np.rint(codes.astype(np.float32) * np.float32(65535 / most)).astype(np.uint16)
    notes: list[str] = []
    channels = codes.shape[2] - bool(opacity)
    profile: Profile = pillow.described(image.info.get("icc_profile"), codes, channels, notes)
    if opacity:
        notes.append("alpha composited on mid-grey")
    how = replace(pillow.how(codes, opacity, profile, "OpenJPEG"), depth=f"{depth} bits")
    return Raster(codes, *image.size, "JPEG2000", profile, opacity, 1, tuple(notes), how)


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
