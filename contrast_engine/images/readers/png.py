"""PNG files: 16 bits at full depth, and colours by the order that the standard sets.

Source: W3C PNG, third edition (2025), clauses 4.3 and 11.3.2: cICP, then iCCP, sRGB, gAMA + cHRM.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from contrast_engine.errors import ImageError
from contrast_engine.images import cicp, colour, icc, primaries, transfer_functions
from contrast_engine.images.profiles import SRGB_8, SRGB_16, curved, srgb
from contrast_engine.images.raster import STRAIGHT, Codes, Profile, Raster, Source
from contrast_engine.images.readers import pillow_images as pillow

_GAMMA_OF_SRGB = 45455
_LIKE_SRGB = 0.05  # libpng's own measure of a gamma that stands for the curve of sRGB


def read(source: Source) -> Raster:
    """The picture of a PNG file.

    Raises:
        ImageError: It has too many pixels, or colours by numbers that nobody knows.
    """
    with pillow.opened(source) as image:
        chunks = dict(_chunks(source.data))
        is_deep = len(source.data) > 24 and source.data[24] == 16
        notes = pillow.notes_on_frames(image)
        if is_deep:
            codes, opacity = _deep(source.data, image.size)
            orientation = pillow.orientation(image)
        else:
            image.load()
            plain = pillow.codes_of(image, source.name)
            codes, opacity = plain.codes, plain.opacity
            orientation = pillow.orientation(image)
        made = _profile(chunks, codes, codes.shape[2] - bool(opacity), source.name, notes)
        if opacity:
            notes.append("alpha composited on mid-grey")
        how = pillow.how(codes, opacity, made, "libpng" if is_deep else "Pillow")
        how = replace(how, depth="1 bit" if source.data[24] == 1 else f"{source.data[24]} bits")
        return Raster(
            codes, *image.size, "PNG", made, opacity, orientation, tuple(notes), how,
        )  # fmt: skip


def _deep(data: bytes, size: tuple[int, int]) -> tuple[Codes, str]:
    """All 16 bits, of which Pillow would keep 8; a transparent colour becomes opacity."""
    import imagecodecs

    try:
        codes = imagecodecs.png_decode(data)
    except imagecodecs.PngError as fault:
        if b"IEND" not in data[-64:]:
            raise EOFError("truncated") from fault
        raise
    codes = codes.reshape(*codes.shape[:2], -1)
    if codes.shape[:2] != (size[1], size[0]) or codes.dtype != np.uint16:
        raise ValueError("not the picture that the header states")
    if codes.shape[2] in (2, 4):
        if codes[..., -1].min() == 65535:
            return np.ascontiguousarray(codes[..., :-1]), ""
        return codes, STRAIGHT
    return codes, ""


def _profile(
    chunks: dict[bytes, bytes], codes: Codes, channels: int, name: str, notes: list[str]
) -> Profile:
    n_codes = 65536 if codes.dtype == np.uint16 else 256
    said = chunks.get(b"cICP")
    if said is not None and len(said) >= 4:
        if said[2] != 0:
            raise ImageError(f"{name} states YCbCr in its cICP chunk, which a PNG cannot hold")
        made = cicp.profile(said[0], said[1], n_codes - 1, n_codes, name)
        made = cicp.narrowed(made, 8 if n_codes == 256 else 16) if said[3] == 0 else made
        if cicp.is_hdr(said[1]):
            notes.append(cicp.clipped_note(codes[..., :channels], made))
        return replace(made, name=f"{made.name} (cICP)")
    profile = _icc(chunks.get(b"iCCP"))
    if profile:
        found = icc.profile(profile, codes, channels)
        if found is not None:
            if found.transfer != "sRGB curve":
                notes.append(icc.CONVERTED)
            return found
        notes.append(icc.NOT_USED)
    if b"sRGB" in chunks:
        return replace(SRGB_16 if n_codes == 65536 else SRGB_8, name="sRGB (sRGB chunk)")
    gamma = chunks.get(b"gAMA", b"")
    stated = struct.unpack(">I", gamma)[0] if len(gamma) == 4 else 0
    places = _chromaticities(chunks.get(b"cHRM", b""))
    if not stated and places is None:
        return srgb(codes)
    return _by_gamma(stated, places, n_codes)


def _by_gamma(stated: int, places: primaries.Chromaticities | None, n_codes: int) -> Profile:
    """What gAMA and cHRM say; without the one the curve of sRGB, else its primaries."""
    is_srgb_curve = not stated or abs(stated / _GAMMA_OF_SRGB - 1) <= _LIKE_SRGB
    try:
        matrix = None if places is None else primaries.to_srgb(places)
    except (ValueError, ArithmeticError, np.linalg.LinAlgError):
        matrix, places = None, None
    title = "sRGB primaries" if matrix is None else "own primaries"
    where = "gAMA" if places is None else "cHRM" if not stated else "gAMA, cHRM"
    if is_srgb_curve and matrix is None:
        return replace(SRGB_16 if n_codes == 65536 else SRGB_8, name=f"sRGB ({where})")
    exponent = 100_000 / stated if stated else 0.0
    curve = colour.decode_srgb if is_srgb_curve else transfer_functions.gamma(exponent)
    words = "sRGB curve" if is_srgb_curve else f"gamma {exponent:.3g}"
    return curved(
        curve, n_codes - 1, n_codes, matrix=matrix, name=f"{title} ({where})", transfer=words
    )


def _chromaticities(chunk: bytes) -> primaries.Chromaticities | None:
    if len(chunk) != 32:
        return None
    wx, wy, rx, ry, gx, gy, bx, by = (value / 100_000 for value in struct.unpack(">8I", chunk))
    return (rx, ry, gx, gy, bx, by, wx, wy) if wy > 0 else None


def _icc(chunk: bytes | None) -> bytes | None:
    """The profile in an iCCP chunk; b"" is one that cannot be unpacked."""
    if chunk is None:
        return None
    try:
        packed = chunk[chunk.index(b"\0") + 2 :]
        unpacker = zlib.decompressobj()
        return unpacker.decompress(packed, 16_000_000)
    except (ValueError, zlib.error):
        return b"?"


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and body of every chunk before the pixels."""
    at = 8
    while at + 8 <= len(data):
        length, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if name in (b"IDAT", b"IEND"):
            return
        yield name, data[at + 8 : at + 8 + length]
        at += 12 + length
