"""What a SQLite file and the log beside it hold together, read without touching the disk.

SQLite itself reads the log only where it can make a third file, its index: not on a disk that is
full or read-only. To read the file alone would show what was saved last as lost.

Source: https://www.sqlite.org/fileformat2.html#the_write_ahead_log.
"""

import struct
from collections.abc import Iterator

_MAGIC = 0x377F0682
"""First word of a log whose checksums read little-endian words; one more for big-endian."""

_HEADER = 32
_FRAME = 24
_VERSIONS = slice(18, 20)
"""Two bytes of a SQLite file: 2 says that it needs a log beside it, 1 that it is whole."""


def whole(file: bytes, log: bytes) -> bytes:
    """The SQLite file that has in it what its write-ahead log adds, up to the last whole change.

    Args:
        file: The SQLite file.
        log: The write-ahead log beside it; what is cut short or older in it counts for nothing.
    """
    pages = bytearray(file)
    for number, size, data in _committed(log):
        start = (number - 1) * len(data)
        if len(pages) < start:
            pages.extend(bytes(start - len(pages)))
        pages[start : start + len(data)] = data
        if size:
            del pages[size * len(data) :]
    if len(pages) > _VERSIONS.stop:
        pages[_VERSIONS] = b"\1\1"
    return bytes(pages)


def _committed(log: bytes) -> Iterator[tuple[int, int, bytes]]:
    """The pages of a log, each with its number; where a change ends, with the pages there are."""
    if len(log) < _HEADER:
        return
    magic, _, page_size, _, *salt = struct.unpack(">6I", log[:24])
    order = ">" if magic & 1 else "<"
    known = struct.unpack(">2I", log[24:_HEADER])
    if magic & ~1 != _MAGIC or _sums(log[:24], (0, 0), order) != known:
        return
    waiting: list[tuple[int, int, bytes]] = []
    for at in range(_HEADER, len(log) - _FRAME - page_size + 1, _FRAME + page_size):
        number, size, *same, first, second = struct.unpack(">6I", log[at : at + _FRAME])
        data = log[at + _FRAME : at + _FRAME + page_size]
        known = _sums(data, _sums(log[at : at + 8], known, order), order)
        if same != salt or known != (first, second):
            return
        waiting.append((number, size, data))
        if size:
            yield from waiting
            waiting = []


def _sums(data: bytes, sums: tuple[int, int], order: str) -> tuple[int, int]:
    first, second = sums
    for one, other in struct.iter_unpack(f"{order}2I", data):
        first = (first + one + second) & 0xFFFFFFFF
        second = (second + other + first) & 0xFFFFFFFF
    return first, second
