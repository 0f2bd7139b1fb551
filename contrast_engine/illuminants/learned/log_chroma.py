"""What a picture says of its light: statistical estimates and histograms of log chroma.

Log chroma of a colour is ln(r / g) and ln(b / g). Another light shifts all of it by one step.
"""

from collections.abc import Iterator

import cv2
import numpy as np

from contrast_engine.arrays import Bools, Floats, Floats32, Real
from contrast_engine.illuminants.angles import unit
from contrast_engine.illuminants.datasets import IlluminantSet
from contrast_engine.illuminants.edges import responses
from contrast_engine.illuminants.estimators import Setting, estimates_of

ESTIMATES = (
    *(Setting(p=p) for p in (1.0, 2.0, 4.0, 6.0, 10.0)),
    *(Setting(percentile=q) for q in (50.0, 80.0, 90.0, 95.0, 98.0, 99.5)),
    *(Setting(order, 1.0, p) for order in (1, 2) for p in (1.0, 2.0, 5.0)),
)
"""Estimates that are looked at beside the histograms (own choice)."""

REACH = 2.2
"""Farthest log chroma of a histogram; beyond it counts as there."""

STEP = 0.1
SMOOTHING = 0.2
"""Width of a cell, and of the Gaussian that a histogram is smoothed by (own choices)."""

DARK = 1e-4
"""Below this share of white a channel is noise, and its colour means nothing."""

EDGE = 0.5
"""Sigma of the gradient, in pixels."""


def log_ratios(colours: Real) -> Floats:
    """ln(r / g) and ln(b / g) of positive colours, (n, 2)."""
    logs = np.log(np.asarray(colours, np.float64))
    found: Floats = logs[:, [0, 2]] - logs[:, [1]]
    return found


def of_log_ratios(ratios: Floats) -> Floats:
    """Unit vectors (n, 3) of ln(r / g) and ln(b / g)."""
    r, b = np.exp(ratios).T
    return unit(np.stack([r, np.ones_like(r), b], axis=1))


def estimates_in_log(data: IlluminantSet) -> Floats:
    """ln(r / g) and ln(b / g) of every statistical estimate, (n, 2 estimates)."""
    made = estimates_of(ESTIMATES, data.images, data.valid)  # (estimates, n, 3)
    return np.concatenate([log_ratios(some) for some in made], axis=1)


def histograms(data: IlluminantSet, shifts: Floats | None = None) -> dict[str, Floats32]:
    """Square roots of smoothed histograms of log chroma, each (n, cells): what adds to 1 squared.

    "pixels" counts pixels, "light" weighs them by their brightness, "edges" counts gradients. The
    distance of two rows is that of Hellinger.

    Args:
        data: The pictures.
        shifts: (n, 2) by how much another light moves the log chroma of each; None for their own.
    """
    found: dict[str, list[Floats32]] = {"pixels": [], "edges": [], "light": []}
    moves = np.zeros((len(data), 2)) if shifts is None else shifts
    for (pixels, gradients), move in zip(_parts(data), moves, strict=True):
        chroma = log_ratios(pixels) + move
        found["pixels"].append(_histogram(chroma, np.ones(len(pixels))))
        found["light"].append(_histogram(chroma, pixels.sum(axis=1, dtype=np.float64)))
        found["edges"].append(_histogram(log_ratios(gradients) + move, np.ones(len(gradients))))
    side = _cells()
    return {
        name: np.stack(rows) if rows else np.zeros((0, side * side), np.float32)
        for name, rows in found.items()
    }


def _parts(data: IlluminantSet) -> Iterator[tuple[Real, Real]]:
    """The usable pixels and gradients of each picture, (pixels, 3) each."""
    gradients, usable = responses(data.images, data.valid, 1, EDGE)
    for image, mask, slopes, where in zip(data.images, data.valid, gradients, usable, strict=True):
        yield image[_lit(image, mask)], slopes[_lit(slopes, where)]


def _lit(values: Real, mask: Bools) -> Bools:
    found: Bools = mask & (values > DARK).all(axis=2)
    return found


def _cells() -> int:
    return round(2 * REACH / STEP) + 1


def _histogram(chroma: Floats, weights: Floats) -> Floats32:
    """One smoothed histogram of (n, 2), each colour shared between its four nearest cells."""
    side = _cells()
    cells = np.zeros((side, side))
    if len(chroma):
        place = np.clip((chroma + REACH) / STEP, 0, side - 1.001)
        first = place.astype(np.int64)
        rest = place - first
        for down in (0, 1):
            for across in (0, 1):
                share = np.abs(1 - down - rest[:, 0]) * np.abs(1 - across - rest[:, 1])
                index = (first[:, 0] + down) * side + first[:, 1] + across
                cells += np.bincount(index, weights * share, side * side).reshape(side, side)
    else:
        cells[:] = 1.0  # nothing is known
    smooth = np.asarray(cv2.GaussianBlur(cells, (0, 0), SMOOTHING / STEP,
                                         borderType=cv2.BORDER_REPLICATE))  # fmt: skip
    shares: Floats = np.sqrt(np.maximum(smooth, 0) / smooth.sum()).ravel()
    return shares.astype(np.float32)
