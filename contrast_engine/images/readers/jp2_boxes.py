"""What the boxes of a JPEG 2000 file say about its channels and colours.

Source: ISO/IEC 15444-1:2019, annex I; ISO/IEC 15444-2:2021, table M.25.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from contrast_engine.errors import ImageError

CMYK, SRGB, GREY, SYCC = 12, 16, 17, 18
_READ = (SRGB, GREY, SYCC, CMYK)
_NAMES = {
    1: "YCbCr", 3: "YCbCr", 4: "YCbCr", 9: "PhotoYCC", 11: "CMY", 13: "YCCK", 14: "CIE Lab",
    19: "CIE Jab", 20: "e-sRGB", 21: "ROMM RGB", 22: "YPbPr", 23: "YPbPr", 24: "e-sYCC",
}  # fmt: skip
_ALPHA, _PREMULTIPLIED = 1, 2


@dataclass(frozen=True)
class Jp2:
    """What is said.

    Args:
        space: The number of the colour space; 0 where none is stated, or by an ICC profile.
        icc: An ICC profile.
        extra: Kind of the last channel: "straight", "associated", "other"; "" where nothing
            is said of it.
        is_signed: Whether its samples have a sign.
    """

    space: int = 0
    icc: bytes | None = None
    extra: str = ""
    is_signed: bool = False

    def check(self, name: str, depth: int) -> None:
        """Refuse what decoders here would take for something else.

        Raises:
            ImageError: Its colour space is not known, or its samples have a sign.
        """
        if self.is_signed:
            raise ImageError(
                f"{name} is a JPEG 2000 image of numbers with a sign, which have no stated white; "
                "save it unsigned"
            )
        if self.space and (self.space not in _READ or (self.space == SYCC and depth > 8)):
            title = "sYCC" if self.space == SYCC else _NAMES.get(self.space, f"no. {self.space}")
            raise ImageError(
                f"{name} is a JPEG 2000 image in the colour space {title} at {depth} bits, which "
                "is not read here; save it as sRGB"
            )


def said(data: bytes) -> Jp2:
    """What a whole file says; a bare codestream says nothing of colours."""
    at = data.find(b"\xff\x4f\xff\x51")
    is_signed = 0 <= at < len(data) - 42 and data[at + 42] >= 128
    header = next((body for name, body in _boxes(data) if name == b"jp2h"), b"")
    space, icc, extra = None, None, ""
    for name, body in _boxes(header):
        if name == b"colr" and space is None:  # of several the first counts
            space = int.from_bytes(body[3:7], "big") if body[:1] == b"\x01" else 0
            icc = body[3:] if body[:1] in (b"\x02", b"\x03") else None
        if name == b"cdef":
            extra = _extra(body)
    return Jp2(space or 0, icc, extra, is_signed)


def codestream(data: bytes) -> bytes:
    """The picture alone; of a whole file decoders change the colours in ways of their own."""
    return data[max(data.find(b"\xff\x4f\xff\x51"), 0) :]


def _extra(body: bytes) -> str:
    """Of channels beyond the colours: what the last of them is."""
    found = ""
    for at in range(2, len(body) - 5, 6):
        kind = int.from_bytes(body[at + 2 : at + 4], "big")
        if kind:
            found = {_ALPHA: "straight", _PREMULTIPLIED: "associated"}.get(kind, "other")
    return found


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(data):
        length, name, skipped = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8], 8
        if length == 1:
            length, skipped = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        if length < skipped or name == b"jp2c":
            return
        yield name, data[at + skipped : at + length]
        at += length
