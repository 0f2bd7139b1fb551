"""Files with flipped, cut, repeated and swapped bytes: each loads or is refused in plain words.

300 files here; CONTRAST_FUZZ=10000 tries so many instead.
"""

import io
import os
import re
import resource
import time
from functools import cache

import numpy as np
import pytest
import tifffile
from PIL import Image

from contrast_engine.errors import ImageError
from contrast_engine.images import read_image

KINDS = ("JPEG", "PNG", "TIFF", "WEBP", "GIF", "BMP")
FILES = int(os.environ.get("CONTRAST_FUZZ", "300"))
SECONDS = 5.0
GIGABYTE = 2**20  # in the kilobytes that getrusage counts
TIFF_LAYOUTS = [
    (lambda rgb: rgb, {"photometric": "rgb", "tile": (16, 32), "compression": "zlib", "predictor": 2}),
    (lambda rgb: np.moveaxis(rgb * np.uint16(257), -1, 0), {"photometric": "rgb", "planarconfig": "separate", "byteorder": ">"}),
    (lambda rgb: rgb, {"photometric": "rgb", "compression": "jpeg", "tile": (16, 16), "bigtiff": True}),
    (lambda rgb: (rgb / 99).astype(np.float32), {"photometric": "rgb", "compression": "zstd", "predictor": 3}),
]  # fmt: skip
OF_THE_PROGRAM = re.compile(r"Traceback|Error\b|Exception|0x[0-9a-f]{6}|<.* object|\.py\b")


@cache
def seeds(kind: str) -> tuple[bytes, ...]:
    """Small valid files of one format in several of its flavours."""
    rng = np.random.default_rng(7)
    smooth = Image.fromarray(rng.integers(0, 256, (6, 8, 3), np.uint8)).resize((64, 48))
    grey, alpha = smooth.convert("L"), smooth.convert("RGBA")
    flavours = {
        "JPEG": [(smooth, {}), (smooth, {"progressive": True}), (grey, {}), (smooth.convert("CMYK"), {})],
        "PNG": [(smooth, {}), (alpha, {}), (smooth.convert("P"), {}), (grey, {})],
        "TIFF": [(smooth, {}), (smooth, {"compression": "tiff_lzw"}), (grey, {"compression": "packbits"}), *TIFF_LAYOUTS],
        "WEBP": [(smooth, {}), (smooth, {"lossless": True}), (alpha, {})],
        "GIF": [(smooth, {}), (smooth, {"save_all": True, "append_images": [grey.convert("RGB")]})],
        "BMP": [(smooth, {}), (grey, {}), (smooth.convert("P"), {})],
    }  # fmt: skip
    made = []
    for image, options in flavours[kind]:
        file = io.BytesIO()
        if not isinstance(image, Image.Image):
            tifffile.imwrite(file, image(np.asarray(smooth)), metadata=None, **options)
            made.append(file.getvalue())
            continue
        image.save(file, kind, **options)
        made.append(file.getvalue())
    return tuple(made)


def mutated(data: bytes, rng: np.random.Generator) -> bytes:
    """Damage a file in one to four ways, the header more often than the body."""
    raw = bytearray(data)
    for _ in range(rng.integers(1, 5)):
        reach = min(len(raw), 64) if rng.random() < 0.5 else len(raw)
        at = int(rng.integers(0, max(reach, 1)))
        size = int(rng.integers(1, 9))
        match int(rng.integers(0, 6)):
            case 0:
                raw[at : at + 1] = bytes([raw[at] ^ (1 << int(rng.integers(0, 8)))]) if raw else b""
            case 1:
                raw[at : at + size] = rng.bytes(size)
            case 2:
                raw[at : at + size] = rng.choice([b"\0", b"\xff", b"\x7f", b"\x80"]) * size
            case 3:
                del raw[at : at + size]
            case 4:
                raw[at:at] = raw[at : at + 16 * size]
            case _:
                del raw[max(at, len(raw) // 8) :]
    return bytes(raw)


@pytest.mark.parametrize("kind", KINDS)
def test_no_damaged_file_crashes_hangs_or_is_refused_in_jargon(kind: str) -> None:
    rng = np.random.default_rng(KINDS.index(kind))
    refused, most = 0, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for number in range(FILES // len(KINDS)):
        data = mutated(seeds(kind)[number % len(seeds(kind))], rng)
        start = time.process_time()
        try:
            image = read_image(data)
        except ImageError as error:
            refused += 1
            reason = str(error)
            assert 10 < len(reason) < 300, (kind, number, reason)
            assert not OF_THE_PROGRAM.search(reason), (kind, number, reason)
            assert "\n" not in reason
        else:
            assert np.isfinite(image.rgb).all(), (kind, number)
        assert time.process_time() - start < SECONDS, (kind, number)
    assert refused, "mutations this mild would prove nothing"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - most < GIGABYTE


@pytest.mark.parametrize("kind", KINDS)
def test_the_files_that_are_damaged_were_whole(kind: str) -> None:
    for data in seeds(kind):
        assert read_image(data).shape == (48, 64)
