"""One image as the features see it: linear light at analysis size, and shared views of it."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.errors import ImageError
from contrast_engine.images import colour

ANALYSIS_SIZE = 512
"""Longest side, in pixels, at which images are measured unless told otherwise."""

FLAT = 1e-6
"""Below this standard deviation of Y an image counts as flat: no luminance contrast at all."""


@dataclass(frozen=True, eq=False)
class LinearImage:
    """An RGB image in linear light, with cached views that several features share.

    Args:
        rgb: (h, w, 3) float64, linear light, 0 = black and 1 = white.
        width, height: Size of the picture it came from, upright; its own size if not given.
        notes: What was decided while reading, in words ("alpha composited on mid-grey").

    `shared` is where features keep what several of them need.
    """

    rgb: Floats
    width: int = 0
    height: int = 0
    notes: tuple[str, ...] = ()
    shared: dict[str, Any] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        rgb = np.ascontiguousarray(self.rgb, dtype=np.float64)
        if rgb.ndim != 3 or rgb.shape[2] != 3 or 0 in rgb.shape:
            raise ImageError(f"linear RGB needs the shape (height, width, 3), got {rgb.shape}")
        lowest, highest = float(rgb.min()), float(rgb.max())
        if not (lowest >= -1e-9 and highest <= 1 + 1e-6):  # also refuses NaN
            raise ImageError(f"linear light must lie in 0..1, got {lowest:.6g} to {highest:.6g}")
        if lowest < 0 or highest > 1:  # by rounding alone
            rgb = np.clip(rgb, 0.0, 1.0)
        view = rgb.view()
        view.flags.writeable = False
        object.__setattr__(self, "rgb", view)
        if not self.width or not self.height:
            object.__setattr__(self, "width", rgb.shape[1])
            object.__setattr__(self, "height", rgb.shape[0])

    @property
    def shape(self) -> tuple[int, int]:
        """(h, w) of the pixels that are measured."""
        return self.rgb.shape[0], self.rgb.shape[1]

    @property
    def scale(self) -> float:
        """How much smaller than its source it is: 1 = full size, 0.5 = half."""
        return max(self.shape) / max(self.width, self.height)

    @cached_property
    def luminance(self) -> Floats:
        """(h, w) relative luminance Y, 0..1."""
        return colour.luminance(self.rgb)

    @cached_property
    def mean(self) -> float:
        """Mean of Y."""
        return float(self.luminance.mean())

    @cached_property
    def centred(self) -> Floats:
        """(h, w) Y minus its mean: what moments and spectra are taken of."""
        centred: Floats = self.luminance - self.mean
        return centred

    @cached_property
    def std(self) -> float:
        """Population standard deviation of Y."""
        return float(np.sqrt(np.mean(np.square(self.centred))))

    @cached_property
    def is_flat(self) -> bool:
        """Whether Y hardly varies, so that contrast is 0 and ratios are sentinels."""
        return self.std < FLAT

    @cached_property
    def lightness(self) -> Floats:
        """(h, w) CIE lightness L* of Y, 0..100; unmoved by colour changes that keep Y."""
        return colour.lightness(self.luminance)

    @cached_property
    def lab(self) -> Floats:
        """(h, w, 3) CIE L*, a*, b*; a* and b* are 0 where the pixel is grey."""
        return colour.lab(self.rgb)

    @cached_property
    def chroma(self) -> Floats:
        """(h, w) CIE chroma C*, 0 where the pixel is grey."""
        chroma: Floats = np.sqrt(np.square(self.lab[..., 1]) + np.square(self.lab[..., 2]))
        return chroma

    @cached_property
    def encoded(self) -> Floats:
        """(h, w) sRGB-encoded luminance Y', 0..1."""
        return colour.encode_srgb(self.luminance)

    @cached_property
    def luminance_range(self) -> tuple[float, float]:
        """1st and 99th percentile of Y."""
        return self._percentiles(self._tails)

    @cached_property
    def lightness_range(self) -> tuple[float, float]:
        """1st and 99th percentile of L*."""
        return self._percentiles(colour.lightness(self._tails))

    @cached_property
    def _tails(self) -> Floats:
        # The four pixels that the two percentiles lie between. L* rises with Y, so one partial
        # sort serves both scales exactly.
        flat = self.luminance.ravel()
        below = [int(np.floor(q * (flat.size - 1))) for q in (0.01, 0.99)]
        above = [min(rank + 1, flat.size - 1) for rank in below]
        ranks = [below[0], above[0], below[1], above[1]]
        tails: Floats = np.partition(flat, sorted(set(ranks)))[ranks]
        return tails

    def _percentiles(self, tails: Floats) -> tuple[float, float]:
        last = self.luminance.size - 1
        part = [q * last - np.floor(q * last) for q in (0.01, 0.99)]
        low = tails[0] + part[0] * (tails[1] - tails[0])
        high = tails[2] + part[1] * (tails[3] - tails[2])
        return float(low), float(high)
