"""Radiance HDR files (.hdr, .pic): scene light in RGBE or XYZE.

Source: G. Ward, "Real Pixels", Graphics Gems II (1991); the Radiance reference, "picture files".
"""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from contrast_engine.errors import ImageError
from contrast_engine.images import primaries
from contrast_engine.images.raster import HowRead, Raster, Source
from contrast_engine.images.readers import pillow_images as pillow
from contrast_engine.images.readers import scene_light

_SIZE = re.compile(rb"([+-])([XY]) +(\d{1,9}) +([+-])([XY]) +(\d{1,9})\s*\n")
_MOST_HEADER = 1 << 20

# EXIF orientation by how lines run, then how pixels run in a line.
_TURNS = {
    b"-Y+X": 1, b"-Y-X": 2, b"+Y-X": 3, b"+Y+X": 4, b"+X-Y": 5, b"-X-Y": 6, b"-X+Y": 7, b"+X+Y": 8,
}  # fmt: skip


@dataclass(frozen=True)
class _Header:
    lines: int
    length: int
    orientation: int
    values: list[tuple[str, str]]
    end: int

    def numbers(self, key: str, count: int) -> list[tuple[float, ...]]:
        """The numbers of every line of a key that has so many."""
        found = []
        for name, value in self.values:
            try:
                numbers = tuple(float(word) for word in value.split())
            except ValueError:
                continue
            if name == key and len(numbers) == count and all(np.isfinite(numbers)):
                found.append(numbers)
        return found


def read(source: Source) -> Raster:
    """The picture of a Radiance HDR file.

    Raises:
        ImageError: It is too large, or in an encoding not known.
    """
    import imagecodecs

    header = _header(source.data)
    pillow.check_size((header.length, header.lines), source)
    kind = dict(header.values).get("FORMAT", "32-bit_rle_rgbe")
    if kind not in ("32-bit_rle_rgbe", "32-bit_rle_xyze"):
        raise ImageError(f"{source.name} holds Radiance data of a kind not known")
    codes = np.zeros((header.lines, header.length, 3), np.float32)
    try:
        imagecodecs.rgbe_decode(source.data[header.end :], header=False, out=codes)
    except imagecodecs.RgbeError as fault:
        if "READ_ERROR" in str(fault):
            raise EOFError("truncated") from fault
        raise
    notes: list[str] = []
    for channel, scale in enumerate(_scales(header)):
        if scale != 1:
            codes[..., channel] /= np.float32(scale)
    if any(scale != 1 for scale in _scales(header)):
        notes.append("EXPOSURE and COLORCORR of the file undone")
    matrix, name = _primaries(header, kind.endswith("xyze"))
    letters = "XYZE" if kind.endswith("xyze") else "RGBE"
    how = HowRead("imagecodecs", "8 bits with a shared exponent", letters, "", "")
    return scene_light.raster(
        codes, source, format="Radiance HDR", how=how, matrix=matrix, name=name,
        orientation=header.orientation, notes=tuple(notes),
    )  # fmt: skip


def _header(data: bytes) -> _Header:
    end = data.find(b"\n\n", 0, _MOST_HEADER)
    if end < 0:
        raise EOFError("truncated")
    found = _SIZE.match(data, end + 2)
    if found is None:
        if len(data) < end + 32:
            raise EOFError("truncated")
        raise ValueError("no size")
    first, second = found[2], found[5]
    if first == second:
        raise ValueError("two sizes of one side")
    values = []
    for line in data[:end].decode("latin-1").split("\n")[1:1000]:
        key, _, value = line.partition("=")
        values.append((key.strip().upper(), value.strip()))
    turn = _TURNS[found[1] + first + found[4] + second]
    return _Header(int(found[3]), int(found[6]), turn, values, found.end())


def _scales(header: _Header) -> tuple[float, float, float]:
    """What the light of each channel was multiplied by: all exposures and corrections together."""
    scale: Any = np.ones(3)
    for (exposure,) in header.numbers("EXPOSURE", 1):
        scale = scale * exposure
    for correction in header.numbers("COLORCORR", 3):
        scale = scale * correction
    if not (np.isfinite(scale).all() and (scale > 1e-30).all() and (scale < 1e30).all()):
        raise ValueError("a senseless exposure")
    return float(scale[0]), float(scale[1]), float(scale[2])


def _primaries(header: _Header, is_xyz: bool) -> tuple[Any, str]:
    if is_xyz:
        return primaries.xyz_to_srgb((1.0, 1.0, 1.0)), "CIE XYZ"
    stated = header.numbers("PRIMARIES", 8)
    if not stated:
        return None, "sRGB primaries (assumed)"
    rx, ry, gx, gy, bx, by, wx, wy = stated[-1]
    try:
        matrix = primaries.to_srgb((rx, ry, gx, gy, bx, by, wx, wy))
    except (ValueError, ArithmeticError, np.linalg.LinAlgError):
        return None, "sRGB primaries (those stated span no colours)"
    return matrix, "sRGB primaries" if matrix is None else "own primaries (PRIMARIES)"
