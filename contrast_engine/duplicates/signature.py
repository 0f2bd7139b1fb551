"""What a picture is recognised by: which way it gets lighter where, whatever its exposure."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from contrast_engine.arrays import Bools, Bytes, Floats32

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

    def field(self, row: int) -> Floats32:
        """(32, 32, 2) float32 of one picture, about 0 to 1 long."""
        found: Floats32 = self.fields[row].astype(np.float32) / np.float32(_STRENGTH)
        return found


def signatures(copies: Bytes) -> Signatures:
    """What each of some pictures is recognised by.

    The gradient is divided by its root mean square nearby, so that exposure, gamma and haze, which
    scale it slowly, cancel; a square copy of the whole picture knows no size.

    Args:
        copies: (n, 64, 64, 3) uint8 sRGB, small copies.

    Source: Dalal & Triggs 2005 (oriented gradients); docs/methods.md#near-duplicates.
    """
    n = len(copies)
    fields = np.zeros((n, SIDE, SIDE, 2), np.int8)
    tones = np.zeros((n, SIDE, SIDE), np.uint8)
    codes, inner = (np.zeros((n, BINS * CELLS * CELLS), np.float32) for _ in range(2))
    is_plain, chroma = np.zeros(n, np.bool_), np.zeros(n, np.float32)
    for row in range(n):
        copy = np.asarray(copies[row])
        field, tone = directions(copy)
        fields[row] = np.round(_STRENGTH * np.clip(field, -1, 1))
        tones[row] = np.round(tone)
        codes[row], inner[row] = code(field), code(directions(_inner(copy))[0])
        is_plain[row] = 2 * np.square(detail(field)).mean() < PLAIN
        chroma[row] = float((copy.max(axis=2) - copy.min(axis=2)).mean())
    return Signatures(fields, tones, codes, inner, is_plain, chroma)


def directions(copy: Bytes) -> tuple[Floats32, Floats32]:
    """(32, 32, 2) gradient over the local contrast of a (64, 64, 3) copy, and its tones."""
    grey: Floats32 = np.asarray(
        cv2.GaussianBlur(copy.astype(np.float32) @ _LUMINANCE, (0, 0), 0.8), dtype=np.float32
    )
    padded = cv2.copyMakeBorder(grey, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    right = (padded[1:-1, 2:] - padded[1:-1, :-2]) / 2
    down = (padded[2:, 1:-1] - padded[:-2, 1:-1]) / 2
    right[:, [0, -1]] *= 2  # one step only at the border
    down[[0, -1]] *= 2
    gradient = _halved(np.dstack([right, down]).astype(np.float32))
    contrast = cv2.blur(np.square(gradient).sum(axis=2), (_WINDOW, _WINDOW))
    field = gradient / np.sqrt(contrast + FAINT**2)[..., None]
    return field.astype(np.float32), _halved(grey)


def detail(field: Floats32) -> Floats32:
    """A field without its mean nearby: what two suns in two plain skies do not share."""
    found = np.asarray(field - cv2.blur(field, (_NEARBY, _NEARBY)), dtype=np.float32)
    found[[0, -1]] = found[:, [0, -1]] = 0  # the border looks alike in all pictures
    return found


def code(field: Floats32) -> Floats32:
    """(512,) how strongly each direction occurs in each square of a field, of length 1."""
    angle = np.arctan2(field[..., 1], field[..., 0]) / (2 * np.pi) * BINS
    strength = np.linalg.norm(field, axis=2)
    low = np.floor(angle)
    share, low = angle - low, low.astype(int) % BINS
    maps = np.zeros((SIDE, SIDE, BINS), np.float32)
    rows, columns = np.indices((SIDE, SIDE))
    maps[rows, columns, low] = strength * (1 - share)
    maps[rows, columns, (low + 1) % BINS] = strength * share
    step = SIDE // CELLS
    pooled = cv2.GaussianBlur(maps, (0, 0), 0.6 * step)
    pooled = pooled[step // 2 :: step, step // 2 :: step]
    flat = pooled.ravel() - pooled.mean()
    found: Floats32 = flat / max(float(np.linalg.norm(flat)), 1e-6)
    return found


def _halved(image: Floats32) -> Floats32:
    return np.asarray(
        cv2.resize(image, (SIDE, SIDE), interpolation=cv2.INTER_AREA), dtype=np.float32
    )


def _inner(copy: Bytes) -> Bytes:
    part = np.ascontiguousarray(copy[INNER:-INNER, INNER:-INNER])
    size = (copy.shape[1], copy.shape[0])
    return np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
