"""The profile of files that state colours by ICC data, by numbers, or not at all."""

from dataclasses import replace

import numpy as np

from contrast_engine.images import cicp
from contrast_engine.images.profiles import Curved
from contrast_engine.images.raster import Codes, Profile
from contrast_engine.images.readers import pillow_images as pillow
from contrast_engine.images.transfer_functions import BY_NUMBER, HLG, PQ

_UNKNOWN = 2
_HDR = {BY_NUMBER[number][0] for number in (PQ, HLG)}


def profile(
    codes: Codes,
    channels: int,
    name: str,
    notes: list[str],
    *,
    icc: bytes | None,
    numbers: tuple[int, int] | None,
    where: str,
) -> Profile:
    """What codes of 8 or 16 bits mean: an ICC profile goes before numbers, as HEIF demands.

    Args:
        codes: (h, w, c), their full range used.
        channels: Colour channels among theirs.
        name: What messages call the file.
        notes: Where it is said what was done.
        icc: An ICC profile.
        numbers: Primaries and transfer by the numbers of H.273.
        where: Where those numbers stand: "nclx".

    Raises:
        ImageError: The numbers mean nothing known.
    """
    if icc or numbers is None or numbers == (_UNKNOWN, _UNKNOWN):
        made = pillow.described(icc, codes, channels, notes)
    else:
        n_codes = 65536 if codes.dtype == np.uint16 else 256
        found = cicp.profile(*numbers, n_codes - 1, n_codes, name)
        made = replace(found, name=f"{found.name} ({where})")
    if isinstance(made, Curved) and made.transfer in _HDR:
        notes.append(cicp.clipped_note(codes[..., :channels], made))
    return made


def widened(codes: Codes, depth: int) -> Codes:
    """Codes of 9 to 15 bits in 16, brought to the full range: nearest code."""
    most = (1 << depth) - 1
    if codes.dtype != np.uint16 or most >= 65535:
        return codes
    scale = np.float32(65535 / most)
    full: Codes = np.minimum(np.rint(codes.astype(np.float32) * scale), 65535).astype(np.uint16)
    return full
