"""Gain maps: pictures beside a picture, which brighten it on screens of high dynamic range.

They are never applied: what is measured is the picture that every screen shows.

Sources: ISO 21496-1:2025; Adobe, Gain Map Specification 1.0; Android, Ultra HDR 1.1; CIPA DC-007
(MPF); Apple, `kCGImageAuxiliaryDataTypeHDRGainMap`.
"""

from contrast_engine.images.jpeg_segments import segments

NOTE = (
    "has a gain map for HDR screens, which is not applied: the standard-range picture is measured"
)

_ISO = b"urn:iso:std:iso:ts:21496:-1"
_IN_XMP = (
    b"http://ns.adobe.com/hdr-gain-map/1.0/", b"http://ns.apple.com/HDRGainMap/",
    b"aux:hdrgainmap",
)  # fmt: skip
_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_MOST_PICTURES = 64
_HEADER = 500_000  # bytes in which a picture has said what it is


def of_jpeg(data: bytes) -> tuple[bool, int]:
    """Whether a JPEG file has a gain map, and how many other pictures lie behind the first."""
    others = [data[start : start + _HEADER] for start in _pictures(data)[1:]]
    maps = sum(_says_gain_map(other) for other in others)
    has_map = bool(maps) or _says_gain_map(data)
    return has_map, len(others) - (max(maps, 1) if has_map and others else 0)


def _says_gain_map(data: bytes) -> bool:
    for marker, _, body in segments(data):
        if marker == 0xE2 and body.startswith(_ISO):
            return True
        if marker == 0xE1 and body.startswith(_XMP) and any(mark in body for mark in _IN_XMP):
            return True
    return False


def _pictures(data: bytes) -> list[int]:
    """Where the pictures of a JPEG with several begin, as its MPF segment says."""
    for marker, at, body in segments(data):
        if marker == 0xE2 and body.startswith(b"MPF\0"):
            return [0, *(at + 8 + offset for offset in _mpf_offsets(body[4:]))]
    return [0]


def _mpf_offsets(tiff: bytes) -> list[int]:
    """Offsets of the pictures after the first, from the start of the MPF header."""
    is_little = tiff[:2] == b"II"

    def number(at: int, length: int) -> int:
        return int.from_bytes(tiff[at : at + length], "little" if is_little else "big")

    directory = number(4, 4)
    for entry in range(directory + 2, directory + 2 + 12 * min(number(directory, 2), 32), 12):
        if number(entry, 2) == 0xB002:
            size, start = number(entry + 4, 4), number(entry + 8, 4)
            found = range(start + 16, start + min(size, 16 * _MOST_PICTURES), 16)
            return [offset for offset in (number(at + 8, 4) for at in found) if offset]
    return []
