"""CIE Lab as files store it, made linear sRGB.

Sources: TIFF 6.0, section 23 (CIELab, D50 unless the file states its white); Adobe Photoshop TIFF
technical notes 2002 (ICCLab); ITU-T T.42 (ITULab).
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from contrast_engine.arrays import Floats32
from contrast_engine.images import primaries
from contrast_engine.images.raster import Codes

D50 = (0.9642, 1.0, 0.8249)

_KNEE = 6 / 29


@dataclass(frozen=True, eq=False)
class LabLight:
    """L*, a* and b* as whole numbers.

    Args:
        scale: What one code is worth, of each of the three.
        offset: What code 0 is, of each.
        is_signed: Whether the codes of a* and b* run below 0, as two's complement.
        white: XYZ of the white they are seen under.
        name: What the file calls it.
    """

    scale: tuple[float, float, float]
    offset: tuple[float, float, float] = (0.0, 0.0, 0.0)
    is_signed: bool = False
    white: tuple[float, float, float] = D50
    name: str = "CIELab"
    transfer: str = "CIE lightness"

    def linear(self, codes: Codes) -> Floats32:
        """Linear light 0..1 in sRGB primaries, of (h, w, 1 or 3) codes."""
        values = codes.astype(np.float32)
        if self.is_signed:
            signed = np.int8 if codes.dtype == np.uint8 else np.int16
            values[..., 1:] = codes[..., 1:].view(signed)
        channels = codes.shape[2]
        values *= np.array(self.scale[:channels], np.float32)
        values += np.array(self.offset[:channels], np.float32)
        root = (values[..., 0] + 16) / 116
        if channels == 1:
            grey: Floats32 = np.clip(_cubed(root), 0, 1)[..., None]
            return grey
        roots = np.stack([root + values[..., 1] / 500, root, root - values[..., 2] / 200], axis=-1)
        xyz = _cubed(roots) * np.array(self.white, np.float32)
        matrix = primaries.xyz_to_srgb(self.white).astype(np.float32)
        light = np.asarray(cv2.transform(xyz, matrix), np.float32)
        return np.clip(light, 0, 1, out=light)


def cielab(most: int, white: tuple[float, float, float] = D50) -> LabLight:
    """TIFF's CIELab: a* and b* with a sign, in whole units at 8 bits, in 256ths at 16."""
    step = 1.0 if most == 255 else 1 / 256
    return LabLight((100 / most, step, step), is_signed=True, white=white)


def icclab(most: int) -> LabLight:
    """TIFF's ICCLab: a* and b* from -128, and L* at 16 bits up to code 65280."""
    deep = most != 255
    step = 1 / 256 if deep else 1.0
    return LabLight((100 / (65280 if deep else 255), step, step), (0, -128, -128), name="ICCLab")


def itulab(most: int, ranges: tuple[float, ...] | None) -> LabLight:
    """TIFF's ITULab: by the ranges that a file states, lowest and highest of each, or by T.42."""
    if ranges is None:
        step = 1 / most
        return LabLight(
            (100 * step, 170 * step, 200 * step), (0, -170 * 128 / 255, -200 * 96 / 255),
            name="ITULab",
        )  # fmt: skip
    low, high = ranges[0::2], ranges[1::2]
    scale = tuple((b - a) / most for a, b in zip(low, high, strict=True))
    return LabLight(
        (scale[0], scale[1], scale[2]), (low[0], low[1], low[2]), name="ITULab, own ranges"
    )


def _cubed(root: Any) -> Any:
    return np.where(root > _KNEE, root**3, (root - 4 / 29) * (3 * _KNEE**2))
