"""Profiles by the numbers of H.273, as PNG, AVIF, HEIC and JPEG XL state them."""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from contrast_engine.arrays import Floats32
from contrast_engine.errors import ImageError
from contrast_engine.images import primaries, transfer_functions
from contrast_engine.images.profiles import SRGB_8, SRGB_16, Curved, curved
from contrast_engine.images.raster import Codes
from contrast_engine.images.transfer_functions import DIFFUSE_WHITE, HLG_GAMMA, HLG_PEAK

WHITE_NOTE = "203 cd/m2"

_HLG_WEIGHTS = np.array([0.2627, 0.6780, 0.0593], np.float32)
_STRIP = 1_000_000  # pixels made linear at a time
_ABOVE = 1.01  # white itself may be rounded up


@dataclass(frozen=True, eq=False)
class HlgLight(Curved):
    """HLG: scene light is raised by the system gamma of its display, in units of diffuse white."""

    def unclipped(self, codes: Codes) -> Floats32:
        """Linear sRGB, (h, w, 1 or 3); 1 is diffuse white."""
        scene = self.channels(codes)
        mixed = scene @ _HLG_WEIGHTS if scene.shape[2] == 3 else scene[..., 0]
        gain = np.power(np.maximum(mixed, 1e-9), np.float32(HLG_GAMMA - 1))
        return self.mixed(scene * (gain * np.float32(HLG_PEAK / DIFFUSE_WHITE))[..., None])

    @property
    def can_exceed(self) -> bool:
        """Always: what lies above diffuse white."""
        return True


def profile(colours: int, transfer: int, most: int, n_codes: int, name: str) -> Curved:
    """The profile of code points.

    Args:
        colours: Number of the primaries in H.273.
        transfer: Number of the transfer function there.
        most: The code that stands for 1.
        n_codes: How many codes there are: 256 or 65536.
        name: What messages call the file.

    Raises:
        ImageError: The numbers mean nothing known.
    """
    if colours not in primaries.BY_NUMBER or transfer not in transfer_functions.BY_NUMBER:
        raise ImageError(
            f"{name} states its colours by numbers that are not known here (primaries {colours}, "
            f"transfer {transfer}); save it as sRGB"
        )
    return _profile(colours, transfer, most, n_codes)


@lru_cache(maxsize=32)
def _profile(colours: int, transfer: int, most: int, n_codes: int) -> Curved:
    title, places = primaries.BY_NUMBER[colours]
    words, curve = transfer_functions.BY_NUMBER[transfer]
    if colours in (1, 2) and transfer in (2, 13) and most == n_codes - 1:
        return replace(SRGB_16 if n_codes == 65536 else SRGB_8, name=title, transfer=words)
    made = curved(
        curve, most, n_codes, matrix=primaries.to_srgb(places), name=title, transfer=words
    )
    if transfer == transfer_functions.HLG:
        return HlgLight(made.tables, made.matrix, made.name, made.transfer)
    return made


def is_hdr(transfer: int) -> bool:
    """True for PQ and HLG."""
    return transfer in (transfer_functions.PQ, transfer_functions.HLG)


def clipped_note(codes: Codes, made: Curved) -> str:
    """How much of an HDR picture lies above diffuse white, in words for its row."""
    over = 0
    rows = max(1, _STRIP // codes.shape[1])
    for top in range(0, codes.shape[0], rows):
        over += int((made.unclipped(codes[top : top + rows]).max(axis=2) > _ABOVE).sum())
    if not over:
        return f"HDR, {made.transfer}: no pixel lies above diffuse white ({WHITE_NOTE})"
    share = over / (codes.shape[0] * codes.shape[1])
    return (
        f"HDR, {made.transfer}: {100 * share:.2g} % of the pixels lie above diffuse white "
        f"({WHITE_NOTE}) and count as white"
    )


def narrowed(made: Curved, depth: int) -> Curved:
    """A profile of full-range codes made one of narrow range, 16 to 235 at 8 bits.

    Source: ITU-T H.273 (2023), equations 20 to 22, for R, G and B.
    """
    n_codes = made.tables.shape[1]
    scale = 1 << (depth - 8)
    full = (np.arange(n_codes) - 16 * scale) / (219 * scale) * (n_codes - 1)
    index = np.clip(np.round(full), 0, n_codes - 1).astype(np.int64)
    return replace(made, tables=made.tables[:, index])
