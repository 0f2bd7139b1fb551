"""One number for how much contrast a picture has: the span of lightness of its areas."""

import functools
import math

import numpy as np

from contrast_engine.arrays import Floats, Ints, Real
from contrast_engine.features.feature import feature
from contrast_engine.features.perceptual import lightness_levels
from contrast_engine.features.pyramids import Cells, levels
from contrast_engine.images import LinearImage
from contrast_engine.images.colour import decode_srgb, lightness

TAIL = 0.02
"""Share of a picture that its lightest and its darkest parts are (own choice)."""

EVEN = 0.02
"""A row of a border varies by less than this share of the whole picture (own choice)."""

LEAST_LEFT = 0.25
"""A border that leaves less of the picture than this is the picture (own choice)."""


@feature(unit="L*", low=0, high=100, direction="more contrast", family="multiscale")
def amount(image: LinearImage) -> float:
    r"""Recommended amount of contrast: span of lightness from darkest to lightest areas.

    At full size, half, a quarter and so on, by the levels of `rammg`: the mean L* of the lightest
    2 % of the cells, less that of the darkest 2 %; then the mean over levels. 0 for an even
    picture, 100 for black beside white. An even border on opposite sides is left out. A
    difference of L* does not see a shift of all L* by the same step, nor, nearly, of all code
    values.

    Formula: \frac{1}{\sum c_k}\sum_{k}c_k\Bigl(\mu\bigl[L^*_k\ge Q_{98}\bigr]
        -\mu\bigl[L^*_k\le Q_{2}\bigr]\Bigr)
    Unchanged by: a step of L* that clips nothing, an even border.
    Fails: Amount, not quality: too much scores highest. The tones between the ends do not count.
    Source: docs/methods.md#amount-of-contrast (own form).
    """
    if image.is_flat:
        return 0.0
    inside = without_border(image.lightness)
    if inside.shape != image.shape:
        counts, found = zip(*levels(inside), strict=True)
        spans = [_span(level) for level in found]
    else:
        counts, found = zip(*lightness_levels(image), strict=True)
        spans = [_span(level) for level in found[1:]]
        spans.insert(0, _span_of_tones(image.tones) if _is_read(image) else _span(found[0]))
    return min(float(np.average(spans, weights=counts)), 100.0)


def without_border(values: Real) -> Real:
    """What an even border of one tone encloses of (h, w) values, or all of them.

    Rows from both ends, then columns: those even in themselves and as the outermost one, where
    opposite ends are of one tone; and one more, which a smaller copy mixes with the border.
    """
    tolerance = EVEN * float(values.max() - values.min())
    inside = values
    for axis in (0, 1):
        before, after = _even_ends(inside, axis, tolerance)
        if before and after:
            lines = slice(before + 1, inside.shape[axis] - after - 1)
            inside = inside[lines] if axis == 0 else inside[:, lines]
    is_picture = inside.size >= LEAST_LEFT * values.size
    return inside if is_picture and float(np.ptp(inside)) > tolerance else values


def _even_ends(values: Real, axis: int, tolerance: float) -> tuple[int, int]:
    """How many lines from either end are even and of the same tone; (0, 0) if only one end is."""
    ends = values[[0, -1]] if axis == 0 else values[:, [0, -1]]
    if not values.size or float(np.ptp(ends)) > tolerance:
        return 0, 0  # nearly every picture
    across = 1 - axis
    away = np.maximum(values.max(axis=across) - ends.min(), ends.max() - values.min(axis=across))
    inner = np.flatnonzero(away > tolerance)
    return (int(inner[0]), int(len(away) - 1 - inner[-1])) if inner.size else (0, 0)


def _is_read(image: LinearImage) -> bool:
    """Whether it has the precision of files, of which the histogram is exact enough."""
    return image.luminance.dtype == np.float32


def _span(level: Cells) -> float:
    """Mean of the lightest share of the cells less that of the darkest, over all grids."""
    covers = np.ones(level.grids[0].shape)
    covers[-1] *= level.covered[0]
    covers[:, -1] *= level.covered[1]
    wanted = TAIL * float(covers.sum())
    # At most one row and one column cover less than a whole cell, so no more can be needed.
    most = min(math.ceil(wanted) + sum(covers.shape), covers.size)
    spans = []
    for grid in level.grids:
        values, weights = grid.ravel(), covers.ravel()
        ends = np.partition(values, (most - 1, covers.size - most))
        low = np.flatnonzero(values <= ends[most - 1])
        high = np.flatnonzero(values >= ends[covers.size - most])
        darkest = _mean_of_first(values[low], weights[low], wanted)
        spans.append(-_mean_of_first(-values[high], weights[high], wanted) - darkest)
    return sum(spans) / len(spans)


def _mean_of_first(values: Real, weights: Floats, wanted: float) -> float:
    """Mean of the smallest values, which weigh as much as is wanted, the last in part."""
    order = np.argsort(values)
    taken = _steps(np.minimum(np.cumsum(weights[order]), wanted))
    return float(taken @ values[order].astype(np.float64)) / wanted


def _steps(reached: Floats) -> Floats:
    """What each place adds to the one before; quicker than `numpy.diff` for short arrays."""
    taken = reached.copy()
    taken[1:] -= reached[:-1]
    return taken


def _span_of_tones(tones: Ints) -> float:
    """The same of a histogram of encoded luminance, to half a bin: a thirtieth of a code value."""
    of_bin = _lightness_of_bins(tones.size)
    wanted = TAIL * float(tones.sum())
    ends = []
    for counts, values in ((tones, of_bin), (tones[::-1], of_bin[::-1])):
        reached = np.minimum(np.cumsum(counts), wanted)
        ends.append(float(_steps(reached) @ values) / wanted)
    return ends[1] - ends[0]


@functools.cache
def _lightness_of_bins(count: int) -> Floats:
    return lightness(decode_srgb((np.arange(count) + 0.5) / count))
