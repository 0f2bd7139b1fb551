"""The segments of a JPEG file: what stands before its picture, and whether all of it is there.

Source: ITU-T T.81 (1992), annexes B and G.
"""

from collections.abc import Iterator

START_OF_SCAN, SEVERAL_SCANS = 0xDA, 0xC2
_NO_FRAME = (0xC4, 0xC8, 0xCC)  # tables and the like, between the markers of frames
_JPEG_LS = 0xF7
_BARE = (0x01, *range(0xD0, 0xD8))  # markers without a length


def segments(data: bytes, *, is_whole: bool = False) -> Iterator[tuple[int, int, bytes]]:
    """Marker, place and body of every segment before the picture.

    Args:
        data: A file.
        is_whole: Whether to go on behind the data of every scan.
    """
    at = 2 if data[:2] == b"\xff\xd8" else len(data)
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF or marker in _BARE:
            at += 1 if marker == 0xFF else 2
            continue
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if length < 2 or (marker == START_OF_SCAN and not is_whole):
            return
        yield marker, at, data[at + 4 : at + 2 + length]
        at += 2 + length
        if marker == START_OF_SCAN:
            at = _behind_scan(data, at)


def _behind_scan(data: bytes, at: int) -> int:
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            return len(data)
        if data[at + 1] != 0 and data[at + 1] not in _BARE:
            return at
        at += 2


def frame(data: bytes) -> tuple[int, int]:
    """The marker that begins the picture, 0 if there is none, and its bits a channel."""
    for marker, _, body in segments(data):
        if (0xC0 <= marker <= 0xCF and marker not in _NO_FRAME) or marker == _JPEG_LS:
            return marker, body[0] if body else 0
    return 0, 0


def size(data: bytes) -> tuple[int, int]:
    """Width and height, as the marker that begins the picture states them."""
    for marker, _, body in segments(data):
        if 0xC0 <= marker <= 0xCF and marker not in _NO_FRAME:
            return int.from_bytes(body[3:5], "big"), int.from_bytes(body[1:3], "big")
    return 0, 0


def icc_profile(data: bytes) -> bytes | None:
    """The ICC profile, put together from its parts (ICC.1:2022, annex B.4)."""
    mark = b"ICC_PROFILE\0"
    parts = {
        body[12]: body[14:]
        for marker, _, body in segments(data)
        if marker == 0xE2 and body.startswith(mark) and len(body) > 14
    }
    return b"".join(parts[number] for number in sorted(parts)) or None


def has_all_passes(data: bytes) -> bool:
    """Whether the passes of a progressive JPEG bring every coefficient to its last bit.

    True for a JPEG that is not progressive: its passes show otherwise whether they are whole.
    """
    missing: dict[int, list[int]] = {}  # bits still to come, of 64 coefficients, by component
    for marker, _, body in segments(data, is_whole=True):
        if marker == SEVERAL_SCANS and len(body) >= 6:
            missing = {body[at]: [16] * 64 for at in range(6, 6 + 3 * body[5], 3) if at < len(body)}
        if marker == START_OF_SCAN and missing and len(body) >= 4 + 2 * body[0]:
            first, last, bits = body[1 + 2 * body[0] : 4 + 2 * body[0]]
            for component in body[1 : 1 + 2 * body[0] : 2]:
                for place in range(first, min(last, 63) + 1):
                    missing.get(component, [0] * 64)[place] = bits & 15
    return not any(any(bits) for bits in missing.values())
