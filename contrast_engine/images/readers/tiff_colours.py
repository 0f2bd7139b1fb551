"""What the samples of a TIFF file mean: black, white, inks, palettes, Lab, opacity."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from PIL import Image

from contrast_engine.errors import ImageError
from contrast_engine.images import icc, lab, primaries
from contrast_engine.images.faults import FAULTS
from contrast_engine.images.profiles import SRGB_8, SRGB_16, Curved
from contrast_engine.images.raster import ASSOCIATED, STRAIGHT, Codes, Profile, most_of
from contrast_engine.images.readers import pillow_images as pillow
from contrast_engine.images.readers.tiff_pages import Page
from contrast_engine.images.readers.tiff_samples import Samples

WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE, MASK, INKS, YCBCR = 0, 1, 2, 3, 4, 5, 6
CIELAB, ICCLAB, ITULAB = 8, 9, 10

WORDS = {
    WHITE_IS_ZERO: "grey (0 is white)", BLACK_IS_ZERO: "grey", RGB: "RGB", PALETTE: "palette",
    INKS: "CMYK", YCBCR: "YCbCr", CIELAB: "CIELab", ICCLAB: "ICCLab", ITULAB: "ITULab",
}  # fmt: skip
"""Photometric meanings that are read, in words."""

_CHANNELS = {RGB: 3, INKS: 4, YCBCR: 3, CIELAB: 3, ICCLAB: 3, ITULAB: 3}
_LABS = (CIELAB, ICCLAB, ITULAB)
_STRIP = 1_000_000  # pixels changed at a time
_ORDINALS = {2: "second", 3: "third", 4: "fourth", 5: "fifth"}
_UNMIXED = (6, 7, 33007, 34927, 50001)  # JPEG and WebP, whose decoders give RGB
_JPEG_2000_OF_YCBCR = 33003  # by its number, whatever the photometric tag says


@dataclass(frozen=True)
class Meaning:
    """What each sample of a pixel stands for.

    Args:
        photometric: One of `WORDS`.
        kept: Which samples are read: colours, then opacity where there is one.
        opacity: `STRAIGHT`, `ASSOCIATED` or "".
        notes: What was decided, in words.
    """

    photometric: int
    kept: tuple[int, ...]
    opacity: str
    notes: tuple[str, ...]

    @property
    def colours(self) -> int:
        """How many of the samples are colours."""
        return len(self.kept) - bool(self.opacity)


def meaning(page: Page, name: str) -> Meaning:
    """What the samples of a page stand for.

    Raises:
        ImageError: It is none of what is read here.
    """
    notes: list[str] = []
    photometric, stored = _photometric(page, notes), page.samplesperpixel
    if photometric == MASK:
        raise ImageError(f"{name} holds a transparency mask alone, without a picture")
    if photometric not in WORDS:
        what = {32844: "LogL", 32845: "LogLuv", 51177: "a depth map"}.get(
            photometric, f"a meaning of its samples that is not known ({photometric})"
        )
        raise ImageError(f"{name} holds {what}, which is not read here; save it as RGB or grey")
    if photometric == INKS and _first(page, 332, 1) != 1:
        raise ImageError(f"{name} is separated into inks that are not CMYK; save it as RGB")
    colours = _CHANNELS.get(photometric, 1)
    if photometric in _LABS and stored < 3:
        colours = 1
    if stored < colours:
        raise ValueError("fewer samples than colours")
    if photometric in (WHITE_IS_ZERO, BLACK_IS_ZERO) and stored > 2:
        raise ImageError(
            f"{name} has {stored} bands that are not said to be red, green and blue; export the "
            "bands to look at as RGB or grey"
        )
    kinds = _extra(page, stored - colours)
    at = next((n for n, kind in enumerate(kinds) if kind in (1, 2)), None)
    opacity = "" if at is None else ASSOCIATED if kinds[at] == 1 else STRAIGHT
    left_out = len(kinds) - bool(opacity)
    if left_out == 1:
        place = next(n for n in range(len(kinds)) if n != at)
        which = _ORDINALS.get(colours + place + 1, "further")
        notes.append(f"a {which} channel that is not opacity is left out")
    elif left_out:
        notes.append(f"{left_out} further channels that are not opacity are left out")
    kept = (*range(colours), *(() if at is None else (colours + at,)))
    return Meaning(photometric, kept, opacity, tuple(notes))


def full_range(samples: Samples, page: Page, meant: Meaning) -> Codes:
    """Samples as codes of 8 or 16 bits whose white is 255 or 65535, opacity likewise.

    Changed in place where they can be. 0 becomes black, palettes and YCbCr become RGB; Lab stays.
    """
    if meant.photometric == PALETTE:
        return _from_palette(samples, page, meant)
    codes: Codes = _widened(samples, _bits(page))
    if meant.photometric == WHITE_IS_ZERO:
        np.subtract(most_of(codes), codes[..., 0], out=codes[..., 0])
    is_mixed = meant.photometric == YCBCR and page.compression not in _UNMIXED
    if is_mixed or (page.compression == _JPEG_2000_OF_YCBCR and meant.colours == 3):
        _to_rgb(codes, page)
    return codes


def profile_of(page: Page, meant: Meaning, codes: Codes, data: bytes, notes: list[str]) -> Profile:
    """What codes of full range mean: an ICC profile, tags of the file, EXIF, or sRGB."""
    most = most_of(codes)
    if meant.photometric in _LABS:
        return _lab(page, meant.photometric, most)
    given = icc_data(page)
    if not given and meant.colours in (1, 3):
        stated = _by_tags(page, meant, most, notes)
        if stated is not None:
            return stated
    is_adobe = not given and meant.colours == 3 and 34665 in page.tags and _is_adobe_rgb(data)
    return pillow.described(given, codes, meant.colours, notes, is_adobe=is_adobe)


def primaries_of(page: Page, notes: list[str]) -> tuple[Any, str]:
    """(3, 3) to linear sRGB and the name of the primaries of floating-point RGB."""
    given = icc_data(page)
    if given:
        made = icc.profile(given, np.zeros((1, 1, 3), np.uint16), 3)
        if isinstance(made, Curved):
            if made.transfer not in ("sRGB curve", "linear"):
                notes.append("floating-point values: linear, whatever curve the profile has")
            return made.matrix, made.name
        notes.append(icc.NOT_USED)
    places = _places(page)
    if places is not None:
        try:
            return primaries.to_srgb(places), "own primaries (TIFF tags)"
        except (ValueError, ArithmeticError, np.linalg.LinAlgError):
            notes.append("chromaticities that span no colours are not used")
    return None, "sRGB primaries (assumed)"


def icc_data(page: Page) -> bytes | None:
    """The ICC profile of a page."""
    value = page.tags.valueof(34675)
    return value if isinstance(value, bytes) and value else None


def _photometric(page: Page, notes: list[str]) -> int:
    stated = page.tags.valueof(262)
    if isinstance(stated, int):
        return int(page.photometric) if page.compression == 6 else int(stated)
    taken = RGB if page.samplesperpixel >= 3 else BLACK_IS_ZERO
    if page.compression in (2, 3, 4):
        taken = WHITE_IS_ZERO
    if page.compression == 6:
        taken = int(page.photometric)
    notes.append(f"what its samples mean is not stated: read as {WORDS.get(taken, 'grey')}")
    return taken


def _first(page: Page, code: int, usual: int) -> int:
    value = page.tags.valueof(code)
    value = value[0] if isinstance(value, tuple) and value else value
    return int(value) if isinstance(value, int) else usual


def _extra(page: Page, count: int) -> list[int]:
    """The kinds of the samples behind the colours: 0 unspecified, 1 associated, 2 straight."""
    value = page.tags.valueof(338)
    stated = [int(kind) for kind in value] if isinstance(value, tuple) else []
    if isinstance(value, int):
        stated = [int(value)]
    return (stated + [0] * count)[:count]


def _bits(page: Page) -> int:
    bits = page.bitspersample
    return min(int(bits), 16) if isinstance(bits, int) else 8


def _strips(codes: Samples) -> Iterator[Any]:
    rows = max(1, _STRIP // codes.shape[1])
    for top in range(0, len(codes), rows):
        yield codes[top : top + rows]


def _widened(samples: Samples, bits: int) -> Any:
    """To the full range of 8 or 16 bits; 3 and 5 to 7 bits to 16, where they lose nothing."""
    if bits in (8, 16):
        return samples if samples.flags.writeable else samples.copy()
    most = (1 << bits) - 1
    if 255 % most == 0:
        samples *= np.uint8(255 // most)
        return samples
    wide = samples if samples.dtype == np.uint16 else samples.astype(np.uint16)
    for part in _strips(wide):
        part[:] = np.rint(part.astype(np.float32) * np.float32(65535 / most))
    return wide


def _from_palette(samples: Samples, page: Page, meant: Meaning) -> Codes:
    table = np.asarray(page.colormap if page.tags.valueof(320) is not None else ())
    bits = _bits(page)
    if table.ndim != 2 or table.shape[0] != 3 or table.shape[1] < 1 << bits:
        raise ValueError("a palette without its colours")
    table = table.astype(np.uint16)
    if table.max() < 256 and table.max() > 0:  # 8 bits by mistake, as libtiff has it
        table *= 257
    eighth = np.rint(table / 257).astype(np.uint16)
    is_8_bit = (table == eighth * 257).all() or (table & 255 == 0).all()
    colours: Any = (table >> 8).astype(np.uint8) if is_8_bit else table
    index = samples[..., 0]
    out = np.empty((*index.shape, 3 + bool(meant.opacity)), colours.dtype)
    for channel in range(3):
        out[..., channel] = colours[channel][index]
    if meant.opacity:
        whole = np.float32(most_of(out) / ((1 << bits) - 1))
        out[..., 3] = np.rint(samples[..., 1].astype(np.float32) * whole)
    return out


def _to_rgb(codes: Samples, page: Page) -> None:
    """YCbCr to RGB in place.

    Source: TIFF 6.0, section 21; coefficients of BT.601 unless the file states others.
    """
    red, green, blue = _rationals(page, 529, 3) or (0.299, 0.587, 0.114)
    most = most_of(codes)
    usual = (0, most, (most + 1) // 2, most, (most + 1) // 2, most)
    black_y, white_y, black_b, white_b, black_r, white_r = _rationals(page, 532, 6) or usual
    if not (green and white_y != black_y and white_b != black_b and white_r != black_r):
        raise ValueError("YCbCr of no range")
    half = most // 2
    for part in _strips(codes):
        y = (part[..., 0].astype(np.float32) - black_y) * (most / (white_y - black_y))
        b = (part[..., 1].astype(np.float32) - black_b) * (half / (white_b - black_b))
        r = (part[..., 2].astype(np.float32) - black_r) * (half / (white_r - black_r))
        r = r * (2 - 2 * red) + y
        b = b * (2 - 2 * blue) + y
        g = (y - blue * b - red * r) / green
        for channel, values in enumerate((r, g, b)):
            part[..., channel] = np.clip(np.rint(values), 0, most)


def _lab(page: Page, photometric: int, most: int) -> Profile:
    if photometric == ICCLAB:
        return lab.icclab(most)
    if photometric == ITULAB:
        return lab.itulab(most, _rationals(page, 433, 6))
    place = _rationals(page, 318, 2)
    if place is None or not 0.1 < place[1] < 0.9 or not 0.1 < place[0] < 0.9:
        return lab.cielab(most)
    x, y = place
    return lab.cielab(most, (x / y, 1.0, (1 - x - y) / y))


def _by_tags(page: Page, meant: Meaning, most: int, notes: list[str]) -> Profile | None:
    """What the tags of section 20 of TIFF 6.0 say, where there are any."""
    if 291 in page.tags and meant.colours == 1:
        notes.append("grey response curve not used")
    places = _places(page) if meant.colours == 3 else None
    tables = _curves(page, meant, most)
    if places is None and tables is None:
        return None
    try:
        matrix = None if places is None else primaries.to_srgb(places)
    except (ValueError, ArithmeticError, np.linalg.LinAlgError):
        notes.append("chromaticities that span no colours are not used")
        matrix = None
    plain = SRGB_16 if most == 65535 else SRGB_8
    if matrix is None and tables is None:
        return replace(plain, name="sRGB (TIFF tags)")
    return Curved(
        plain.tables if tables is None else tables,
        None if matrix is None else np.asarray(matrix, np.float32),
        "sRGB primaries" if matrix is None else "own primaries (TIFF tags)",
        plain.transfer if tables is None else "curve of the file",
    )


def _places(page: Page) -> primaries.Chromaticities | None:
    places, white = _rationals(page, 319, 6), _rationals(page, 318, 2)
    if places is None:
        return None
    rx, ry, gx, gy, bx, by = places
    wx, wy = white or (0.3127, 0.3290)
    return (rx, ry, gx, gy, bx, by, wx, wy) if wy > 0 else None


def _curves(page: Page, meant: Meaning, most: int) -> Any:
    """(1 or 3, codes) linear light of every code by the TransferFunction tag."""
    value = page.tags.valueof(301)
    bits = _bits(page)
    if value is None or meant.photometric == PALETTE or bits > 16:
        return None
    given = np.asarray(value, np.float64).ravel() / 65535
    count = 1 << bits
    if given.size not in (count, 3 * count) or not np.isfinite(given).all() or given.max() <= 0:
        return None
    tables = given.reshape(-1, count)[: 1 if meant.colours == 1 else 3]
    if meant.photometric == WHITE_IS_ZERO:
        tables = tables[:, ::-1]
    at = np.linspace(0, count - 1, most + 1)
    return np.stack([np.interp(at, np.arange(count), table) for table in tables]).astype(np.float32)


def _rationals(page: Page, code: int, count: int) -> tuple[float, ...] | None:
    value = page.tags.valueof(code)
    if not isinstance(value, tuple):
        return None
    numbers = [float(number) for number in value]
    if len(numbers) == 2 * count:
        tops, bottoms = numbers[0::2], numbers[1::2]
        if not all(bottoms):
            return None
        numbers = [top / bottom for top, bottom in zip(tops, bottoms, strict=True)]
    return tuple(numbers) if len(numbers) == count else None


def _is_adobe_rgb(data: bytes) -> bool:
    import io

    try:
        with Image.open(io.BytesIO(data), formats=("TIFF",)) as image:
            return pillow.is_adobe_rgb(image)
    except FAULTS:
        return False
