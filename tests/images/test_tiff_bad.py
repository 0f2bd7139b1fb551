"""Damaged and hostile TIFF files: refused for what is wrong with them, at once and in little memory."""

import io
import struct
import time
import tracemalloc
from functools import cache

import imagecodecs
import numpy as np
import pytest
import tifffile

from contrast_engine.errors import ImageError
from contrast_engine.images import read_image


def picture(bits: int = 8, channels: int = 3) -> np.ndarray:
    kind = np.uint8 if bits == 8 else np.uint16
    return np.random.default_rng(3).integers(0, 1 << bits, (48, 64, channels), kind)


def written(array: np.ndarray, **options) -> bytes:
    file = io.BytesIO()
    tifffile.imwrite(file, array, metadata=None, **options)
    return file.getvalue()


def tiff(body: bytes, **tags: list[int]) -> bytes:
    """An 8 x 8 grey TIFF of one strip; tags as t256=[8], all 32 bits."""
    given = {
        256: [8],
        257: [8],
        258: [8],
        259: [1],
        262: [1],
        273: [8],
        277: [1],
        278: [8],
        279: [len(body)],
    }
    given |= {int(name[1:]): values for name, values in tags.items()}
    start = 8 + len(body)
    behind, entries, extra = start + 2 + 12 * len(given) + 4, b"", b""
    for code in sorted(given):
        raw = struct.pack(f"<{len(given[code])}I", *given[code])
        entries += struct.pack("<HHI", code, 4, len(given[code]))
        entries += raw if len(raw) == 4 else struct.pack("<I", behind + len(extra))
        extra += raw if len(raw) > 4 else b""
    return (
        b"II*\0"
        + struct.pack("<I", start)
        + body
        + struct.pack("<H", len(given))
        + entries
        + bytes(4)
        + extra
    )


LAYOUTS = {
    "plain": {},
    "tiled": {"tile": (16, 16)},
    "LZW": {"compression": "lzw", "rowsperstrip": 6},
    "LZW, tiled": {"compression": "lzw", "tile": (16, 16), "predictor": 2},
    "deflate": {"compression": "zlib", "rowsperstrip": 6},
    "Zstandard": {"compression": "zstd", "rowsperstrip": 6},
    "PackBits": {"compression": "packbits", "rowsperstrip": 6},
    "JPEG": {"compression": "jpeg", "tile": (16, 16)},
    "JPEG 2000": {"compression": "jpeg2000", "tile": (32, 32)},
    "WebP": {"compression": "webp", "tile": (32, 32)},
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_file_that_is_cut_off_says_so(layout, share):
    data = written(picture(), photometric="rgb", **LAYOUTS[layout])
    read_image(data)
    with pytest.raises(ImageError, match="cut off: it ends before the image does"):
        read_image(data[: int(len(data) * share)])


@pytest.mark.parametrize("kept", [6, 8, 20, 100])
def test_a_file_cut_off_in_its_header_says_so(kept):
    with pytest.raises(ImageError, match="cut off"):
        read_image(written(picture(), photometric="rgb")[:kept])


@pytest.mark.parametrize("layout", ["deflate", "Zstandard", "JPEG"])
def test_a_file_damaged_in_the_middle_says_so(layout):
    data = bytearray(written(picture(), photometric="rgb", **LAYOUTS[layout]))
    with tifffile.TiffFile(io.BytesIO(bytes(data))) as file:
        page = file.pages[0]
        start, size = page.dataoffsets[1], page.databytecounts[1]
    data[start : start + size] = b"\xa5" * size
    with pytest.raises(ImageError, match="is damaged: its image data cannot be decoded"):
        read_image(bytes(data))


def test_wrong_lengths_of_strips_that_are_whole_do_no_harm():
    body = bytes(range(64))
    right = read_image(tiff(body)).rgb
    for length in (7, 0xFFFFFFFF):
        np.testing.assert_array_equal(read_image(tiff(body, t279=[length])).rgb, right)
    packed = imagecodecs.lzw_encode(body)
    np.testing.assert_array_equal(read_image(tiff(packed, t259=[5], t279=[99_999])).rgb, right)


@cache
def jpeg(side: int) -> bytes:
    return imagecodecs.jpeg_encode(np.zeros((side, side), np.uint8))


def overlapping() -> bytes:
    entries = [struct.pack("<HHII", 256, 4, 1, 8), struct.pack("<HHII", 257, 4, 1, 8)]
    entries += [struct.pack("<HHII", 273, 4, 20_000, 8)] * 4000
    body = bytes(100_000)
    return (
        b"II*\0"
        + struct.pack("<I", 8 + len(body))
        + body
        + struct.pack("<H", len(entries))
        + b"".join(entries)
        + bytes(4)
    )


def looped() -> bytes:
    data = bytearray(tiff(bytes(64), t279=[63]))
    start = struct.unpack_from("<I", data, 4)[0]
    end = start + 2 + 12 * struct.unpack_from("<H", data, start)[0]
    struct.pack_into("<I", data, end, start)
    return bytes(data)


HOSTILE = {
    "deflate bomb": lambda: tiff(imagecodecs.deflate_encode(bytes(1 << 25)), t259=[8]),
    "Zstandard bomb": lambda: tiff(imagecodecs.zstd_encode(bytes(1 << 25)), t259=[50000]),
    "LZMA bomb": lambda: tiff(imagecodecs.lzma_encode(bytes(1 << 23)), t259=[34925]),
    "LZW bomb": lambda: tiff(imagecodecs.lzw_encode(bytes(1 << 25)), t259=[5]),
    "JPEG bomb": lambda: tiff(jpeg(3000), t259=[7]),
    "PNG bomb": lambda: tiff(imagecodecs.png_encode(np.zeros((3000, 3000), np.uint8)), t259=[34933]),
    "one JPEG for all strips": lambda: tiff(
        jpeg(2000), t256=[1000], t257=[9000], t259=[7], t278=[1], t273=[8] * 9000, t279=[len(jpeg(2000))] * 9000
    ),
    "a tile of a trillion pixels": lambda: tiff(
        bytes(64), t322=[1 << 30], t323=[1 << 30], t324=[8], t325=[64]
    ),
    "a tile larger than the picture by far": lambda: tiff(
        imagecodecs.deflate_encode(bytes(64)), t259=[8], t322=[1 << 15], t323=[1 << 15], t324=[8], t325=[64]
    ),
    "65535 channels": lambda: tiff(
        imagecodecs.deflate_encode(bytes(64)), t256=[9000], t257=[9000], t259=[8], t262=[2], t277=[65535]
    ),
    "four billion lines": lambda: tiff(bytes(64), t257=[0xFFFFFFF8]),
    "no lines in a strip": lambda: tiff(bytes(64), t278=[0]),
    "a strip that was never written": lambda: tiff(bytes(64), t259=[8], t273=[0], t279=[0]),
    "values that overlap": overlapping,
    "two billion slices": lambda: tiff(bytes(64), t32997=[1 << 31]),
    "a directory that follows itself": looped,
}  # fmt: skip
LOADS = {"LZMA bomb", "LZW bomb", "a directory that follows itself"}
"""Read as far as the picture goes, and no further."""


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_takes_neither_time_nor_memory(kind):
    data = HOSTILE[kind]()
    tracemalloc.start()
    start = time.process_time()
    try:
        if kind in LOADS:
            assert read_image(data).shape == (8, 8)
        else:
            with pytest.raises(ImageError, match=r"^the image (is|has|declares)"):
                read_image(data)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert time.process_time() - start < 3
    assert most < 100_000_000
