"""Which pages of a TIFF file are its picture, smaller copies of it, or something else."""

import io
import logging
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from PIL import UnidentifiedImageError

from contrast_engine.images.raster import Source

Page = Any
"""A page as tifffile gives it."""

_MOST = 64  # pages looked at; a stack of thousands is not walked through
_REDUCED, _MASK = 1, 4  # bits of NewSubfileType
_NEEDED = (256, 257)  # width and height
_DNG_VERSION = 50706
_MOSAICS = (32803, 34892)  # photometric meanings of raw photographs: CFA, LinearRaw
_RAW_CODECS = (34713, 32767, 32769, 32770, 65535)  # of Nikon, Sony, Epson, Samsung, Pentax
_LIKE_RGB = (2, 6)  # RGB and YCbCr, which a smaller copy may hold for the other

_SIZES = {
    1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8,
    18: 8,
}  # fmt: skip
"""Bytes of a value by its type."""

# tifffile logs every oddity; what matters is said by what reading gives or refuses.
logging.getLogger("tifffile").setLevel(logging.CRITICAL + 1)


@dataclass(frozen=True, eq=False)
class Pages:
    """The pages of a file that count.

    Args:
        full: The picture.
        levels: Smaller copies of it.
        has_more: Whether there are other pictures.
        has_mask: Whether there is a transparency mask.
        is_raw: Whether it is a camera raw photograph, whose picture may be a preview.
    """

    full: Page
    levels: tuple[Page, ...]
    has_more: bool
    has_mask: bool
    is_raw: bool


def found(data: bytes) -> Pages:
    """The pages of a TIFF file.

    Raises:
        EOFError: It ends before its first page does.
        UnidentifiedImageError: It has no first page.
    """
    import tifffile

    try:
        _check_not_hostile(data, [_first(data)], is_chain=True)
        file = tifffile.TiffFile(io.BytesIO(data), is_scanimage=False)
        chain = list(_chain(file.pages))
    except (ValueError, TypeError, LookupError, ArithmeticError, OSError, struct.error) as fault:
        _check_not_cut(data)
        raise UnidentifiedImageError("no first page") from fault
    if not chain or not all(code in chain[0].tags for code in _NEEDED):
        _check_not_cut(data)
        raise UnidentifiedImageError("no first page")
    inner = [inside for page in chain[:4] for inside in _sub_pages(page, data)]
    whole = [page for page in [*chain, *inner] if not page.subfiletype & (_REDUCED | _MASK)]
    full = whole[0] if whole else chain[0]
    levels = tuple(page for page in [*chain, *inner] if _is_level(page, full))
    others = [page for page in whole if page in chain and page is not full and page not in levels]
    return Pages(
        full,
        levels,
        bool(others) or _n_images(full) > 1,
        any(page.subfiletype & _MASK for page in chain),
        not whole or data[8:10] == b"CR" or any(_is_raw(page) for page in [*chain, *inner]),
    )


def smallest_covering(pages: Pages, source: Source) -> Page:
    """The page to decode: a smaller copy where that is enough, else the picture itself."""
    if source.covering is None:
        return pages.full
    most = source.options.max_pixels
    fitting = [
        page
        for page in (pages.full, *pages.levels)
        if page is pages.full or page.imagewidth * page.imagelength <= most
    ]
    # Whoever made the copy may have sampled or averaged codes instead of light, which shrinking
    # by half at least evens out; only where the picture is too large the next best will do.
    wanted = 2 * source.covering
    if pages.full.imagewidth * pages.full.imagelength > most:
        wanted = min(wanted, max([source.covering, *map(_side, fitting[1:])]))
    covering = [page for page in fitting if _side(page) >= wanted]
    return min(covering, key=_side, default=pages.full)


def _side(page: Page) -> int:
    return max(int(page.imagewidth), int(page.imagelength))


def _chain(pages: Any) -> Iterator[Page]:
    for index in range(_MOST):
        try:
            page = pages[index]
        except (IndexError, ValueError, struct.error):
            if index == 0:
                raise
            return
        if not hasattr(page, "tags"):
            return
        yield page


def _sub_pages(page: Page, data: bytes) -> Iterator[Page]:
    offsets = page.subifds
    if not isinstance(offsets, tuple) or not 0 < len(offsets) <= _MOST:
        return
    try:
        _check_not_hostile(data, offsets, is_chain=False)
        yield from _chain(page.pages)
    except (ValueError, TypeError, LookupError, OSError, struct.error, RuntimeError):
        return


def _is_raw(page: Page) -> bool:
    return (
        _DNG_VERSION in page.tags or page.photometric in _MOSAICS or page.compression in _RAW_CODECS
    )


def _is_level(page: Page, full: Page) -> bool:
    width, height = page.imagewidth, page.imagelength
    if page is full or not 0 < width < full.imagewidth or not 0 < height < full.imagelength:
        return False
    if page.subfiletype & _MASK or not (
        page.subfiletype & _REDUCED or (page.is_tiled and full.is_tiled)
    ):
        return False
    same = page.photometric == full.photometric or (
        page.photometric in _LIKE_RGB and full.photometric in _LIKE_RGB
    )
    if not same or (page.samplesperpixel, page.bitspersample, page.sampleformat) != (
        full.samplesperpixel, full.bitspersample, full.sampleformat,
    ):  # fmt: skip
        return False
    # the same shape, but for a side rounded up or down
    wanted = full.imagelength * width / full.imagewidth
    return bool(abs(wanted - height) <= 1 + 0.005 * height)


def _n_images(page: Page) -> int:
    """Pictures that ImageJ keeps behind a single page."""
    words = page.description if isinstance(page.description, str) else ""
    if words.startswith("ImageJ="):
        for line in words.split("\n")[:50]:
            key, _, value = line.partition("=")
            if key == "images" and value.strip().isdecimal():
                return int(value)
    return 1


def is_cut(page: Page, data: bytes) -> bool:
    """Whether values of a page lie behind the end of the file."""
    try:
        return any(end > len(data) for end, _ in _values(data, page.offset)[0])
    except struct.error:
        return True


def _check_not_cut(data: bytes) -> None:
    """Raise EOFError where the first page lies, in part, behind the end of the file."""
    try:
        first = _first(data)
        if first >= 8:
            _values(data, first)
    except struct.error:
        raise EOFError("truncated") from None


def _check_not_hostile(data: bytes, starts: Iterable[int], *, is_chain: bool) -> None:
    """Refuse directories whose values together are many times as long as the file."""
    waiting, seen, total = list(starts), set[int](), 0
    while waiting and len(seen) < _MOST:
        at = waiting.pop()
        if at < 8 or at in seen:
            continue
        seen.add(at)
        try:
            values, following = _values(data, at)
        except struct.error:
            continue
        total += sum(size for end, size in values if end <= len(data))
        waiting += [following] if is_chain else []
    if total > 8 * len(data) + 1_000_000:
        raise ValueError("values that overlap")


def _first(data: bytes) -> int:
    order = "<" if data[:1] == b"I" else ">"
    if _is_big(data):
        return int(struct.unpack_from(order + "Q", data, 8)[0])
    return int(struct.unpack_from(order + "I", data, 4)[0])


def _is_big(data: bytes) -> bool:
    return data[2:4] in (b"+\0", b"\0+")


def _values(data: bytes, at: int) -> tuple[list[tuple[int, int]], int]:
    """Where the values of a directory end and how long they are; and the next directory."""
    order = "<" if data[:1] == b"I" else ">"
    count, entry, word = ("Q", "HHQQ", "Q") if _is_big(data) else ("H", "HHII", "I")
    entries = struct.unpack_from(order + count, data, at)[0]
    at += struct.calcsize(count)
    size = struct.calcsize(order + entry)
    if at + entries * size + struct.calcsize(word) > len(data) and entries <= 4096:
        raise struct.error("truncated")
    found = []
    for place in range(at, at + min(entries, 4096) * size, size):
        _, kind, number, offset = struct.unpack_from(order + entry, data, place)
        length = number * _SIZES.get(kind, 0)
        if length > struct.calcsize(word):
            found.append((offset + length, length))
    return found, struct.unpack_from(order + word, data, at + min(entries, 4096) * size)[0]
