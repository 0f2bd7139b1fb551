"""From the many ways a file stores colour to one: sRGB code values, grey, RGB or RGB with alpha."""

import functools
import io
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageCms

from contrast_engine.errors import ImageError

Codes = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]


def codes_of(image: Image.Image, data: bytes, name: str, notes: list[str]) -> Codes:
    """A loaded image as (h, w, c) sRGB codes: c is 1 (grey), 3 (RGB) or 4 (RGB, alpha).

    Decisions worth telling are added to `notes`.

    Raises:
        ImageError: Its numbers have no known black and white.
    """
    deep = _sixteen_bit_colour(image, data)
    if deep is not None:
        notes.append("16-bit")
        return deep
    if image.mode.startswith("I"):
        return _deep_grey(image, name, notes)
    if image.mode in ("F", "LAB", "HSV"):
        stored = {"F": "floating-point values without a known white"}.get(image.mode, image.mode)
        raise ImageError(
            f"{name} is stored as {stored}, not read here; save it as 8- or 16-bit RGB"
        )
    image = _in_srgb(_plain_mode(image, notes), notes)
    if image.mode == "RGBA":
        if image.getchannel("A").getextrema()[0] == 255:
            image = image.convert("RGB")
        else:
            notes.append("alpha composited on mid-grey")
    return _array(image)


def needs_no_profile(image: Image.Image) -> bool:
    """True if its code values are sRGB as they are: no colour profile, or that of sRGB."""
    profile = image.info.get("icc_profile")
    if not profile:
        return True
    # Of grey pictures only those without a profile: theirs may be for RGB.
    return image.mode == "RGB" and _transform(bytes(profile), "RGB") is None


def _plain_mode(image: Image.Image, notes: list[str]) -> Image.Image:
    """The picture as L, RGB, RGBA or CMYK where it has a palette, 1 bit and the like."""
    mode = image.mode
    if mode == "1":
        return image.convert("L")
    if mode in ("PA", "LA", "La", "RGBa") or "transparency" in image.info:
        middle = {"La": "LA", "PA": "RGBA"}.get(mode, mode)
        return image.convert(middle).convert("RGBA")
    if mode in ("L", "RGB", "RGBA"):
        return image
    if mode == "CMYK":
        if not image.info.get("icc_profile"):
            notes.append("CMYK without a profile: colours are approximate")
            return image.convert("RGB")
        return image
    return image.convert("RGB")


def _in_srgb(image: Image.Image, notes: list[str]) -> Image.Image:
    profile = image.info.get("icc_profile")
    if not profile:
        return image
    alpha = image.getchannel("A") if image.mode == "RGBA" else None
    is_grey_of_rgb = image.mode == "L" and profile[16:20] == b"RGB "
    source = image.convert("RGB") if alpha or is_grey_of_rgb else image
    transform = _transform(bytes(profile), source.mode)
    if isinstance(transform, str):
        notes.append(transform)
        return source.convert("RGB") if source.mode == "CMYK" else image
    if transform is None:
        return image
    notes.append("colour profile converted to sRGB")
    converted = transform.apply(source)
    if alpha:
        converted.putalpha(alpha)
    return converted


@functools.lru_cache(maxsize=32)
def _transform(profile: bytes, mode: str) -> "ImageCms.ImageCmsTransform | str | None":
    """The way to sRGB; None where it changes no colour by more than one code, or why not."""
    target = "L" if mode == "L" else "RGB"
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        way = ImageCms.buildTransform(
            source, ImageCms.createProfile("sRGB"), mode, "RGB", ImageCms.Intent.PERCEPTUAL
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return "colour profile could not be used"
    if mode == "CMYK":
        return way
    steps = np.arange(0, 256, 17, dtype=np.uint8)
    grid = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(-1, 16, 3)
    probe = Image.fromarray(grid).convert(target)
    change = np.abs(np.asarray(way.apply(probe), np.int64) - np.asarray(probe.convert("RGB")))
    return None if change.max() <= 1 else way


def _deep_grey(image: Image.Image, name: str, notes: list[str]) -> Codes:
    values = np.asarray(image).astype(np.int64, copy=False)
    if values.min() < 0 or values.max() > 65535:
        raise ImageError(f"{name} holds 32-bit whole numbers; save it as 8- or 16-bit grey")
    notes.append("16-bit")
    codes: Codes = values.astype(np.uint16)[..., None]
    return codes


def _sixteen_bit_colour(image: Image.Image, data: bytes) -> Codes | None:
    """All 16 bits of an RGB PNG or TIFF, of which Pillow would keep 8; None for others."""
    profile = image.info.get("icc_profile")
    is_srgb = not profile or _transform(bytes(profile), "RGB") is None  # lcms would work in 8 bits
    if "transparency" in image.info or not is_srgb or not _is_deep(image, data):
        return None
    try:
        codes: Any = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error:
        return None
    if codes is None or codes.dtype != np.uint16 or codes.ndim != 3 or codes.shape[2] not in (3, 4):
        return None
    order = [2, 1, 0, 3][: codes.shape[2]]
    deep: Codes = np.ascontiguousarray(codes[..., order])
    return deep


def _is_deep(image: Image.Image, data: bytes) -> bool:
    """Tell whether a PNG or TIFF holds 16 bits a channel, in colour and upright."""
    if image.format == "PNG":
        return data[24] == 16 and data[25] in (2, 6)  # depth and colour type of the header
    if image.format != "TIFF":
        return False
    tags = image.tag_v2  # type: ignore[attr-defined]
    depths = tags.get(258, ())
    return set(depths) == {16} and len(depths) >= 3 and tags.get(274, 1) == 1


def _array(image: Image.Image) -> Codes:
    # In strips: converting a whole image at once would hold it three times.
    channels = len(image.getbands())
    codes = np.empty((image.height, image.width, channels), np.uint8)
    rows = max(1, 4_000_000 // max(1, image.width))
    for top in range(0, image.height, rows):
        bottom = min(top + rows, image.height)
        strip = np.asarray(image.crop((0, top, image.width, bottom)))
        codes[top:bottom] = strip.reshape(bottom - top, image.width, channels)
    return codes
