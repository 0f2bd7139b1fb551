"""TIFF files of every layout and depth, one way for all of them."""

from dataclasses import replace
from typing import Any, cast

import numpy as np

from contrast_engine.errors import ImageError
from contrast_engine.images.raster import Codes, HowRead, Raster, Source, most_of
from contrast_engine.images.readers import camera_raw, scene_light, tiff_colours, tiff_pages
from contrast_engine.images.readers import pillow_images as pillow
from contrast_engine.images.readers.tiff_colours import Meaning
from contrast_engine.images.readers.tiff_pages import Page
from contrast_engine.images.readers.tiff_samples import COMPRESSIONS, Samples, samples

_NO_DATA = 42113  # GDAL's tag
_USUAL = 8  # channels of a pixel that count as one pixel's worth of memory
_DOUBTED = (8, 10, 12, 14)  # bits that instruments keep in 16


def is_camera_raw(data: bytes) -> bool:
    """Whether a TIFF file is a camera raw photograph, which may hold a preview as its picture."""
    try:
        return tiff_pages.found(data).is_raw
    except (OSError, EOFError, ValueError):
        return False


def read(source: Source) -> Raster:
    """The first picture of a TIFF file, or a smaller copy of it in the file where that will do.

    Raises:
        ImageError: It is too large, or of a kind not read here.
    """
    pages = tiff_pages.found(source.data)
    if pages.is_raw:
        return camera_raw.read(source)
    full = pages.full
    page = tiff_pages.smallest_covering(pages, source)
    size = full.imagewidth, full.imagelength
    _check_size(full, page, source)
    meant = tiff_colours.meaning(page, source.name)
    _check_numbers(page, meant, source.name)
    notes = [*meant.notes]
    if pages.has_more:
        notes.append("first of several frames")
    if pages.has_mask:
        notes.append("a transparency mask in the file is not applied")
    if page is not full:
        notes.append(
            f"read from a smaller copy in the file ({page.imagewidth} x {page.imagelength})"
        )
    taken = samples(page, source.data, meant.kept, source.name)
    how = HowRead("tifffile", _depth(page), _layout(page, meant), "", "")
    turned = _orientation(full)
    if page.dtype.kind == "f":
        if _NO_DATA in page.tags:
            taken[taken == np.float32(page.nodata)] = np.nan
        matrix, name = (
            tiff_colours.primaries_of(full, notes) if meant.colours == 3 else (None, "grey")
        )
        return scene_light.raster(
            taken, source, format="TIFF", how=how, matrix=matrix, name=name,
            opacity=meant.opacity, orientation=turned, notes=tuple(notes), size=size,
        )  # fmt: skip
    codes = tiff_colours.full_range(_narrowed(taken, page, source.name, notes), page, meant)
    notes += _doubts(taken, page)
    if _NO_DATA in page.tags:
        notes.append(f"areas marked as without data ({page.nodata}) count as they are stored")
    opacity = meant.opacity
    if opacity and codes[..., -1].min() == most_of(codes):
        codes, opacity = _without_last(codes), ""
    profile = tiff_colours.profile_of(full, meant, codes, source.data, notes)
    if opacity:
        notes.append("alpha composited on mid-grey")
    how = replace(how, profile=profile.name, transfer=profile.transfer)
    return Raster(codes, *size, "TIFF", profile, opacity, turned, tuple(notes), how)


def _without_last(codes: Codes) -> Codes:
    kept: Any = np.ascontiguousarray(codes[..., :-1])
    return cast("Codes", kept)


def _check_size(full: Page, page: Page, source: Source) -> None:
    # all channels of a pixel are unpacked together, unless they lie in planes
    channels = _USUAL if page.planarconfig == 2 else max(page.samplesperpixel, _USUAL)
    decoded = page.imagewidth * page.imagelength * channels // _USUAL
    is_whole = page is full and channels == _USUAL
    pillow.check_size((full.imagewidth, full.imagelength), source, None if is_whole else decoded)


def _check_numbers(page: Page, meant: Meaning, name: str) -> None:
    """Refuse samples that have no known black and white."""
    bits = page.bitspersample
    if isinstance(bits, tuple) and all(isinstance(one, int) for one in bits):
        raise ImageError(
            f"{name} has channels of different depths ({', '.join(map(str, bits))} bits); "
            "save it as 8- or 16-bit RGB"
        )
    kind = page.dtype.kind if page.dtype is not None else ""
    if meant.photometric in (8, 9, 10):
        if kind not in "ui" or bits not in (8, 16):
            raise ImageError(f"{name} holds Lab of {bits} bits; save it as 16-bit RGB")
        return
    if kind == "f":
        if meant.photometric not in (tiff_colours.BLACK_IS_ZERO, tiff_colours.RGB):
            words = tiff_colours.WORDS[meant.photometric]
            raise ImageError(
                f"{name} holds floating-point {words}; save it as RGB, or grey whose 0 is black"
            )
        return
    if kind in ("b", "u") and bits <= 16:
        if meant.photometric == tiff_colours.YCBCR and bits != 8:
            raise ImageError(f"{name} holds YCbCr of {bits} bits; save it as 16-bit RGB")
        return
    if kind in ("u", "i") and bits == 32 and meant.photometric == tiff_colours.BLACK_IS_ZERO:
        return  # read where they fit 16 bits
    if kind == "i":
        raise ImageError(
            f"{name} holds whole numbers with a sign, of which none is said to be black or white; "
            "save it as 8- or 16-bit grey or RGB, or as floating point"
        )
    if not isinstance(bits, int) or not 0 < bits <= 128:
        raise ValueError("a depth that is none")
    what = {"c": "complex numbers", "u": f"whole numbers of {bits} bits"}.get(
        kind, f"numbers of {bits} bits"
    )
    raise ImageError(f"{name} holds {what}, not read here; save it as 8- or 16-bit grey or RGB")


def _narrowed(taken: Samples, page: Page, name: str, notes: list[str]) -> Samples:
    """32-bit whole numbers that fit 16 bits, as 16-bit samples."""
    if taken.dtype.itemsize < 4:
        return taken.view(f"u{taken.dtype.itemsize}") if taken.dtype.kind == "i" else taken
    if taken.min() < 0 or taken.max() > 65535:
        raise ImageError(
            f"{name} holds 32-bit whole numbers, of which none is said to be white; save it as 8- "
            "or 16-bit grey, or as floating point"
        )
    notes.append("32-bit whole numbers, none above 65535: read as 16-bit")
    return taken.astype(np.uint16)


def _doubts(taken: Samples, page: Page) -> list[str]:
    if page.bitspersample != 16 or taken.dtype.kind != "u":
        return []
    most = int(taken.max())
    bits = next((depth for depth in _DOUBTED if most < 1 << depth), 16)
    if not most or bits == 16:
        return []
    return [f"16-bit, but none above {most}: darker than meant if {bits} bits were kept in 16"]


def _orientation(page: Page) -> int:
    value = page.tags.valueof(274)
    return int(value) if isinstance(value, int) and 1 <= value <= 8 else 1


def _depth(page: Page) -> str:
    bits = page.bitspersample
    if page.dtype.kind == "f":
        return f"{bits}-bit float"
    return f"{bits} bit" if bits == 1 else f"{bits} bits"


def _layout(page: Page, meant: Meaning) -> str:
    opacity = f" with {meant.opacity} alpha" if meant.opacity else ""
    tiff = page.parent
    parts = (
        tiff_colours.WORDS[meant.photometric] + opacity,
        "tiled" if page.is_tiled else "",
        "planes apart" if page.planarconfig == 2 and page.samplesperpixel > 1 else "",
        "big-endian" if tiff.byteorder == ">" else "",
        "BigTIFF" if tiff.is_bigtiff else "",
        COMPRESSIONS[page.compression],
    )
    return ", ".join(part for part in parts if part)
