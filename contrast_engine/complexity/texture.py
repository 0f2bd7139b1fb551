"""Edges, detail, colours and bytes: what simple measures of complexity count."""

from collections.abc import Iterator

import cv2
import numpy as np

from contrast_engine.arrays import Floats, Floats32
from contrast_engine.complexity.picture import SizedPicture
from contrast_engine.complexity.regions import entropy

EDGES = {"edge_density": (100, 200), "soft_edge_density": (30, 60)}
"""Thresholds of Canny's detector on 8-bit luma."""

QUALITIES = {"jpeg_bytes": 75, "rough_jpeg_bytes": 30}
"""Quality the picture is encoded at."""

WINDOWS = (5, 11, 21)
_PATCHES = (8, 16)
_TONES = 32
_COLOUR_STEP = 10  # units of L*, a*, b* to a colour
_SHARE_OF_A_COLOUR = 5e-4
_BUSY = (2.0, 4.0)  # difference across a pixel, in units of L*a*b*
_CELLS = 16
_SHARE_OF_A_CELL = 0.02


def edge_measures(picture: SizedPicture) -> Iterator[tuple[str, float]]:
    """Share of pixels on an edge, and of 16 x 16 cells that have any: how far edges spread.

    Source: Canny 1986; edge density as complexity, Mack & Oliva 2004.
    """
    for name, (low, high) in EDGES.items():
        on = (np.asarray(cv2.Canny(picture.grey, low, high)) > 0).astype(np.float32)
        yield name, float(on.mean())
    cells = cv2.resize(on, (_CELLS, _CELLS), interpolation=cv2.INTER_AREA)
    yield "edge_spread", float((np.asarray(cells) > _SHARE_OF_A_CELL).mean())


def coded_bytes(picture: SizedPicture) -> Iterator[tuple[str, float]]:
    """Bytes of the picture as JPEG of fixed quality and size, not of the file it came from.

    Source: compressed size as complexity, Donderi 2006; Forsythe et al. 2011.
    """
    for name, quality in QUALITIES.items():
        code = cv2.imencode(".jpg", picture.codes[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
        yield name, float(len(code[1]))


def detail_measures(picture: SizedPicture) -> Iterator[tuple[str, float]]:
    """How far neighbours differ in L*a*b*, where, and how far pixels of a window spread.

    Mean gradient, and the share of the picture where it exceeds 2 and 4 units; of windows of 5, 11
    and 21 pixels the mean deviation in L*a*b*, and median and lower quartile of that of L*.

    Source: docs/methods.md#measures-of-complexity (own forms).
    """
    lab = picture.lab
    across = np.asarray(cv2.Sobel(lab, cv2.CV_32F, 1, 0)) / 8
    down = np.asarray(cv2.Sobel(lab, cv2.CV_32F, 0, 1)) / 8
    power = across**2 + down**2
    light, every = np.sqrt(power[..., 0]), np.sqrt(power.sum(axis=2))
    yield "colour_gradient", float(every.mean())
    yield "light_gradient", float(light.mean())
    for limit in _BUSY:
        yield f"busy_{limit:.0f}", float((every > limit).mean())
        yield f"busy_light_{limit:.0f}", float((light > limit).mean())
    for window in WINDOWS:
        variance = _variance(lab, window)
        of_light = np.sqrt(variance[..., 0])
        yield f"spread_{window}", float(np.sqrt(variance.sum(axis=2)).mean())
        quartile, median = np.quantile(of_light, [0.25, 0.5])
        yield f"light_spread_median_{window}", float(median)
        yield f"light_spread_quartile_{window}", float(quartile)


def corner_measures(picture: SizedPicture) -> Iterator[tuple[str, float]]:
    """How many corners there are, and how far the picture is made of them.

    Source: FAST, Rosten & Drummond 2006; smaller eigenvalue of the structure tensor, Shi & Tomasi
    1994.
    """
    detector = cv2.FastFeatureDetector_create(20)  # type: ignore[attr-defined]
    yield "corners", float(len(detector.detect(picture.grey)))
    smaller = np.asarray(cv2.cornerMinEigenVal(picture.grey, 5))
    yield "cornerness", float(np.log1p(1e3 * np.maximum(smaller, 0)).mean())


def blob_measures(picture: SizedPicture) -> Iterator[tuple[str, float]]:
    """How many blobs and stable areas detectors find.

    Source: SIFT, Lowe 2004; MSER, Matas et al. 2002.
    """
    yield "blobs", float(len(cv2.SIFT_create().detect(picture.grey)))  # type: ignore[attr-defined]
    stable, _ = cv2.MSER_create().detectRegions(picture.grey)  # type: ignore[attr-defined]
    yield "stable_areas", float(len(stable))


def patch_measures(picture: SizedPicture) -> Iterator[tuple[str, float]]:
    """Entropy of the 32 tones of luma in patches: median, lower quartile and spread.

    Source: Shannon 1948; docs/methods.md#measures-of-complexity.
    """
    for side in _PATCHES:
        bits = _patch_entropy(picture, side)
        quartile, median = np.quantile(bits, [0.25, 0.5])
        yield f"patch_entropy_{side}", float(median)
        yield f"patch_entropy_quartile_{side}", float(quartile)
        yield f"patch_entropy_spread_{side}", float(bits.std())


def colour_measures(picture: SizedPicture) -> Iterator[tuple[str, float]]:
    """How many colours there are, ten units of L*a*b* apart, and the entropy of their shares.

    And how far the blurred picture differs from its mirror image, left for right.

    Source: docs/methods.md#measures-of-complexity (own forms).
    """
    steps = np.round(picture.lab / _COLOUR_STEP).astype(np.int64) + 50
    _, counts = np.unique(steps @ np.array([10000, 100, 1]), return_counts=True)
    yield "colours", float(np.count_nonzero(counts > _SHARE_OF_A_COLOUR * picture.pixels))
    yield "colour_entropy", entropy(counts)
    light = np.asarray(cv2.GaussianBlur(np.ascontiguousarray(picture.lab[..., 0]), (0, 0), 4.0))
    yield "asymmetry", float(np.abs(light - light[:, ::-1]).mean())


def _variance(lab: Floats32, window: int) -> Floats32:
    """(h, w, 3) population variance in square windows, borders reflected."""
    mean = np.asarray(cv2.blur(lab, (window, window)))
    squares = np.asarray(cv2.blur(lab * lab, (window, window)))
    return np.maximum(squares - mean * mean, 0)


def _patch_entropy(picture: SizedPicture, side: int) -> Floats:
    """(n,) entropy in bits of whole patches; what does not fill one is left out."""
    height, width = (length // side * side for length in picture.grey.shape)
    tones = picture.grey[:height, :width].astype(np.int64) * _TONES // 256
    cells = tones.reshape(height // side, side, width // side, side).swapaxes(1, 2)
    patches = cells.reshape(-1, side * side)  # (n, side^2)
    places = np.arange(len(patches))[:, None] * _TONES + patches
    counts = np.bincount(places.ravel(), minlength=len(patches) * _TONES)
    share = counts.reshape(-1, _TONES) / side**2
    bits: Floats = -(share * np.log2(np.maximum(share, 1e-12))).sum(axis=1)
    return bits
