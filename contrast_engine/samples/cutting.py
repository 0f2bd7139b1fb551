"""Cutting small photographs out of large ones: which subject, how framed, how reduced."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from PIL import Image, ImageCms

from contrast_engine.arrays import Floats
from contrast_engine.images.colour import decode_srgb
from contrast_engine.randomness import generator
from contrast_engine.samples.sources import SOURCES

SIZE = 320
"""Longest side of a sample in pixels; nothing is enlarged to reach it."""

SMALLEST = 190
"""No framing goes closer than this longest side."""

COMPANIONS = 2
"""So many subjects of each source are shown twice in the very same crop, in two variants."""


@dataclass(frozen=True)
class Take:
    """One picture to be made.

    Args:
        source: Key of its source photograph.
        subject: What of it is shown.
        is_further: The subject is shown by another picture already; this one differs.
        is_companion: It has the very crop of that other picture.
    """

    source: str
    subject: str
    is_further: bool = False
    is_companion: bool = False


def takes() -> Iterator[Take]:
    """The pictures of the collection: one of every subject, then further ones."""
    for key, source in SOURCES.items():
        for subject in source.subjects:
            yield Take(key, subject)
        for i, subject in enumerate(list(source.subjects)[: source.further]):
            yield Take(key, subject, is_further=True, is_companion=i < COMPANIONS)


@dataclass(frozen=True)
class Crop:
    """A rectangle of a source photograph, in its pixels."""

    left: int
    top: int
    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.width}x{self.height}+{self.left}+{self.top}"


def cut(take: Take, seed: int) -> tuple[Crop, Floats]:
    """The crop of a picture and its pixels, linear light (h, w, 3), at sample size."""
    pixels = _pixels(take.source)
    crop = _framed(take, seed, pixels.shape[1], pixels.shape[0])
    cropped = pixels[crop.top : crop.top + crop.height, crop.left : crop.left + crop.width]
    scale = SIZE / max(crop.width, crop.height)
    if scale >= 1:
        return crop, np.ascontiguousarray(cropped)
    size = (max(1, round(crop.width * scale)), max(1, round(crop.height * scale)))
    reduced = cv2.resize(cropped, size, interpolation=cv2.INTER_AREA)
    return crop, np.clip(reduced, 0.0, 1.0).astype(np.float64, copy=False)


@lru_cache(maxsize=1)
def _pixels(key: str) -> Floats:
    """A source photograph in linear light at full size; all of them are 8 bit, upright."""
    with Image.open(io.BytesIO(SOURCES[key].read())) as opened:
        image: Image.Image = opened.convert("RGB")
        profile = opened.info.get("icc_profile")
    if profile:  # one of them is Adobe RGB
        embedded = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        ImageCms.profileToProfile(image, embedded, ImageCms.createProfile("sRGB"), inPlace=True)
    pixels = decode_srgb(np.asarray(image, dtype=np.float64) / 255)
    pixels.flags.writeable = False
    return pixels


def _framed(take: Take, seed: int, width: int, height: int) -> Crop:
    """The frame of a subject as by hand: a little off, and closer where it is shown again."""
    is_closer = take.is_further and not take.is_companion
    purpose = "closer" if is_closer else "first"
    rng = generator(seed, "samples", take.source, take.subject, "crop", purpose)
    share = rng.uniform(0.7, 0.86) if is_closer else rng.uniform(0.93, 1.0)
    left, top, right, bottom = SOURCES[take.source].subjects[take.subject]
    whole = np.array([(right - left) * width, (bottom - top) * height]) / 100
    size = whole * min(1.0, max(share, SMALLEST / whole.max()))
    start = np.array([left * width, top * height]) / 100 + rng.random(2) * (whole - size)
    x, y = (int(v) for v in np.floor(start))
    w, h = (int(v) for v in np.round(size))
    return Crop(x, y, min(w, width - x), min(h, height - y))
