"""PGM and PPM files of more than 8 bits a channel, of whose colours Pillow would keep 8."""

import re

import numpy as np

from contrast_engine.images.raster import Codes

_GAP = rb"(?:\s|#[^\n]*\n)+"
_HEADER = re.compile(rb"P([56])" + 3 * (_GAP + rb"(\d+)") + rb"\s")


def deep(data: bytes) -> Codes | None:
    """(h, w, 1 or 3) codes of a binary PGM or PPM with its white at 65535; None for any other file.

    Raises:
        EOFError: It ends before the picture does.
    """
    found = _HEADER.match(data[:4096])
    if found is None:
        return None
    kind, width, height, most = (int(number) for number in found.groups())
    if not 255 < most <= 65535:
        return None
    channels = 3 if kind == 6 else 1
    count = width * height * channels
    if len(data) < found.end() + 2 * count:
        raise EOFError("truncated")
    stored = np.frombuffer(data, ">u2", count, found.end()).reshape(height, width, channels)
    codes: Codes = np.minimum(stored, most).astype(np.uint16)
    if most < 65535:
        codes = np.rint(codes * np.float32(65535 / most)).astype(np.uint16)
    return codes
