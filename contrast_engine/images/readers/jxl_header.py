"""What the header of a JPEG XL file says about its samples and colours.

Source: ISO/IEC 18181-1:2022, annexes A to E; ISO/IEC 18181-2:2021 (the container).
"""

from dataclasses import dataclass

from contrast_engine.images.primaries import Chromaticities

GREY, XYB, UNKNOWN_SPACE = 1, 2, 3
_CUSTOM = 2
_WHITES = {1: (0.3127, 0.3290), 10: (1 / 3, 1 / 3), 11: (0.314, 0.351)}
_PRIMARIES = {
    1: (0.64, 0.33, 0.30, 0.60, 0.15, 0.06),
    9: (0.708, 0.292, 0.170, 0.797, 0.131, 0.046),
    11: (0.680, 0.320, 0.265, 0.690, 0.150, 0.060),
}
_RATIOS = ((1, 1), (1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))
_ALPHA, _SPOT, _MOSAIC = 0, 2, 5
_MOST_CHANNELS = 256

U32 = tuple[tuple[int, int], tuple[int, int], tuple[int, int], tuple[int, int]]
_SIZE: U32 = ((1, 9), (1, 13), (1, 18), (1, 30))
_ENUM: U32 = ((0, 0), (1, 0), (2, 4), (18, 6))


@dataclass
class JxlHeader:
    """What is said about the picture.

    Args:
        width, height: Size before turning.
        orientation: As EXIF numbers it; decoders turn the picture.
        depth: Bits a channel.
        is_float: Whether its samples are floating-point numbers.
        has_alpha, is_associated: Whether it has opacity, and colours multiplied by it.
        is_film: Whether there may be more than one frame.
        is_xyb: Whether it is coded as seen, so that the decoder chooses the colours it gives.
        has_icc: Whether its colours are stated by an ICC profile.
        space: 0 RGB, 1 grey, 2 XYB, 3 unknown.
        places: The chromaticities of its primaries and white; None where they are not stated.
        transfer: Its curve by the number of H.273; 0 where `gamma` says it.
        gamma: The exponent from codes to light.
    """

    width: int = 0
    height: int = 0
    orientation: int = 1
    depth: int = 8
    is_float: bool = False
    has_alpha: bool = False
    is_associated: bool = False
    is_film: bool = False
    is_xyb: bool = True
    has_icc: bool = False
    space: int = 0
    places: Chromaticities | None = (*_PRIMARIES[1], *_WHITES[1])
    transfer: int = 13
    gamma: float = 0.0


def header(data: bytes) -> JxlHeader:
    """What the header of a whole file says.

    Raises:
        EOFError: It ends within.
        ValueError: There is none.
    """
    return _Bits(codestream(data)).header()


def codestream(data: bytes) -> bytes:
    """The beginning of the picture itself, out of its container."""
    if data[:2] == b"\xff\x0a":
        return data[:4096]
    at = 0
    while at + 8 <= len(data):
        length, name, skipped = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8], 8
        if length == 1:
            length, skipped = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        if name in (b"jxlc", b"jxlp"):
            start = at + skipped + (4 if name == b"jxlp" else 0)
            return data[start : start + 4096]
        if length < 8:
            break
        at += length
    raise EOFError("truncated")


class _Bits:
    """Bits from the lowest of each byte up, in the codes of the standard."""

    def __init__(self, data: bytes) -> None:
        self.value = int.from_bytes(data, "little")
        self.left = 8 * len(data)
        if self.u(16) != 0x0AFF:
            raise ValueError("no JPEG XL codestream")

    def u(self, length: int) -> int:
        self.left -= length
        if self.left < 0:
            raise EOFError("truncated")
        found = self.value & ((1 << length) - 1)
        self.value >>= length
        return found

    def is_set(self) -> bool:
        return bool(self.u(1))

    def u32(self, choices: U32) -> int:
        start, length = choices[self.u(2)]
        return start + self.u(length)

    def header(self) -> JxlHeader:
        said = JxlHeader()
        said.width, said.height = self.size()
        if self.is_set():  # all as usual
            return said
        if self.is_set():
            said.orientation = 1 + self.u(3)
            if self.is_set():
                self.size()
            if self.is_set():
                self.preview()
            if self.is_set():
                said.is_film = True
                self.film()
        said.depth, said.is_float = self.bit_depth()
        self.u(1)
        count = self.u32(((0, 0), (1, 0), (2, 4), (1, 12)))
        if count > _MOST_CHANNELS:
            raise ValueError("too many channels")
        for _ in range(count):
            self.extra_channel(said)
        said.is_xyb = self.is_set()
        self.colours(said)
        return said

    def size(self) -> tuple[int, int]:
        is_small = self.is_set()
        height = 8 * (1 + self.u(5)) if is_small else self.u32(_SIZE)
        ratio = self.u(3)
        if ratio:
            across, down = _RATIOS[ratio]
            return height * across // down, height
        return (8 * (1 + self.u(5)) if is_small else self.u32(_SIZE)), height

    def preview(self) -> None:
        by_eight: U32 = ((16, 0), (32, 0), (1, 5), (33, 9))
        plain: U32 = ((1, 6), (65, 8), (321, 10), (1345, 12))
        choices = by_eight if self.is_set() else plain
        self.u32(choices)
        if not self.u(3):
            self.u32(choices)

    def film(self) -> None:
        self.u32(((100, 0), (1000, 0), (1, 10), (1, 30)))
        self.u32(((1, 0), (1001, 0), (1, 8), (1, 10)))
        self.u32(((0, 0), (0, 3), (0, 16), (0, 32)))
        self.u(1)

    def bit_depth(self) -> tuple[int, bool]:
        if self.is_set():
            bits = self.u32(((32, 0), (16, 0), (24, 0), (1, 6)))
            self.u(4)
            return bits, True
        return self.u32(((8, 0), (10, 0), (12, 0), (1, 6))), False

    def extra_channel(self, said: JxlHeader) -> None:
        if self.is_set():
            said.has_alpha = True
            return
        kind = self.u32(_ENUM)
        self.bit_depth()
        self.u32(((0, 0), (3, 0), (4, 0), (1, 3)))
        for _ in range(self.u32(((0, 0), (0, 4), (16, 5), (48, 10)))):
            self.u(8)
        if kind == _ALPHA:
            is_associated = self.is_set()
            said.is_associated = said.is_associated or (is_associated and not said.has_alpha)
            said.has_alpha = True
        elif kind == _SPOT:
            self.u(64)
        elif kind == _MOSAIC:
            self.u32(((1, 0), (0, 2), (3, 4), (19, 8)))

    def colours(self, said: JxlHeader) -> None:
        if self.is_set():  # sRGB
            return
        said.has_icc = self.is_set()
        said.space = self.u32(_ENUM)
        if said.has_icc:
            said.places, said.transfer = None, 0
            return
        white, places = _WHITES[1], _PRIMARIES[1]
        is_known = True
        if said.space != XYB:
            number = self.u32(_ENUM)
            is_known = number == _CUSTOM or number in _WHITES
            white = self.place() if number == _CUSTOM else _WHITES.get(number, white)
            if said.space != GREY:
                number = self.u32(_ENUM)
                is_known = is_known and (number == _CUSTOM or number in _PRIMARIES)
                own = number == _CUSTOM
                found = (*self.place(), *self.place(), *self.place()) if own else ()
                places = found if own else _PRIMARIES.get(number, places)  # type: ignore[assignment]
        said.places = (*places, *white) if is_known else None
        if said.space != XYB and self.is_set():
            exponent = self.u(24)
            said.transfer, said.gamma = 0, 1e7 / max(exponent, 1)
        else:
            said.transfer = self.u32(_ENUM)
        self.u32(_ENUM)  # rendering intent

    def place(self) -> tuple[float, float]:
        return self.signed() / 1e6, self.signed() / 1e6

    def signed(self) -> int:
        packed = self.u32(((0, 19), (524288, 19), (1048576, 20), (2097152, 21)))
        return -((packed + 1) >> 1) if packed & 1 else packed >> 1
