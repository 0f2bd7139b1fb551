"""Entropy of the tones in each patch of a picture: how much there is to see, place by place."""

import numpy as np

from contrast_engine.arrays import Bytes, Floats
from contrast_engine.images.colour import LUMINANCE_WEIGHTS, decode_srgb, encode_srgb

BINS = 32
"""Equal bins of Y' in 0..1. `learning.patch_grid` counts the same ones."""

SIDES = (8, 16, 32)
"""Sides in pixels of the patches that a picture is summed up with."""


def patch_entropy(codes: Bytes, side: int) -> Floats:
    """Entropy in bits of the tones of each patch of uint8 sRGB pictures: (n, g, g').

    H = -sum of p log2 p over 32 bins of Y' in 0..1, plus the correction (K - 1) / (2 N ln 2) for
    K occupied bins among N pixels. Y' is luminance on the sRGB curve. 0 for a flat patch; 5 bits,
    and the correction, where all tones are equally frequent. Turning, mirroring or shuffling the
    pixels of a patch changes nothing.

    Args:
        codes: (n, h, w, 3) uint8 sRGB; reflected at the right and below up to whole patches.
        side: Of a patch, in pixels.

    Source: Shannon 1948; Miller 1955; docs/methods.md#patch-entropy.
    """
    luminance = decode_srgb(codes / 255.0) @ np.asarray(LUMINANCE_WEIGHTS, dtype=np.float64)
    tones = encode_srgb(np.clip(luminance, 0.0, 1.0))
    down, right = (-length % side for length in tones.shape[1:])
    tones = np.pad(tones, ((0, 0), (0, down), (0, right)), mode="reflect")
    n, height, width = tones.shape
    grid = (n, height // side, width // side)
    cells = tones.reshape(n, grid[1], side, grid[2], side).swapaxes(2, 3).reshape(-1, side * side)
    bins = np.minimum((BINS * cells).astype(np.int64), BINS - 1)
    counts = np.apply_along_axis(np.bincount, 1, bins, minlength=BINS)
    return entropy_of_counts(counts).reshape(grid)


def entropy_of_counts(counts: np.ndarray) -> Floats:
    """Corrected entropy in bits of histograms (m, bins) of whole counts: (m,)."""
    total = counts.sum(axis=1, keepdims=True)
    share = counts / total
    bits = -(share * np.log2(np.where(counts > 0, share, 1.0))).sum(axis=1)
    correction = ((counts > 0).sum(axis=1) - 1) / (2 * total[:, 0] * np.log(2))
    found: Floats = bits + correction
    return found


def upper_quartile(codes: Bytes, side: int = SIDES[0]) -> Floats:
    """Upper quartile over the patches of their entropy, in bits, of each picture: (n,).

    Args:
        codes: (n, s, s, 3) uint8 sRGB training copies; bits compare at one size only.
        side: Of a patch, in pixels.
    """
    cells = patch_entropy(codes, side).reshape(len(codes), -1)
    found: Floats = np.quantile(cells, 0.75, axis=1)
    return found
