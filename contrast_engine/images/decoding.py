"""From the bytes of a file to upright-able code values, or to a plain reason why not."""

import functools
import hashlib
import io
import re
import struct
import warnings
import zlib
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageCms, UnidentifiedImageError

from contrast_engine.errors import ImageError
from contrast_engine.images import formats

MAX_PIXELS = 100_000_000
"""Images that declare more pixels than this are refused before anything is decoded."""

MAX_SCANS = 200
"""Progressive JPEGs with more passes than this are refused: they decode for minutes."""

Codes = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]

# What Pillow and its plug-ins are known to raise on hostile bytes.
_FAULTS = (
    OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, EOFError,
    AttributeError, RuntimeError, MemoryError, struct.error, zlib.error,
)  # fmt: skip

_QUIET = ("ignore", None, Warning, re.compile(r"PIL\."), 0)


@dataclass(frozen=True, eq=False)
class Raster:
    """Decoded code values, as stored: not yet turned, transparency not yet filled.

    Args:
        codes: (h, w, c) uint8 or uint16; c is 1 (grey), 3 (RGB) or 4 (RGB and alpha).
        width, height: Full size of the stored picture; `codes` may be a reduced version.
        orientation: EXIF orientation 1..8.
        format: What the content is, not what the file is called.
        notes: Decisions taken, in words.
    """

    codes: Codes
    width: int
    height: int
    orientation: int
    format: str
    notes: tuple[str, ...]

    def upright(self, pixels: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
        """Turn and mirror (h, w, ...) pixels as the EXIF orientation asks."""
        if self.orientation in (5, 6, 7, 8):
            pixels = pixels.swapaxes(0, 1)
        if self.orientation in (3, 4, 7, 8):
            pixels = pixels[::-1]
        if self.orientation in (2, 3, 6, 7):
            pixels = pixels[:, ::-1]
        return pixels

    @property
    def upright_size(self) -> tuple[int, int]:
        """Full width and height after turning."""
        turned = self.orientation in (5, 6, 7, 8)
        return (self.height, self.width) if turned else (self.width, self.height)


def decode(data: bytes, name: str, covering: int | None) -> Raster:
    """Decode an image file.

    Args:
        data: The whole file.
        name: What messages call it.
        covering: JPEGs may be decoded at a half, quarter or eighth of their size as long as the
            longer side still has this many pixels; None always decodes in full.

    Raises:
        ImageError: It is no image, is damaged, too large, or of a kind not read here.
    """
    if not data:
        raise ImageError(f"{name} is empty (0 bytes); it needs to be copied or exported again")
    _hush_pillow()
    try:
        with _opened(data, name) as image:
            _check_size(image, name)
            return _rasterised(image, data, name, covering)
    except UnidentifiedImageError as fault:
        raise ImageError(formats.reason_not_read(data, name)) from fault
    except Image.DecompressionBombError as fault:
        raise ImageError(_too_large(name)) from fault
    except _FAULTS as fault:
        raise ImageError(_damage(name, fault)) from fault


def _opened(data: bytes, name: str) -> Image.Image:
    if data[:2] == b"\xff\xd8" and data.count(b"\xff\xda") > MAX_SCANS:
        raise ImageError(f"{name} is a JPEG of more than {MAX_SCANS} passes; save it again")
    Image.init()  # knows all formats; a cheap check from the second call on
    return Image.open(io.BytesIO(data), formats=formats.READABLE)


def _rasterised(image: Image.Image, data: bytes, name: str, covering: int | None) -> Raster:
    kind = str(image.format)
    size = image.size
    notes = _notes_on_frames(image)
    codes = _sixteen_bit_colour(image, data)
    if codes is not None:
        notes.append("16-bit")
    else:
        if covering is not None and kind in ("JPEG", "MPO"):
            _reduce(image, covering)
        image.load()  # before anything that loads by the way and would hide the fault
        codes = _codes(image, name, notes)
    orientation = _orientation(image)
    if kind == "TIFF":  # Pillow turns TIFFs itself
        size, orientation = image.size, 1
    return Raster(codes, *size, orientation, kind, tuple(notes))


def _reduce(image: Image.Image, covering: int) -> None:
    # Only powers of two: libjpeg's odd eighths are slower than decoding everything.
    longest = max(image.size)
    factor = max(k for k in (1, 2, 4, 8) if k == 1 or longest // k >= covering)
    if factor > 1:
        width, height = (max(1, side // factor) for side in image.size)
        image.draft(None, (width, height))  # type: ignore[arg-type]


def _codes(image: Image.Image, name: str, notes: list[str]) -> Codes:
    if image.mode.startswith("I"):
        return _deep_grey(image, name, notes)
    if image.mode in ("F", "LAB", "HSV"):
        stored = {"F": "floating-point values without a known white"}.get(image.mode, image.mode)
        raise ImageError(
            f"{name} is stored as {stored}, not read here; save it as 8- or 16-bit RGB"
        )
    image = _in_srgb(_plain_mode(image, notes), notes)
    if image.mode == "RGBA":
        if image.getextrema()[3] == (255, 255):
            image = image.convert("RGB")
        else:
            notes.append("alpha composited on mid-grey")
    return _array(image)


def _plain_mode(image: Image.Image, notes: list[str]) -> Image.Image:
    """Bring palettes, 1-bit, premultiplied and the like to L, RGB, RGBA or CMYK."""
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
    source = image.convert("RGB") if alpha else image
    transform = _transform(bytes(profile), source.mode)
    if transform == "unusable":
        notes.append("colour profile could not be used")
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
    """Build the way to sRGB; None where it would change no colour by more than one code."""
    target = "L" if mode == "L" else "RGB"
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        way = ImageCms.buildTransform(
            source, ImageCms.createProfile("sRGB"), mode, "RGB", ImageCms.Intent.PERCEPTUAL
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return "unusable"
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
    """Keep all 16 bits of RGB PNG and TIFF, of which Pillow would keep 8."""
    is_deep_png = image.format == "PNG" and data[24] == 16 and data[25] in (2, 6)
    is_deep_tiff = (
        image.format == "TIFF"
        and set(image.tag_v2.get(258, ())) == {16}  # type: ignore[attr-defined]
        and len(image.tag_v2.get(258, ())) >= 3  # type: ignore[attr-defined]
        and image.tag_v2.get(274, 1) == 1  # type: ignore[attr-defined]
    )
    has_profile = bool(image.info.get("icc_profile")) or "transparency" in image.info
    if has_profile or not (is_deep_png or is_deep_tiff):
        return None
    try:
        codes = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error:
        return None
    if codes is None or codes.dtype != np.uint16 or codes.ndim != 3 or codes.shape[2] not in (3, 4):
        return None
    order = [2, 1, 0, 3][: codes.shape[2]]
    deep: Codes = np.ascontiguousarray(codes[..., order])
    return deep


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


def _orientation(image: Image.Image) -> int:
    try:
        value = image.getexif().get(274, 1)
    except _FAULTS:
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _notes_on_frames(image: Image.Image) -> list[str]:
    try:
        frames = int(getattr(image, "n_frames", 1))
    except _FAULTS:
        return []
    return [f"first of {frames} frames"] if frames > 1 else []


def _check_size(image: Image.Image, name: str) -> None:
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise ImageError(_too_large(name, f" ({width} x {height})"))
    if width * height == 0:
        raise ImageError(f"{name} declares a size of {width} x {height}; it holds no picture")


def _too_large(name: str, size: str = "") -> str:
    limit = MAX_PIXELS // 1_000_000
    return f"{name} declares more than {limit} million pixels{size}; make a smaller copy of it"


def _damage(name: str, fault: BaseException) -> str:
    said = str(fault).lower()
    if isinstance(fault, EOFError) or any(w in said for w in ("truncated", "unexpected end")):
        return f"{name} is cut off: it ends before the image does"
    if isinstance(fault, MemoryError):
        return f"{name} needs more memory than there is; make a smaller copy of it"
    return f"{name} is damaged: its image data cannot be decoded; copy or export it again"


def _hush_pillow() -> None:
    # Pillow warns about odd metadata in files whose pixels are fine. catch_warnings is not safe
    # with threads, so the filter is put in place once and stays; it covers Pillow only.
    if _QUIET not in warnings.filters:
        warnings.filterwarnings("ignore", module=r"PIL\.")


def digest(data: bytes) -> str:
    """Name content: 16 hex digits."""
    return hashlib.blake2b(data, digest_size=8).hexdigest()
