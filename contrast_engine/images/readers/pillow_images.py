"""Files of 8 bits a channel, read by Pillow: JPEG, GIF, WebP, BMP and the like."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from contrast_engine.arrays import Bytes
from contrast_engine.errors import ImageError
from contrast_engine.images import formats, icc, primaries, transfer_functions
from contrast_engine.images.faults import FAULTS
from contrast_engine.images.profiles import Ink, curved, srgb
from contrast_engine.images.raster import STRAIGHT, Codes, HowRead, Profile, Raster, Source, most_of

_COLOURS = {1: "grey", 3: "RGB", 4: "CMYK"}


def read(source: Source) -> Raster:
    """The first picture of a file.

    Raises:
        ImageError: It is too large, or of a kind not read here.
    """
    with opened(source) as image:
        image.load()
        return raster_of(image, source)


def opened(source: Source, *, is_reduced: bool = False) -> Image.Image:
    """A file opened by Pillow, nothing decoded yet; its size is checked.

    Args:
        source: The file.
        is_reduced: It may be decoded at a reduced size, which the caller checks instead.
    """
    Image.init()  # knows all formats; a cheap check from the second call on
    # Pillow's own limit knows no reduced decoding and no option; ours is checked before any decode.
    Image.MAX_IMAGE_PIXELS = None
    for size in icon_sizes(source.data):  # which are decoded as they are opened
        check_size(size, source)
    image = Image.open(io.BytesIO(source.data), formats=formats.READABLE)
    check_size(image.size, source, 0 if is_reduced else None)
    return image


def check_size(size: tuple[int, int], source: Source, decoded: int | None = None) -> None:
    """Refuse files that would take too much memory.

    Args:
        size: Width and height as the file states them.
        source: The file.
        decoded: Pixels that are to be decoded, where that is fewer.

    Raises:
        ImageError: There are more than the options allow, or none.
    """
    width, height = size
    if width * height <= 0:
        raise ImageError(
            f"{source.name} declares a size of {width} x {height}; it holds no picture"
        )
    if (width * height if decoded is None else decoded) > source.options.max_pixels:
        raise ImageError(too_large(source, size, decoded))


def too_large(source: Source, size: tuple[int, int], decoded: int | None = None) -> str:
    """Why a file of too many pixels is refused, and what to do."""
    width, height = size
    where = "" if decoded is None else f" and even reduced it has {decoded / 1e6:,.4g}"
    return (
        f"{source.name} has {width} x {height} pixels, {width * height / 1e6:,.5g} megapixels; at "
        f"most {source.options.max_pixels / 1e6:,.4g} are decoded of one file{where}; make a "
        "smaller copy, or allow more by the reading option --max-pixels"
    )


def icon_sizes(data: bytes) -> Iterator[tuple[int, int]]:
    """Sizes that the pictures in an ICO file state themselves, whatever its directory says."""
    if data[:4] != b"\0\0\1\0":
        return
    for entry in range(int.from_bytes(data[4:6], "little")):
        at = int.from_bytes(data[18 + 16 * entry :][:4], "little")
        head = data[at : at + 24]
        if head.startswith(b"\x89PNG"):
            yield int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")
        elif len(head) == 24:
            width, height = (int.from_bytes(head[k : k + 4], "little") for k in (4, 8))
            yield width, max(1, height // 2)  # the picture, then its mask


@dataclass(frozen=True, eq=False)
class Plain:
    """Codes with what Pillow tells about them."""

    codes: Codes
    opacity: str
    notes: tuple[str, ...]


def raster_of(image: Image.Image, source: Source, profile: Profile | None = None) -> Raster:
    """A loaded image as a raster.

    Args:
        image: Loaded, perhaps at a reduced size.
        source: The file.
        profile: What its colours mean, where that is known already.
    """
    notes = notes_on_frames(image)
    plain = codes_of(image, source.name)
    notes += plain.notes
    found = profile or profile_of(image, plain, notes)
    if plain.opacity:
        notes.append("alpha composited on mid-grey")
    width, height = image.size
    return Raster(
        plain.codes, width, height, str(image.format), found, plain.opacity, orientation(image),
        tuple(notes), how(plain.codes, plain.opacity, found),
    )  # fmt: skip


def how(codes: Codes, opacity: str, profile: Profile, library: str = "Pillow") -> HowRead:
    """How plain codes were read."""
    colours = codes.shape[2] - bool(opacity)
    layout = _COLOURS.get(colours, f"{colours} channels") + (
        f" with {opacity} alpha" if opacity else ""
    )
    bits = {np.dtype(np.uint8): "8 bits", np.dtype(np.uint16): "16 bits"}
    depth = bits.get(codes.dtype, "32-bit float")
    return HowRead(library, depth, layout, profile.name, profile.transfer)


def codes_of(image: Image.Image, name: str) -> Plain:
    """A loaded image as (h, w, c) codes: grey, RGB or CMYK, and opacity where it is not full.

    Raises:
        ImageError: Its numbers have no known black and white.
    """
    mode = image.mode
    if mode in ("F", "I", "HSV") or mode.startswith("I;"):
        stored = {"F": "floating-point values", "HSV": "HSV"}.get(mode, "whole numbers of 32 bits")
        raise ImageError(
            f"{name} is stored as {stored}, not read here; save it as 8- or 16-bit RGB"
        )
    if mode == "1" and "transparency" not in image.info:
        return Plain(array(image.convert("L")), "", ())
    if mode in ("L", "RGB", "CMYK") and "transparency" not in image.info:
        return Plain(array(image), "", ())
    if mode in ("PA", "LA", "La", "RGBa", "RGBA") or "transparency" in image.info:
        is_grey = mode in ("LA", "La", "L", "1")
        full = image.convert("LA" if is_grey else "RGBA")
        if full.getchannel("A").getextrema()[0] == 255:
            return Plain(array(full.convert("L" if is_grey else "RGB")), "", ())
        return Plain(array(full), STRAIGHT, ())
    return Plain(array(image.convert("RGB")), "", ())


def profile_of(image: Image.Image, plain: Plain, notes: list[str]) -> Profile:
    """What the codes of an image mean: its ICC profile, or what its EXIF says, or sRGB."""
    channels = plain.codes.shape[2] - bool(plain.opacity)
    return described(
        image.info.get("icc_profile"), plain.codes, channels, notes, is_adobe=is_adobe_rgb(image)
    )


def described(
    profile: bytes | None, codes: Codes, channels: int, notes: list[str], *, is_adobe: bool = False
) -> Profile:
    """The profile of codes from ICC data that may not be there or not fit.

    Args:
        profile: The data, or None.
        codes: 8 or 16 bits.
        channels: Colour channels among theirs.
        notes: Where it is said what was done.
        is_adobe: Whether EXIF says Adobe RGB.
    """
    if profile:
        made = icc.profile(profile, codes, channels)
        if made is None:
            notes.append(icc.NOT_USED)
        else:
            if made.transfer != "sRGB curve":
                notes.append(icc.CONVERTED)
            return made
    if channels == 4:
        notes.append("CMYK without a profile: colours are approximate")
        return Ink(most_of(codes))
    if is_adobe and channels == 3:
        notes.append("Adobe RGB, as EXIF says, converted to sRGB")
        return adobe_rgb(codes)
    return srgb(codes)


def adobe_rgb(codes: Codes) -> Profile:
    """Adobe RGB (1998): its primaries, and a gamma of 563 / 256."""
    most = most_of(codes)
    return curved(
        transfer_functions.gamma(563 / 256), most, most + 1,
        matrix=primaries.to_srgb(primaries.ADOBE_RGB), name="Adobe RGB (said by EXIF)",
        transfer="gamma 2.2",
    )  # fmt: skip


def is_adobe_rgb(image: Image.Image) -> bool:
    """Whether EXIF says so: interoperability index R03, colour space not sRGB."""
    try:
        exif = image.getexif()
        return exif.get_ifd(0x8769).get(0xA001) != 1 and exif.get_ifd(0xA005).get(1) in (
            "R03",
            b"R03",
        )
    except FAULTS:
        return False


def orientation(image: Image.Image) -> int:
    """EXIF orientation 1..8."""
    try:
        value = image.getexif().get(274, 1)
    except FAULTS:
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def notes_on_frames(image: Image.Image) -> list[str]:
    """Whether there is more than the first frame."""
    # is_animated looks at the second frame; n_frames would walk through all of a long GIF.
    return ["first of several frames"] if getattr(image, "is_animated", False) else []


def array(image: Image.Image) -> Bytes:
    """The codes of a loaded image, (h, w, c)."""
    # In strips: converting a whole image at once would hold it three times.
    channels = len(image.getbands())
    codes: Any = np.empty((image.height, image.width, channels), np.uint8)
    rows = max(1, 4_000_000 // max(1, image.width))
    for top in range(0, image.height, rows):
        bottom = min(top + rows, image.height)
        strip = np.asarray(image.crop((0, top, image.width, bottom)))
        codes[top:bottom] = strip.reshape(bottom - top, image.width, channels)
    return codes  # type: ignore[no-any-return]
