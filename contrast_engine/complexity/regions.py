"""Into how many even regions a picture falls: neighbours alike are joined."""

from collections.abc import Iterator

import cv2
import numpy as np

from contrast_engine.arrays import Floats, Real
from contrast_engine.complexity.picture import SizedPicture, lab_of

ALIKE = 3.0
"""Difference of neighbours in L*a*b* up to which they belong together, after smoothing."""

SEEN = (4, 32, 128)
"""Pixels from which a region is counted: as a detail, a part, or a large part (own choices)."""

_SMOOTHED = 1.0  # standard deviation in pixels
_SHIFT = (8, 16)  # reach in pixels and in code values of the mean shift
_ALIKE_SHIFTED = (4.0, 8.0)


def region_shares(values: Real, alike: float) -> Floats:
    """The share of the picture of each region, of neighbours that differ by less than a limit.

    Single linkage: two pixels are in one region where a path of small steps joins them.

    Args:
        values: (h, w, c), as L*a*b*.
        alike: Euclidean difference of two neighbours, straight ones, below which they are joined.

    Returns:
        (n,) shares, which sum to 1.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    height, width = values.shape[:2]
    place = np.arange(height * width).reshape(height, width)
    across = np.square(values[:, 1:] - values[:, :-1]).sum(axis=2) < alike**2
    down = np.square(values[1:] - values[:-1]).sum(axis=2) < alike**2
    first = np.concatenate([place[:, :-1][across], place[:-1][down]])
    second = np.concatenate([place[:, 1:][across], place[1:][down]])
    joined = coo_array((np.ones(len(first), bool), (first, second)), shape=(place.size,) * 2)
    _, region = connected_components(joined, directed=False)
    shares: Floats = np.bincount(region) / place.size
    return shares


def even_regions(picture: SizedPicture) -> Iterator[tuple[str, float]]:
    """Regions of the smoothed picture: how many, how evenly they share it, all but the largest.

    Source: number of regions as complexity, Corchs et al. 2016.
    Deviates: single linkage at a fixed difference in L*a*b* makes the regions.
    """
    smooth = np.asarray(cv2.GaussianBlur(picture.lab, (0, 0), _SMOOTHED))
    yield from _counted("regions", region_shares(smooth, ALIKE), picture.pixels)


def shifted_regions(picture: SizedPicture) -> Iterator[tuple[str, float]]:
    """Regions of the mean shift, in which texture melts into one colour and edges stay.

    Source: mean shift, Comaniciu & Meer 2002.
    Deviates: as `even_regions`.
    """
    shifted = lab_of(np.asarray(cv2.pyrMeanShiftFiltering(picture.codes, *_SHIFT), np.uint8))
    for alike in _ALIKE_SHIFTED:
        shares = region_shares(shifted, alike)
        yield from _counted(f"shift_{alike:.0f}_regions", shares, picture.pixels)


def _counted(name: str, shares: Floats, pixels: int) -> Iterator[tuple[str, float]]:
    sizes = np.round(shares * pixels)
    for least in SEEN:
        label = name if least == SEEN[0] else f"{name}_from_{least}"
        yield label, float(np.count_nonzero(sizes >= least))
    yield f"{name}_entropy", entropy(shares)
    yield f"{name}_beyond_largest", float(1 - shares.max())


def entropy(counts: Real) -> float:
    """Shannon entropy in bits of (n,) counts or shares."""
    share = counts[counts > 0] / counts.sum()
    return float(max(-(share * np.log2(share)).sum(), 0.0))
