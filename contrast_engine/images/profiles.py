"""What colour numbers mean: one way from the samples of any file to linear light in sRGB primaries.

A profile is a curve, or one for each channel, then a matrix; only profiles of printers and the
like, which are tables, are left to LittleCMS (`icc.py`). All of them take rows of any height, so
no picture is ever linear at full size.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

import cv2
import numpy as np

from contrast_engine.arrays import Floats, Floats32
from contrast_engine.images import colour
from contrast_engine.images.raster import Codes

Curve = Callable[[Floats], Floats]
"""Linear light of code values 0..1."""


@dataclass(frozen=True, eq=False)
class Curved:
    """A curve for all channels or for each, then a matrix.

    Args:
        tables: (1 or c, 2**depth) linear light of every code value.
        matrix: (3, c) from linear channels to linear sRGB; None where they are already.
        name: The primaries in words.
        transfer: The curve in words.
    """

    tables: Floats32
    matrix: Floats32 | None = None
    name: str = "sRGB"
    transfer: str = "sRGB curve"

    def unclipped(self, codes: Codes) -> Floats32:
        """Linear sRGB, (h, w, 1 or 3), also below 0 and above 1 where colours lie outside."""
        return self.mixed(self.channels(codes))

    def channels(self, codes: Codes) -> Floats32:
        """Linear light of each channel, in the primaries of the file."""
        return _looked_up(codes, self.tables)

    def mixed(self, light: Floats32) -> Floats32:
        """Linear sRGB of linear channels."""
        if self.matrix is None or light.shape[2] == 1:
            return light
        return np.asarray(cv2.transform(light, self.matrix), np.float32).reshape(light.shape)

    @cached_property
    def can_exceed(self) -> bool:
        """Whether some codes stand for light outside 0..1."""
        return self.matrix is not None or bool(self.tables.max() > 1 or self.tables.min() < 0)

    def linear(self, codes: Codes) -> Floats32:
        """Linear light 0..1 in sRGB primaries; what lies outside is clipped."""
        light = self.unclipped(codes)
        return np.clip(light, 0, 1, out=light) if self.can_exceed else light


@dataclass(frozen=True, eq=False)
class SceneLight:
    """Floating-point linear light with a white of its own.

    Args:
        white: What counts as 1.
        matrix: (3, 3) to linear sRGB; None where it is that already.
        name: The primaries in words.
    """

    white: float
    matrix: Floats32 | None = None
    name: str = "sRGB primaries (assumed)"
    transfer: str = "linear"

    def linear(self, codes: Codes) -> Floats32:
        """Linear light 0..1: divided by white, then clipped."""
        light = np.asarray(codes, np.float32) / np.float32(self.white)
        if self.matrix is not None and light.shape[2] == 3:
            light = np.asarray(cv2.transform(light, self.matrix), np.float32).reshape(light.shape)
        return np.clip(light, 0, 1, out=light)


@dataclass(frozen=True, eq=False)
class Ink:
    """CMYK without a profile: light passes paper where no ink lies, on sRGB codes.

    Args:
        most: The code of full ink.
    """

    most: int = 255
    name: str = "CMYK without a profile (approximate)"
    transfer: str = "sRGB curve"

    def linear(self, codes: Codes) -> Floats32:
        """Linear light 0..1 of (h, w, 4) codes, 0 = no ink."""
        passed = 1 - np.asarray(codes, np.float32) / np.float32(self.most)
        return np.asarray(colour.decode_srgb(passed[..., :3] * passed[..., 3:]), np.float32)


SRGB_8 = Curved(colour.LINEAR_OF_8_BIT[None])
SRGB_16 = Curved(colour.LINEAR_OF_16_BIT[None])


def srgb(codes: Codes, *, is_said: bool = False) -> Curved:
    """The profile of plain sRGB codes of 8 or 16 bits; said by the file, or assumed."""
    plain = SRGB_16 if codes.dtype == np.uint16 else SRGB_8
    return plain if is_said else replace(plain, name="sRGB (assumed)")


def curved(
    curve: Curve,
    most: int,
    codes: int,
    *,
    matrix: Floats | None = None,
    name: str,
    transfer: str,
    is_inverted: bool = False,
) -> Curved:
    """A profile from a curve.

    Args:
        curve: Linear light of code values 0..1.
        most: The code that stands for 1.
        codes: How many codes there are: 256 or 65536.
        matrix: (3, 3) to linear sRGB.
        name: The primaries in words.
        transfer: The curve in words.
        is_inverted: True where 0 is white, as in WhiteIsZero.
    """
    value = np.minimum(np.arange(codes) / most, 1.0)
    table = curve(1 - value if is_inverted else value)
    square = None if matrix is None else np.asarray(matrix, np.float32)
    return Curved(np.asarray(table, np.float32)[None], square, name, transfer)


@lru_cache(maxsize=16)
def srgb_of_depth(most: int, n_codes: int, *, is_inverted: bool = False) -> Curved:
    """Plain sRGB whose white is the code `most`, such as 4095 for 12 bits in 16."""
    return curved(
        colour.decode_srgb, most, n_codes,
        name="sRGB (assumed)", transfer="sRGB curve", is_inverted=is_inverted,
    )  # fmt: skip


def _looked_up(codes: Codes, tables: Floats32) -> Floats32:
    if len(tables) == 1:
        if codes.dtype == np.uint8:  # OpenCV drops a last axis of one
            light: Any = cv2.LUT(np.ascontiguousarray(codes), tables[0])
            return np.asarray(light, np.float32).reshape(codes.shape)
        found: Floats32 = tables[0][codes]
        return found
    split: Floats32 = np.empty(codes.shape, np.float32)
    for channel, table in enumerate(tables):
        split[..., channel] = table[codes[..., channel]]
    return split
