"""One image as the features see it: linear light at analysis size, and shared views of it."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import cv2
import numpy as np

from contrast_engine.arrays import Floats, Ints, Real
from contrast_engine.errors import ImageError
from contrast_engine.images import colour
from contrast_engine.images.pixel_sums import energy, mean, percentile

ANALYSIS_SIZE = 512
"""Longest side, in pixels, at which images are measured unless told otherwise."""

FLAT = 1e-6
"""Below this standard deviation of Y an image counts as flat: no luminance contrast at all."""

_TONES = 16384  # 64 bins for each of the 256 of `entropy`
_COLOURLESS = 1e-6  # of linear light between channels: rounding, not colour


@dataclass(frozen=True, eq=False)
class LinearImage:
    """An RGB image in linear light, with cached views that several features share.

    Args:
        rgb: (h, w, 3) linear light, 0 = black and 1 = white. float32 stays, as files are read;
            anything else becomes float64. Every view has the same precision; sums over pixels,
            means and local variances are always taken in float64.
        width, height: Size of the picture it came from, upright; its own size if not given.
        notes: What was decided while reading, in words ("alpha composited on mid-grey").
        how: How its file was read, in one line; "" for pixels that are no file's.

    `shared` is where features keep what several of them need.
    """

    rgb: Real
    width: int = 0
    height: int = 0
    notes: tuple[str, ...] = ()
    how: str = ""
    shared: dict[str, Any] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        given = np.asarray(self.rgb)
        if given.dtype in (np.uint8, np.uint16):
            raise ImageError(
                f"linear light is floating-point numbers from 0 to 1, got {given.dtype}; codes of"
                " a picture become light by read_image(array, space='srgb')"
            )
        kind = np.float32 if given.dtype == np.float32 else np.float64
        rgb: Real = np.ascontiguousarray(given, dtype=kind)
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

    def __repr__(self) -> str:
        height, width = self.shape
        size = f"{width} x {height}"
        if (width, height) != (self.width, self.height):
            size += f" of {self.width} x {self.height}"
        said = "".join(f"; {words}" for words in (self.how, *self.notes) if words)
        return f"LinearImage({size}{said})"

    def _repr_png_(self) -> bytes:
        """The picture in sRGB, as PNG: what a notebook shows."""
        codes = np.rint(colour.encode_srgb(self.rgb) * 255).astype(np.uint8)
        _, png = cv2.imencode(".png", codes[..., ::-1])
        return png.tobytes()

    @property
    def shape(self) -> tuple[int, int]:
        """(h, w) of the pixels that are measured."""
        return self.rgb.shape[0], self.rgb.shape[1]

    @property
    def scale(self) -> float:
        """How much smaller than its source it is: 1 = full size, 0.5 = half."""
        return max(self.shape) / max(self.width, self.height)

    @cached_property
    def luminance(self) -> Real:
        """(h, w) relative luminance Y, 0..1."""
        return colour.luminance(self.rgb)

    @cached_property
    def mean(self) -> float:
        """Mean of Y."""
        return mean(self.luminance)

    @cached_property
    def centred(self) -> Real:
        """(h, w) Y minus its mean: what moments and spectra are taken of."""
        centred: Real = self.luminance - self.mean
        return centred

    @cached_property
    def std(self) -> float:
        """Population standard deviation of Y."""
        return float(np.sqrt(energy(self.centred) / self.centred.size))

    @cached_property
    def is_flat(self) -> bool:
        """Whether Y hardly varies, so that contrast is 0 and ratios are sentinels."""
        return self.std < FLAT

    @cached_property
    def is_grey(self) -> bool:
        """Whether no point has any colour beyond rounding, so that chroma is exactly 0."""
        return _is_grey(self.rgb[::16, ::16]) and _is_grey(self.rgb)  # most say no at once

    @cached_property
    def lightness(self) -> Real:
        """(h, w) CIE lightness L* of Y, 0..100; unmoved by colour changes that keep Y."""
        return colour.lightness(self.luminance)

    @cached_property
    def lab(self) -> Real:
        """(h, w, 3) CIE L*, a*, b*; a* and b* are 0 where the pixel is grey."""
        return colour.lab(self.rgb)

    @cached_property
    def chroma_axes(self) -> tuple[Real, Real]:
        """(h, w) a* and (h, w) b*, exactly 0 in a grey picture."""
        if self.is_grey:
            nothing = np.zeros(self.shape, self.rgb.dtype)
            return nothing, nothing
        return colour.chroma_axes(self.rgb)

    @cached_property
    def chroma(self) -> Real:
        """(h, w) CIE chroma C*, exactly 0 in a grey picture."""
        # Not by cv2.magnitude: its last bit depends on where in memory the pixels lie.
        a, b = self.chroma_axes
        chroma: Real = a * a
        chroma += b * b
        return np.sqrt(chroma, out=chroma)

    @cached_property
    def encoded(self) -> Real:
        """(h, w) sRGB-encoded luminance Y', 0..1."""
        return colour.encode_srgb(self.luminance)

    @cached_property
    def tones(self) -> Ints:
        """(16384,) pixels by encoded luminance Y', in bins of equal width over 0..1."""
        codes = self.encoded * _TONES
        bins = np.minimum(codes, _TONES - 1, out=codes).astype(np.uint16)
        counts: Any = cv2.calcHist([bins], [0], None, [_TONES], [0, _TONES])
        return np.asarray(counts, np.int64).ravel()

    @cached_property
    def luminance_range(self) -> tuple[float, float]:
        """1st and 99th percentile of Y; of float32 pixels to half a bin of `tones`."""
        if self.luminance.dtype == np.float64:
            return percentile(self.luminance, 0.01), percentile(self.luminance, 0.99)
        low, high = colour.decode_srgb(self._tails)
        return float(low), float(high)

    @cached_property
    def lightness_range(self) -> tuple[float, float]:
        """1st and 99th percentile of L*; of float32 pixels to half a bin of `tones`."""
        if self.luminance.dtype == np.float64:
            return percentile(self.lightness, 0.01), percentile(self.lightness, 0.99)
        low, high = colour.lightness(colour.decode_srgb(self._tails))
        return float(low), float(high)

    @cached_property
    def _tails(self) -> Floats:
        """1st and 99th percentile of Y', which rises with Y and L*, read off its histogram."""
        reached = np.cumsum(self.tones)
        ranks = np.array([0.01, 0.99]) * (reached[-1] - 1) + 0.5
        bins = np.searchsorted(reached, ranks)
        inside = (ranks - (reached[bins] - self.tones[bins])) / self.tones[bins]
        tails: Floats = (bins + inside) / _TONES
        return tails


def _is_grey(rgb: Real) -> bool:
    green = rgb[..., 1]
    return all(float(np.abs(rgb[..., c] - green).max()) <= _COLOURLESS for c in (0, 2))
