"""Which pages of a TIFF file are its picture, smaller copies of it, or something else."""

import io
import logging
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from PIL import UnidentifiedImageError

from contrast_engine.images.raster import Source

Page = Any
"""A page as tifffile gives it."""

_MOST = 64  # pages looked at; a stack of thousands is not walked through
_REDUCED, _MASK = 1, 4  # bits of NewSubfileType
_DNG_VERSION = 50706
_MOSAICS = (32803, 34892)  # photometric meanings of raw photographs: CFA, LinearRaw
_RAW_CODECS = (34713, 32767, 32769, 32770, 65535)  # of Nikon, Sony, Epson, Samsung, Pentax
_LIKE_RGB = (2, 6)  # RGB and YCbCr, which a smaller copy may hold for the other

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
        file = tifffile.TiffFile(io.BytesIO(data), is_scanimage=False)
        chain = list(_chain(file.pages))
    except (ValueError, TypeError, LookupError, ArithmeticError, OSError, struct.error) as fault:
        _check_not_cut(data)
        raise UnidentifiedImageError("no first page") from fault
    if not chain or not chain[0].tags:
        _check_not_cut(data)
        raise UnidentifiedImageError("no first page")
    inner = [inside for page in chain[:4] for inside in _sub_pages(page)]
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


def _sub_pages(page: Page) -> Iterator[Page]:
    offsets = page.subifds
    if not isinstance(offsets, tuple) or not 0 < len(offsets) <= _MOST:
        return
    try:
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


def _check_not_cut(data: bytes) -> None:
    """Raise EOFError where the first page lies, in part, behind the end of the file."""
    order = "<" if data[:1] == b"I" else ">"
    is_big = data[2:4] in (b"+\0", b"\0+")
    start, kind, wide = (8, "Q", 20) if is_big else (4, "I", 12)
    size = struct.calcsize(kind)
    if len(data) < start + size:
        raise EOFError("truncated")
    first = struct.unpack_from(order + kind, data, start)[0]
    count = "Q" if is_big else "H"
    if first < 8 or first + struct.calcsize(count) > len(data):
        if first >= 8:
            raise EOFError("truncated")
        return
    entries = struct.unpack_from(order + count, data, first)[0]
    if entries <= 4096 and first + struct.calcsize(count) + entries * wide > len(data):
        raise EOFError("truncated")
