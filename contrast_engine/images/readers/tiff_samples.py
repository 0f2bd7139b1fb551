"""The samples of a page of a TIFF file, whatever its layout: strips, tiles, planes, packed bits.

tifffile unpacks and undoes predictors, imagecodecs decompresses; here lies what keeps a hostile
file from taking more time or memory than its picture is worth.
"""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from contrast_engine.errors import ImageError
from contrast_engine.images.readers import fast_jpeg
from contrast_engine.images.readers.jpeg import MAX_SCANS
from contrast_engine.images.readers.tiff_pages import Page, is_cut

Samples = npt.NDArray[Any]

COMPRESSIONS = {
    1: "", 2: "CCITT", 3: "CCITT", 4: "CCITT", 5: "LZW", 6: "JPEG", 7: "JPEG", 8: "deflate",
    32773: "PackBits", 32946: "deflate", 33003: "JPEG 2000", 33004: "JPEG 2000",
    33005: "JPEG 2000", 33007: "JPEG", 34712: "JPEG 2000", 34925: "LZMA", 34926: "Zstandard",
    34927: "WebP", 34933: "PNG", 50000: "Zstandard", 50001: "WebP",
}  # fmt: skip
"""Compressions that are read, by their number, in words."""

_JPEG = (6, 7, 33007)
_WHOLE_FILES = (*_JPEG, 33003, 33004, 33005, 34712, 34927, 34933, 50001)
_SLACK = 1 << 22  # pixels by which tiles may be larger than four times the picture


def samples(page: Page, data: bytes, kept: tuple[int, ...], name: str) -> Samples:
    """The samples of a page as stored, (h, w, len(kept)): bool, unsigned, or float32.

    Args:
        page: Its size is checked already.
        data: The whole file.
        kept: Which of the samples of a pixel are wanted.
        name: What messages call the file.

    Raises:
        EOFError: The file ends before the picture does.
        ImageError: It is compressed in a way, or lacks data, that is not read here.
        ValueError: It is damaged.
    """
    check_compression(page, name)
    if page.is_subsampled and page.compression not in _JPEG:
        return _upsampled(page, data)[..., list(kept)]
    width, height = page.imagewidth, page.imagelength
    picked: Any
    straight = _all_at_once(page, data)
    if straight is not None:
        whole = np.moveaxis(straight[..., 0], 0, -1) if page.planarconfig == 2 else straight[0]
        picked = slice(None) if len(kept) == whole.shape[2] else list(kept)
        with np.errstate(over="ignore"):
            return np.array(whole[..., picked], _type_of(page), order="C")
    budget = _checked(page, data)
    soon = _by_libtiff(page, data)
    if soon is not None:
        return soon if len(kept) == page.samplesperpixel else soon[..., list(kept)]
    out = np.empty((height, width, len(kept)), _type_of(page))
    places = {channel: at for at, channel in enumerate(kept)}
    picked = slice(None) if len(kept) == page.samplesperpixel else list(kept)
    tables, header = page.jpegtables, page.jpegheader
    for index in range(_n_segments(page)):
        (plane, depth, top, left, _), shape = page.decode(None, index)[1:]
        if depth or (page.planarconfig == 2 and plane not in places):
            continue
        packed = _segment(page, data, index, shape, name)
        budget -= _stated(packed) if page.compression in _WHOLE_FILES else 0
        if budget < 0:
            raise ValueError("tiles that state more pixels than they have place for")
        part = _decoded(page, packed, index, tables, header)[0, : height - top, : width - left]
        target = out[top : top + len(part), left : left + part.shape[1]]
        if page.planarconfig == 2:
            target[..., places[plane]] = part[..., 0]
        else:
            target[:] = part[..., picked]
    return out


def check_compression(page: Page, name: str) -> None:
    """Refuse what no decoder here undoes."""
    import tifffile

    if not isinstance(page.compression, int):
        raise ValueError("a compression that is no number")
    if page.compression not in COMPRESSIONS:
        try:
            words = f"as {tifffile.COMPRESSION(page.compression).name}"
        except ValueError:
            words = f"in a way that is not known (number {page.compression})"
        raise ImageError(
            f"{name} is compressed {words}, which is not read here; save it with "
            "LZW or uncompressed"
        )


def _type_of(page: Page) -> Any:
    """What samples are kept as: floats of every width become float32."""
    if page.dtype.kind == "f":
        return np.dtype(np.float32)
    return np.dtype(np.uint8) if page.dtype.kind == "b" else page.dtype.newbyteorder("=")


def _all_at_once(page: Page, data: bytes) -> Samples | None:
    """A view of the whole picture where it lies in the file in one piece, as (s, h, w, c)."""
    is_plain = (
        page.compression == 1
        and page.predictor == 1
        and page.fillorder == 1
        and page.bitspersample in (8, 16, 32, 64)
        and page.imagedepth == 1
        and not page.is_tiled
        and not page.is_subsampled
        and page.dtype.kind in "uif"
        and len(page.dataoffsets) == _n_segments(page)
    )
    if not is_plain:
        return None
    kind = page.dtype.newbyteorder(page.parent.byteorder)
    planes, _, height, width, channels = page.shaped
    row = width * channels * kind.itemsize
    starts = np.asarray(page.dataoffsets, np.int64).reshape(planes, -1)
    apart = row * page.rowsperstrip
    if starts.shape[1] > 1 and (np.diff(starts, axis=1) != apart).any():
        return None
    if planes > 1 and (np.diff(starts[:, 0]) != row * height).any():
        return None
    start = int(starts[0, 0])
    if start <= 0 or start + planes * row * height > len(data):
        return None
    flat = np.frombuffer(data, kind, planes * height * width * channels, start)
    return flat.reshape(planes, height, width, channels)


def _by_libtiff(page: Page, data: bytes) -> Samples | None:
    """The samples of a sound, plain LZW file, twice as soon; None where it may not."""
    import imagecodecs

    is_plain = (
        page.compression == 5
        and page.photometric in (1, 2)
        and page.planarconfig == 1
        and page.bitspersample in (8, 16)
        and page.dtype.kind == "u"
        and page.predictor in (1, 2)
        and page.fillorder == 1
        and page.imagedepth == 1
        and isinstance(page.index, int)
    )
    number = _n_segments(page)
    ends = np.add(page.dataoffsets[:number], page.databytecounts[:number], dtype=np.float64)
    if not is_plain or ends.max() > len(data):
        return None
    try:
        whole: Samples = imagecodecs.tiff_decode(data, index=page.index)
    except (imagecodecs.TiffError, ValueError, IndexError):
        return None
    whole = whole.reshape(whole.shape[0], whole.shape[1], -1)
    height, width, channels = page.imagelength, page.imagewidth, page.samplesperpixel
    is_same = whole.shape == (height, width, channels) and whole.dtype == page.dtype
    return whole if is_same else None


def _planes(page: Page) -> int:
    return int(page.samplesperpixel) if page.planarconfig == 2 else 1


def _n_segments(page: Page) -> int:
    width, height, depth = page.imagewidth, page.imagelength, max(page.imagedepth, 1)
    if not page.is_tiled:
        return int(math.ceil(height / page.rowsperstrip) * depth * _planes(page))
    across, down = math.ceil(width / page.tilewidth), math.ceil(height / page.tilelength)
    return int(across * down * math.ceil(depth / max(page.tiledepth, 1)) * _planes(page))


def _checked(page: Page, data: bytes) -> int:
    """How many pixels all the strips or tiles of a page may unpack to.

    Raises:
        EOFError: The file ends before it says where they are.
        ValueError: They are too few, or far larger than the picture.
    """
    number = _n_segments(page)
    rows, columns = page.rowsperstrip, page.imagewidth
    if page.is_tiled:
        rows, columns = page.tilelength * max(page.tiledepth, 1), page.tilewidth
    one = rows * columns
    picture = page.imagewidth * page.imagelength * max(page.imagedepth, 1)
    if one > 4 * picture + _SLACK or number * one > 4 * picture * _planes(page) + 16 * _SLACK:
        raise ValueError("tiles far larger than the picture")
    if len(page.dataoffsets) < number or len(page.databytecounts) < number:
        if is_cut(page, data):
            raise EOFError("truncated")
        raise ValueError("fewer strips or tiles than the picture has")
    return int(number * one + _SLACK)


def _segment(page: Page, data: bytes, index: int, shape: tuple[int, ...], name: str) -> bytes:
    """The packed bytes of a strip or tile."""
    start, size = int(page.dataoffsets[index]), int(page.databytecounts[index])
    _, rows, columns, channels = shape
    if page.compression == 1:  # its length is known, whatever the file states
        bits = page.bitspersample
        each = sum(bits) if isinstance(bits, tuple) else bits * channels
        size = shape[0] * rows * -(-columns * each // 8)
    elif start == size == 0:
        raise ImageError(
            f"{name} has areas without data (empty strips or tiles); fill them and save it again"
        )
    if start >= len(data):
        raise EOFError("truncated")
    if start <= 0 or size <= 0:
        raise ValueError("no place for image data")
    packed = data[start : start + size]
    if len(packed) < size and (page.compression == 1 or page.compression in _WHOLE_FILES):
        raise EOFError("truncated")
    return packed


def _decoded(page: Page, packed: bytes, index: int, tables: Any, header: Any) -> Samples:
    start, size = int(page.dataoffsets[index]), int(page.databytecounts[index])
    try:
        part = page.decode(packed, index, jpegtables=tables, jpegheader=header)[0]
    except (ValueError, RuntimeError, TypeError, OSError) as fault:
        if start + size > page.parent.filehandle.size:
            raise EOFError("truncated") from fault
        raise
    if part is None:
        raise ValueError("no image data")
    if part.dtype.kind == "f":
        with np.errstate(over="ignore"):
            part = part.astype(np.float32)
    whole: Samples = part
    return whole


def _stated(packed: bytes) -> int:
    """The pixels that a JPEG, JPEG 2000, PNG or WebP inside says it has."""
    if packed[:2] == b"\xff\xd8" and fast_jpeg.scans(packed) > MAX_SCANS:
        raise ValueError("a JPEG of too many passes")
    width, height = _stated_size(packed)
    return width * height


def _stated_size(packed: bytes) -> tuple[int, int]:
    if packed[:8] == b"\x89PNG\r\n\x1a\n":
        return int.from_bytes(packed[16:20], "big"), int.from_bytes(packed[20:24], "big")
    if packed[:4] == b"RIFF":
        return _size_of_webp(packed[12:30])
    if packed[:2] == b"\xff\xd8":
        at = 2
        while at + 9 < len(packed):
            if packed[at] != 0xFF:
                at += 1
                continue
            marker = packed[at + 1]
            if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
                height = int.from_bytes(packed[at + 5 : at + 7], "big")
                return int.from_bytes(packed[at + 7 : at + 9], "big"), height
            if marker == 0xDA:
                break
            stands_alone = marker in (0x01, 0xFF) or 0xD0 <= marker <= 0xD8
            at += 1 if marker == 0xFF else 2
            at += 0 if stands_alone else int.from_bytes(packed[at : at + 2], "big")
        return 0, 0
    start = packed.find(b"\xff\x4f\xff\x51", 0, 4096)
    if start >= 0:
        return (
            int.from_bytes(packed[start + 8 : start + 12], "big"),
            int.from_bytes(packed[start + 12 : start + 16], "big"),
        )
    return 0, 0


def _size_of_webp(head: bytes) -> tuple[int, int]:
    if head[:4] == b"VP8X":
        return int.from_bytes(head[12:15], "little") + 1, int.from_bytes(head[15:18], "little") + 1
    if head[:4] == b"VP8L":
        sides = int.from_bytes(head[9:13], "little")
        return (sides & 0x3FFF) + 1, (sides >> 14 & 0x3FFF) + 1
    width, height = int.from_bytes(head[14:16], "little"), int.from_bytes(head[16:18], "little")
    return width & 0x3FFF, height & 0x3FFF


def _upsampled(page: Page, data: bytes) -> Samples:
    """YCbCr whose colours have fewer samples than its lightness, not by JPEG: (h, w, 3).

    Source: TIFF 6.0, section 21: units of h x v samples of Y, then one of Cb and of Cr.
    """
    import tifffile

    across, down = page.subsampling
    width, height, rows = page.imagewidth, page.imagelength, page.rowsperstrip
    allowed = {1, 2, 4}
    if page.is_tiled or page.planarconfig != 1 or page.bitspersample != 8:
        raise ValueError("a layout of YCbCr that is not known")
    if across not in allowed or down not in allowed or page.samplesperpixel != 3:
        raise ValueError("a layout of YCbCr that is not known")
    if page.predictor != 1 or page.fillorder != 1:
        raise ValueError("a layout of YCbCr that is not known")
    _checked(page, data)
    out = np.empty((height, width, 3), np.uint8)
    columns = -(-width // across)
    for index, top in enumerate(range(0, height, rows)):
        here = min(rows, height - top)
        units = -(-here // down) * columns
        size = units * (across * down + 2)
        start, stated = int(page.dataoffsets[index]), int(page.databytecounts[index])
        packed: Any = data[start : start + (size if page.compression == 1 else stated)]
        if page.compression != 1 and packed:
            packed = tifffile.TIFF.DECOMPRESSORS[page.compression](packed, out=size)
        if len(packed) < size:
            if start + stated > len(data) or start + size > len(data):
                raise EOFError("truncated")
            raise ValueError("a strip that is too short")
        unit = np.frombuffer(packed, np.uint8, size).reshape(-1, columns, across * down + 2)
        bright = unit[..., :-2].reshape(-1, columns, down, across).swapaxes(1, 2)
        out[top : top + here, :, 0] = bright.reshape(-1, columns * across)[:here, :width]
        for channel in (1, 2):
            coarse = unit[..., channel - 3].repeat(down, 0).repeat(across, 1)
            out[top : top + here, :, channel] = coarse[:here, :width]
    return out
