"""From the bytes of a file to upright-able code values, or to a plain reason why not."""

import hashlib
import io
import re
import struct
import warnings
import zlib
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import numpy.typing as npt
from PIL import Image, UnidentifiedImageError

from contrast_engine.errors import ImageError
from contrast_engine.images import formats, jpeg
from contrast_engine.images.colour_modes import Codes, codes_of, needs_no_profile

MAX_PIXELS = 100_000_000
"""Images that declare more pixels than this are refused before anything is decoded."""

MAX_SCANS = 200
"""Progressive JPEGs with more passes than this are refused: they decode for minutes."""

Pixels = TypeVar("Pixels", bound=npt.NDArray[Any])

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

    def upright(self, pixels: Pixels) -> Pixels:
        """The (h, w, ...) pixels turned and mirrored as the EXIF orientation demands."""
        turned: Any = pixels
        if self.orientation in (5, 6, 7, 8):
            turned = turned.swapaxes(0, 1)
        if self.orientation in (3, 4, 7, 8):
            turned = turned[::-1]
        if self.orientation in (2, 3, 6, 7):
            turned = turned[:, ::-1]
        return cast("Pixels", turned)

    @property
    def upright_size(self) -> tuple[int, int]:
        """Full width and height after turning."""
        turned = self.orientation in (5, 6, 7, 8)
        return (self.height, self.width) if turned else (self.width, self.height)


def decode(data: bytes, name: str, covering: int | None) -> Raster:
    """The pixels of an image file, decoded.

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
            _check_not_raw(image, name)
            return _rasterised(image, data, name, covering)
    except UnidentifiedImageError as fault:
        raise ImageError(formats.reason_not_read(data, name)) from fault
    except Image.DecompressionBombError as fault:
        raise ImageError(_too_large(name)) from fault
    except _FAULTS as fault:
        raise ImageError(_damage(name, fault)) from fault


def _opened(data: bytes, name: str) -> Image.Image:
    if data[:2] == b"\xff\xd8" and jpeg.scans(data) > MAX_SCANS:
        raise ImageError(f"{name} is a JPEG of more than {MAX_SCANS} passes; save it again")
    Image.init()  # knows all formats; a cheap check from the second call on
    return Image.open(io.BytesIO(data), formats=formats.READABLE)


def _rasterised(image: Image.Image, data: bytes, name: str, covering: int | None) -> Raster:
    kind = str(image.format)
    size = image.size
    notes = _notes_on_frames(image)
    halvings = _halvings(image, data, covering)
    codes: Codes | None = None
    if kind in ("JPEG", "MPO") and image.mode in ("L", "RGB") and needs_no_profile(image):
        codes = jpeg.decoded(data, size, halvings, image.mode == "L")
    if codes is None:
        _reduce(image, halvings)
        image.load()  # before anything that loads by the way and would hide the fault
        codes = codes_of(image, data, name, notes)
    orientation = _orientation(image)
    if kind == "TIFF":  # Pillow turns TIFFs itself
        size, orientation = image.size, 1
    return Raster(codes, *size, orientation, kind, tuple(notes))


def _halvings(image: Image.Image, data: bytes, covering: int | None) -> int:
    # Only powers of two: libjpeg's odd eighths are slower than decoding everything.
    if covering is None or image.format not in ("JPEG", "MPO", "JPEG2000"):
        return 0
    if image.format == "JPEG2000":
        covering *= 2  # a wavelet blurs otherwise than a JPEG's transform, which shrinking mends
    longest = max(image.size)
    halvings = max(n for n in range(4) if n == 0 or longest >> n >= covering)
    if image.format == "JPEG2000":
        halvings = min(halvings, _wavelet_levels(data))
        while any(
            (side + (1 << halvings >> 1)) >> halvings != -(-side >> halvings) for side in image.size
        ):  # Pillow rounds where the codec rounds up, and fails
            halvings -= 1
    return halvings


def _reduce(image: Image.Image, halvings: int) -> None:
    if image.format == "JPEG2000":
        image.reduce = halvings  # type: ignore[method-assign, assignment]
    elif halvings:
        width, height = (max(1, side >> halvings) for side in image.size)
        image.draft(None, (width, height))


def _wavelet_levels(data: bytes) -> int:
    """How often a JPEG 2000 picture can be halved: stands in its COD marker."""
    start = data.find(b"\xff\x52", data.find(b"\xff\x4f\xff\x51"))
    return data[start + 9] if 0 <= start < len(data) - 9 else 0


def _orientation(image: Image.Image) -> int:
    try:
        value = image.getexif().get(274, 1)
    except _FAULTS:
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _notes_on_frames(image: Image.Image) -> list[str]:
    # is_animated looks at the second frame; n_frames would walk through all of a long GIF.
    return ["first of several frames"] if getattr(image, "is_animated", False) else []


def _check_size(image: Image.Image, name: str) -> None:
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise ImageError(_too_large(name, f" ({width} x {height})"))
    if width * height == 0:
        raise ImageError(f"{name} declares a size of {width} x {height}; it holds no picture")


def _check_not_raw(image: Image.Image, name: str) -> None:
    # Raw files look like TIFFs of which Pillow would read the small preview, and call it the photo.
    tags = getattr(image, "tag_v2", {})
    if 50706 in tags or int(tags.get(254, 0)) & 1:  # DNGVersion; NewSubfileType: reduced
        raise ImageError(f"{name} is a camera raw photo, which is not read here; export it as JPEG")


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
