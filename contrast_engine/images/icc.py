"""ICC profiles at full depth, through LittleCMS.

A profile of curves and primaries is turned into tables once, so that reading through it costs
three look-ups and a matrix, at 8 bits as at 16. It is known by its light adding up: that of red,
green and blue together is the sum of each alone. The tables of printers go through LittleCMS.
"""

import io
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from PIL import ImageCms

from contrast_engine.arrays import Floats32
from contrast_engine.images import colour, primaries
from contrast_engine.images.cicp import profile as cicp_profile
from contrast_engine.images.profiles import SRGB_8, SRGB_16, Curved
from contrast_engine.images.raster import Codes, Profile

NOT_USED = "colour profile could not be used"
CONVERTED = "colour profile converted to sRGB"

_SPACES = {1: b"GRAY", 3: b"RGB ", 4: b"CMYK"}
_WORDS = {b"GRAY": "gray", b"RGB ": "rgb", b"CMYK": "cmyk", b"Lab ": "lab"}
_EXACT = 0x0100  # cmsFLAGS_NOOPTIMIZE: its own short cuts are off by up to .05 at 16 bits
_PERCEPTUAL = 0
_ADDS_UP = 2e-3
_PROBE = 6


@dataclass(frozen=True, eq=False)
class Tabled:
    """A profile of tables, as printers and scanners have: every strip through LittleCMS.

    Args:
        data: The profile.
        space: Its colour space as the header says.
        name, transfer: In words.
    """

    data: bytes
    space: bytes
    name: str
    transfer: str = "table"

    def linear(self, codes: Codes) -> Floats32:
        """Linear light 0..1 in sRGB primaries of (h, w, c) codes."""
        is_deep = codes.dtype == np.uint16
        given: Any = codes if self.space != b"GRAY" else codes[..., 0]
        srgb = _through(
            np.ascontiguousarray(given), self.data, self.space, _srgb(), "uint16",
            _EXACT if is_deep else 0,
        )  # fmt: skip
        light: Floats32 = colour.LINEAR_OF_16_BIT[srgb]
        return light


def profile(data: bytes, codes: Codes, channels: int | None = None) -> Profile | None:
    """What an ICC profile makes of codes of 8 or 16 bits; None where it does not fit them.

    A profile that is sRGB to within one 8-bit code is taken for sRGB.

    Args:
        data: The profile.
        codes: (h, w, c); only type and channels count.
        channels: Colour channels, where opacity follows them.
    """
    n_codes = 65536 if codes.dtype == np.uint16 else 256
    return _profile(bytes(data), channels or codes.shape[2], n_codes)


@lru_cache(maxsize=32)
def _profile(data: bytes, channels: int, n_codes: int) -> Profile | None:
    import imagecodecs

    space = data[16:20]
    # Grey pictures are at times saved with the profile of the colour picture they were.
    fits = _SPACES.get(channels) == space or (channels == 1 and space == b"RGB ")
    if not fits and not (channels == 3 and space == b"Lab "):
        return None
    try:
        name = f"ICC profile: {_description(data)}"
        hdr = _cicp_of(data)
        if hdr is not None:
            return replace(cicp_profile(*hdr, n_codes - 1, n_codes, name), name=name)
        if space == b"GRAY" or channels == 1:
            return _grey(data, space, n_codes, name)
        if space == b"RGB ":
            made = _of_curves(data, n_codes, name)
            if made is not None:
                return made
        probe = np.zeros((1, 1, channels), np.uint16)
        _through(probe, data, space, _srgb(), "uint16", _EXACT)
    except (imagecodecs.CmsError, ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None
    return Tabled(data, space, name)


def _grey(data: bytes, space: bytes, n_codes: int, name: str) -> Curved:
    ramp = np.linspace(0, 65535, n_codes).round().astype(np.uint16)[None]
    given = ramp if space == b"GRAY" else np.repeat(ramp[..., None], 3, axis=2)
    light = colour.luminance(_linear(given, data, space))
    return _or_srgb(Curved(_rounded_off(light), None, name, "curve of the profile"), n_codes)


def _of_curves(data: bytes, n_codes: int, name: str) -> Curved | None:
    """Curves and a matrix, where the profile is made of them."""
    ramp = np.linspace(0, 65535, n_codes).round().astype(np.uint16)
    alone = np.zeros((4, n_codes, 3), np.uint16)
    for channel in range(3):
        alone[channel, :, channel] = ramp
    alone[3] = ramp[:, None]
    light = _linear(alone, data, b"RGB ")
    steps = np.linspace(0, n_codes - 1, _PROBE).round().astype(np.int64)
    grid = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1).reshape(-1, 3)
    together = _linear(ramp[grid][None], data, b"RGB ")[0]
    added = sum(light[channel, grid[:, channel]] for channel in range(3))
    if not np.abs(together - added).max() < _ADDS_UP:
        return None
    columns = light[:3, -1]  # (channel, rgb): light of each channel at its most
    strongest = np.abs(columns).argmax(axis=1)
    most = columns[range(3), strongest]
    if not np.all(np.abs(most) > 1e-6):
        return None
    tables = np.stack([light[c, :, strongest[c]] / most[c] for c in range(3)])
    matrix = columns.T / columns.sum(axis=0)[:, None]  # white goes to white
    if not np.abs(columns.sum(axis=0) - 1).max() < 0.01:
        matrix = columns.T
    made = Curved(_rounded_off(tables), matrix.astype(np.float32), name, "curves of the profile")
    return _or_srgb(made, n_codes)


def _or_srgb(made: Curved, n_codes: int) -> Curved:
    """SRGB itself where a profile changes no colour by more than one 8-bit code."""
    plain = SRGB_16 if n_codes == 65536 else SRGB_8
    channels = 1 if made.matrix is None else 3
    steps = np.linspace(0, n_codes - 1, 16).round().astype(np.int64)
    dtype = np.uint16 if n_codes == 65536 else np.uint8
    axes = np.meshgrid(*[steps] * channels, indexing="ij")
    grid: Any = np.stack(axes, axis=-1).reshape(1, -1, channels).astype(dtype)
    change = colour.encode_srgb(made.linear(grid)) - colour.encode_srgb(plain.linear(grid))
    if np.abs(change).max() * 255 > 1.01:
        return made
    return replace(plain, name=made.name)


def _rounded_off(tables: Floats32) -> Floats32:
    """Without the last digits LittleCMS leaves about black and white."""
    kept: Floats32 = np.where(
        np.abs(tables - 1) < 2e-5, 1, np.where(np.abs(tables) < 1e-7, 0, tables)
    )
    return kept.astype(np.float32)


def _linear(codes: Any, data: bytes, space: bytes) -> Floats32:
    """Linear sRGB, unclipped; of a damaged profile a ValueError."""
    light = np.asarray(_through(codes, data, space, _linear_srgb(), "float32", _EXACT), np.float32)
    if not np.isfinite(light).all():
        raise ValueError("a profile that gives no numbers")
    return light


def _through(codes: Any, data: bytes, space: bytes, target: bytes, dtype: str, flags: int) -> Any:
    import imagecodecs

    return imagecodecs.cms_transform(
        codes, data, target, colorspace=_WORDS[space], outcolorspace="rgb", outdtype=dtype,
        intent=_PERCEPTUAL, flags=flags,
    )  # fmt: skip


@lru_cache(maxsize=1)
def _srgb() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@lru_cache(maxsize=1)
def _linear_srgb() -> bytes:
    import imagecodecs

    made: bytes = imagecodecs.cms_profile(
        "rgb", gamma=1.0, whitepoint=list(primaries.SRGB[6:]), primaries=list(primaries.SRGB[:6])
    )
    return made


def _description(data: bytes) -> str:
    """What the profile calls itself."""
    text = ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(data)))
    return " ".join(text.split()) or "unnamed"


def _cicp_of(data: bytes) -> tuple[int, int] | None:
    """Primaries and transfer of an HDR profile, which states them in a tag of its own."""
    count = int.from_bytes(data[128:132], "big")
    for entry in range(min(count, 100)):
        at = 132 + 12 * entry
        if data[at : at + 4] != b"cicp":
            continue
        where = int.from_bytes(data[at + 4 : at + 8], "big")
        if data[where : where + 4] == b"cicp" and data[where + 9] in (16, 18):
            return data[where + 8], data[where + 9]
    return None
