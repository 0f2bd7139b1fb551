"""Netpbm files: PBM, PGM and PPM of every maxval, and PFM, which is scene light.

Source: https://netpbm.sourceforge.net/doc/ (pbm, pgm, ppm); Debevec's PFM, which has no white.
"""

import re
from dataclasses import replace
from typing import Any

import numpy as np

from contrast_engine.images.profiles import srgb, srgb_of_depth
from contrast_engine.images.raster import Codes, HowRead, Profile, Raster, Source
from contrast_engine.images.readers import pillow_images as pillow
from contrast_engine.images.readers import scene_light

_MOST_HEADER = 65_536
_TOKEN = re.compile(rb"(?:\s|#[^\n\r]*[\n\r])*([^\s#]+)")
_BLANKS = b" \t\n\r\x0b\x0c"
_COMMENT = re.compile(rb"#[^\n\r]*")


def read(source: Source) -> Raster:
    """The first picture of a Netpbm file.

    Raises:
        ImageError: It is too large.
    """
    kind = source.data[1:2]
    if kind in b"Ff":
        return _floating(source)
    fields = 2 if kind in b"14" else 3
    numbers, at = _header(source.data, fields)
    width, height = (_whole(number) for number in numbers[:2])
    most = 1 if fields == 2 else _whole(numbers[2])
    pillow.check_size((width, height), source)
    if not 0 < most < 65536:
        raise ValueError("a maxval that is none")
    channels = 3 if kind in b"36" else 1
    count = width * height * channels
    if kind == b"4":
        rows = np.frombuffer(_taken(source.data, at, height * -(-width // 8)), np.uint8)
        bits = np.unpackbits(rows.reshape(height, -1), axis=1)[:, :width]
        codes: Any = (1 - bits) * np.uint8(255)
    elif kind in b"56":
        stored = np.dtype(np.uint8 if most < 256 else ">u2")
        raw = _taken(source.data, at, count * stored.itemsize)
        codes = np.frombuffer(raw, stored).astype(stored.newbyteorder("="))
    else:
        codes = _spelled(source.data, at, count, most, is_bits=kind == b"1")
    codes = codes.reshape(height, width, channels)
    profile = _profile(codes, 255 if kind in b"14" else most)
    notes = ("first of several frames",) if _has_more(source.data, at, count, kind, most) else ()
    words = "RGB" if channels == 3 else "grey"
    depth = "1 bit" if kind in b"14" else f"{most.bit_length()} bits"
    how = HowRead(
        "NumPy", depth, words + (", in digits" if kind in b"123" else ""), profile.name,
        profile.transfer, "" if kind in b"14" or most in (255, 65535) else f"code {most}",
    )  # fmt: skip
    return Raster(codes, width, height, "PPM", profile, notes=notes, how=how)


def _floating(source: Source) -> Raster:
    numbers, at = _header(source.data, 3)
    width, height = (_whole(number) for number in numbers[:2])
    scale = float(numbers[2])
    pillow.check_size((width, height), source)
    if not np.isfinite(scale) or scale == 0:
        raise ValueError("a scale that is none")
    channels = 3 if source.data[1:2] == b"F" else 1
    stored = np.dtype("<f4" if scale < 0 else ">f4")
    raw = _taken(source.data, at, width * height * channels * 4)
    codes = np.frombuffer(raw, stored).reshape(height, width, channels)
    # lines run from the bottom up
    upright = np.ascontiguousarray(codes[::-1], np.float32)
    words = ("RGB" if channels == 3 else "grey") + (", big-endian" if scale > 0 else "")
    how = HowRead("NumPy", "32-bit float", words, "", "")
    upright = upright if upright.flags.writeable else upright.copy()
    return scene_light.raster(upright, source, format="PFM", how=how)


def _header(data: bytes, count: int) -> tuple[list[bytes], int]:
    """So many words after the two letters, and where the samples begin."""
    words, at, head = [], 2, data[:_MOST_HEADER]
    for _ in range(count):
        found = _TOKEN.match(head, at)
        if found is None or found.end() == len(data):
            raise EOFError("truncated")
        words.append(found[1])
        at = found.end()
    return words, at + 1


def _whole(word: bytes) -> int:
    if not word.isdigit() or len(word) > 9:
        raise ValueError("a number that is none")
    return int(word)


def _taken(data: bytes, at: int, size: int) -> bytes:
    if at + size > len(data):
        raise EOFError("truncated")
    return data[at : at + size]


def _spelled(data: bytes, at: int, count: int, most: int, *, is_bits: bool) -> Any:
    """Samples written as digits."""
    body = data[at - 1 :]
    if b"#" in body:
        body = _COMMENT.sub(b"", body)
    if is_bits:
        digits = body.translate(None, _BLANKS)[:count]
        if len(digits) < count:
            raise EOFError("truncated")
        bits = np.frombuffer(digits, np.uint8) - 48
        if bits.max() > 1:
            raise ValueError("a bit that is none")
        return (1 - bits) * np.uint8(255)
    if body.translate(None, _BLANKS + b"0123456789"):
        raise ValueError("a number that is none")
    values: Any = np.fromstring(body.decode("ascii"), np.int64, sep=" ") if body.split() else []
    values = values[:count]
    if len(values) < count:
        raise EOFError("truncated")
    if np.max(values) > most or np.min(values) < 0:
        raise ValueError("a sample above the maxval")
    return np.asarray(values, np.uint8 if most < 256 else np.uint16)


def _profile(codes: Codes, most: int) -> Profile:
    if most in (255, 65535):
        return srgb(codes)
    return replace(srgb_of_depth(most, 65536 if codes.dtype == np.uint16 else 256))


def _has_more(data: bytes, at: int, count: int, kind: bytes, most: int) -> bool:
    """Whether another picture follows, as Netpbm allows."""
    if kind not in b"56":
        return False
    end = at + count * (1 if most < 256 else 2)
    return data[end : end + 1] == b"P" and data[end + 1 : end + 2] in (b"5", b"6", b"4")
