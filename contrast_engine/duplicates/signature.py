"""What a picture is recognised by: which way it gets lighter where, whatever its exposure."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

from contrast_engine.arrays import Bools, Bytes, Floats32
from contrast_engine.progress import SILENT, Progress

SIDE = 32
"""Side of the field of directions in pixels."""

CELLS, BINS = 8, 8
"""Squares per side, and directions in each, of the code by which candidates are found."""

FAINT = 2.0
"""Code values per pixel of a gradient that counts half: below lie quantisation and compression."""

PLAIN = 0.02
"""Mean square of the detail of a field below which a picture has no shapes to be recognised by (own
choice: no photograph of 317 has less than 0.046, a drawn sun in a plain sky 0.006)."""

INNER = 4
"""Pixels of the small copy that its inner part lacks at each edge: a crop is like that part."""

_LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)
_WINDOW = 9  # pixels of the field over which the local contrast is taken
_NEARBY = 5  # pixels of the field over which its mean is taken
_TOGETHER = 32  # pictures at a time: what is made of them stays near the processor
_STRENGTH = 127  # 1.0 of the field as a signed byte


@dataclass(frozen=True)
class Signatures:
    """What pictures are recognised by, one row each; about 4 kB a picture.

    Args:
        fields: (n, 32, 32, 2) int8: the gradient over the local contrast, right and down.
        tones: (n, 32, 32) uint8: lightness, small.
        codes: (n, 512) float32 of length 1: how often each direction occurs in each square.
        inner: (n, 512), the same of the inner part.
        is_plain: (n,) whether a picture has no shapes to be recognised by.
        chroma: (n,) float32, mean distance of the highest from the lowest channel in code values.
    """

    fields: npt.NDArray[np.int8]
    tones: Bytes
    codes: Floats32
    inner: Floats32
    is_plain: Bools
    chroma: Floats32

    def __len__(self) -> int:
        return len(self.tones)

    def rows(self, which: Sequence[int]) -> "Signatures":
        """Those of some rows."""
        return Signatures(*(part[list(which)] for part in vars(self).values()))

    @classmethod
    def together(cls, several: "Sequence[Signatures]") -> "Signatures":
        """All of them, one after the other."""
        parts = zip(*(vars(one).values() for one in several), strict=True)
        return cls(*(np.concatenate(part) for part in parts))

    def field(self, row: int) -> Floats32:
        """(32, 32, 2) float32 of one picture, about 0 to 1 long."""
        found: Floats32 = self.fields[row].astype(np.float32) / np.float32(_STRENGTH)
        return found


def signatures(copies: Bytes, *, is_coded: bool = True, progress: Progress = SILENT) -> Signatures:
    """What each of some pictures is recognised by.

    The gradient is divided by its root mean square nearby, so that exposure, gamma and haze, which
    scale it slowly, cancel; a square copy of the whole picture knows no size.

    Args:
        copies: (n, 64, 64, 3) uint8 sRGB, small copies.
        is_coded: False where they are only laid over each other: without codes, in half the time.
        progress: Told after each part.

    Source: Dalal & Triggs 2005 (oriented gradients); docs/methods.md#near-duplicates.
    """
    n = len(copies)
    fields = np.zeros((n, SIDE, SIDE, 2), np.int8)
    tones = np.zeros((n, SIDE, SIDE), np.uint8)
    wide = BINS * CELLS * CELLS if is_coded else 0
    codes, inner = (np.zeros((n, wide), np.float32) for _ in range(2))
    is_plain, chroma = np.zeros(n, np.bool_), np.zeros(n, np.float32)
    for begin in range(0, n, _TOGETHER):
        progress.tick(begin, n, "learning what pictures look like")
        part = slice(begin, min(begin + _TOGETHER, n))
        some = np.asarray(copies[part])
        field, tone = directions(some)
        fields[part] = np.round(_STRENGTH * np.clip(field, -1, 1))
        tones[part] = np.round(tone)
        if is_coded:
            codes[part], inner[part] = coded(some, field)
        is_plain[part] = plain(field)
        chroma[part] = _chroma(some)
    return Signatures(fields, tones, codes, inner, is_plain, chroma)


def coded(copies: Bytes, fields: Floats32) -> tuple[Floats32, Floats32]:
    """(n, 512) the codes of some pictures, and those of their inner parts."""
    return code(fields), code(directions(np.array([_inner(copy) for copy in copies]))[0])


def plain(fields: Floats32) -> Bools:
    """(n,) whether some fields are those of pictures without shapes."""
    n = len(fields)
    side_by_side = np.ascontiguousarray(fields.transpose(1, 2, 0, 3)).reshape(SIDE, SIDE, 2 * n)
    squares = np.square(detail(side_by_side)).reshape(SIDE * SIDE, 2 * n).sum(axis=0)
    found: Bools = squares.reshape(n, 2).sum(axis=1) / SIDE**2 < PLAIN
    return found


def _chroma(copies: Bytes) -> Floats32:
    red, green, blue = (copies[..., channel] for channel in range(3))
    most = np.maximum(np.maximum(red, green), blue)
    least = np.minimum(np.minimum(red, green), blue)
    return np.asarray((most - least).mean(axis=(1, 2), dtype=np.float64), dtype=np.float32)


def directions(copies: Bytes) -> tuple[Floats32, Floats32]:
    """(n, 32, 32, 2) gradients over the local contrast of some (64, 64, 3) copies, and tones."""
    lightness = np.ascontiguousarray((copies @ _LUMINANCE).transpose(1, 2, 0))  # one a channel
    grey = _as_channels(cv2.GaussianBlur(lightness, (0, 0), 0.8))
    padded = cv2.copyMakeBorder(grey, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    padded = _as_channels(padded)
    right = (padded[1:-1, 2:] - padded[1:-1, :-2]) / np.float32(2)
    down = (padded[2:, 1:-1] - padded[:-2, 1:-1]) / np.float32(2)
    right[:, [0, -1]] *= 2  # one step only at the border
    down[[0, -1]] *= 2
    across, along = (_halved(np.asarray(one, np.float32)) for one in (right, down))
    squares = np.square(across) + np.square(along)
    contrast = _as_channels(cv2.blur(squares, (_WINDOW, _WINDOW)))
    by = np.sqrt(contrast + np.float32(FAINT**2))
    field = np.stack([across / by, along / by], axis=-1)  # (32, 32, n, 2)
    return (
        np.ascontiguousarray(field.transpose(2, 0, 1, 3)),
        np.ascontiguousarray(_halved(grey).transpose(2, 0, 1)),
    )


def detail(field: Floats32) -> Floats32:
    """A field, or several in its channels, without its mean nearby.

    That is what two suns in two plain skies do not share.
    """
    found = np.asarray(field - cv2.blur(field, (_NEARBY, _NEARBY)), dtype=np.float32)
    found[[0, -1]] = found[:, [0, -1]] = 0  # the border looks alike in all pictures
    return found


def code(fields: Floats32) -> Floats32:
    """(n, 512) how strongly each direction occurs in each square of some fields, of length 1."""
    n = len(fields)
    x, y = fields[..., 0], fields[..., 1]
    angle = np.arctan2(y, x) * np.float32(BINS / (2 * np.pi))
    strength = np.sqrt(np.square(x) + np.square(y))
    low = np.floor(angle)
    share, low = angle - low, low.astype(np.int64) % BINS
    maps = np.zeros((n, SIDE * SIDE, BINS), np.float32)
    flat, place = maps.reshape(-1), np.arange(n * SIDE * SIDE) * BINS
    flat[place + low.ravel()] = (strength * (1 - share)).ravel()
    flat[place + ((low + 1) % BINS).ravel()] = (strength * share).ravel()
    pooling = _pooling()
    rows = pooling @ maps.reshape(n, SIDE, SIDE * BINS)  # (n, 8, 32 * 8)
    pooled = pooling @ rows.reshape(n * CELLS, SIDE, BINS)
    codes = pooled.reshape(n, CELLS * CELLS * BINS)
    codes -= codes.mean(axis=1, keepdims=True)
    codes /= np.maximum(np.linalg.norm(codes, axis=1, keepdims=True), 1e-6)
    return np.asarray(codes, dtype=np.float32)


@cache
def _pooling() -> Floats32:
    """(8, 32) weights with which the middle of each square sees the points around it."""
    step = SIDE // CELLS
    seen = cv2.GaussianBlur(np.eye(SIDE, dtype=np.float32), (0, 0), 0.6 * step, sigmaY=1e-6)
    return np.ascontiguousarray(seen.T[step // 2 :: step])


def _halved(image: Floats32) -> Floats32:
    """(h / 2, w / 2, n) means of two by two points of (h, w, n)."""
    rows = image[::2] + image[1::2]
    return np.asarray((rows[:, ::2] + rows[:, 1::2]) / 4, dtype=np.float32)


def _as_channels(image: cv2.typing.MatLike) -> Floats32:
    """(h, w, n) again where OpenCV has dropped the only channel."""
    found = np.asarray(image, dtype=np.float32)
    return found if found.ndim == 3 else found[..., None]


def _inner(copy: Bytes) -> Bytes:
    part = np.ascontiguousarray(copy[INNER:-INNER, INNER:-INNER])
    size = (copy.shape[1], copy.shape[0])
    return np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
