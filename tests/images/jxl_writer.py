"""JPEG XL files with colours that no encoder here can state: their headers are written anew."""

import imagecodecs
import numpy as np

from contrast_engine.images.readers import jxl_header

_RGB, _GREY = 0, 1


class LowBits:
    """Bits from the lowest of each byte up."""

    def __init__(self) -> None:
        self.value = self.length = 0

    def u(self, value: int, length: int) -> "LowBits":
        self.value |= value << self.length
        self.length += length
        return self

    def enum(self, value: int) -> "LowBits":
        if value < 2:
            return self.u(value, 2)
        return self.u(2, 2).u(value - 2, 4) if value < 18 else self.u(3, 2).u(value - 18, 6)

    def place(self, *values: float) -> "LowBits":
        for value in values:
            packed = round(value * 1e6) * 2
            start, length, which = next(
                c for c in ((0, 19, 0), (524288, 19, 1), (1048576, 20, 2)) if packed < c[0] + (1 << c[1])
            )  # fmt: skip
            self.u(which, 2).u(packed - start, length)
        return self

    def done(self) -> bytes:
        return self.value.to_bytes(-(-self.length // 8), "little")


def _frames(stream: bytes) -> bytes:
    """What lies behind the header of a file without extra fields."""
    bits = jxl_header._Bits(stream)
    whole = bits.left + 16
    bits.header()
    is_usual = jxl_header._Bits(stream)
    is_usual.size()
    # extensions: none; transforms: as usual
    used = whole - bits.left + (1 if is_usual.is_set() else 3)
    return stream[-(-used // 8) :]


def jxl(
    codes: np.ndarray,
    bits: int,
    *,
    space: int | None = None,
    white: int = 1,
    primaries: int | tuple[float, ...] = 1,
    transfer: int = 13,
    gamma: float = 0.0,
    orientation: int = 1,
    is_associated: bool = False,
    has_icc: bool = False,
    is_lossy: bool = False,
) -> bytes:
    """A JPEG XL file, lossless if not said otherwise, of (h, w), (h, w, 2), (h, w, 3) or (h, w, 4) codes."""
    how = {"level": 100, "lossless": False, "distance": 0.05} if is_lossy else {"lossless": True}
    plain = imagecodecs.jpegxl_encode(codes, bitspersample=bits, effort=3, **how)
    stream = plain
    if plain[:2] != b"\xff\x0a":
        at = plain.index(b"jxlc")
        stream = plain[at + 4 :]
    height, width = codes.shape[:2]
    channels = 1 if codes.ndim == 2 else codes.shape[2]
    is_float = codes.dtype.kind == "f"
    made = LowBits().u(0x0AFF, 16).u(0, 1)
    made.u(0, 2).u(height - 1, 9).u(0, 3).u(0, 2).u(width - 1, 9).u(0, 1)
    is_turned = orientation != 1
    made.u(int(is_turned), 1)
    if is_turned:
        made.u(orientation - 1, 3).u(0, 3)

    def depth() -> None:
        if is_float:
            made.u(1, 1).u(0 if bits == 32 else 1, 2).u(7 if bits == 32 else 4, 4)
        else:
            made.u(0, 1)
            known = {8: 0, 10: 1, 12: 2}
            made.u(known[bits], 2) if bits in known else made.u(3, 2).u(bits - 1, 6)

    depth()
    made.u(int(not is_float and bits <= 12), 1)
    if channels in (2, 4):
        made.u(1, 2).u(0, 1).enum(0)
        depth()
        made.u(0, 2).u(0, 2).u(int(is_associated), 1)
    else:
        made.u(0, 2)
    made.u(int(is_lossy), 1)  # XYB
    chosen = space if space is not None else _RGB if channels > 2 else _GREY
    made.u(0, 1).u(int(has_icc), 1).enum(chosen)
    if not has_icc:
        made.enum(white)
        if chosen != _GREY:
            made.enum(2 if isinstance(primaries, tuple) else primaries)
            if isinstance(primaries, tuple):
                made.place(*primaries)
        if gamma:
            made.u(1, 1).u(round(1e7 / gamma), 24)
        else:
            made.u(0, 1).enum(transfer)
        made.enum(1)
    if is_turned:
        made.u(1, 1)
    made.u(0, 2).u(1, 1)
    return made.done() + _frames(stream)
