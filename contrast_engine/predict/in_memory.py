"""Pictures that are no files: arrays of numbers, and those that Pillow holds."""

import io
import threading
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from contrast_engine.arrays import Floats32
from contrast_engine.errors import ImageError, OptionError
from contrast_engine.images import colour
from contrast_engine.images.decoding import decode
from contrast_engine.images.faults import FAULTS, reason
from contrast_engine.images.profiles import SRGB_8, SRGB_16, curved
from contrast_engine.images.raster import STRAIGHT, Codes, Profile, Raster, Source
from contrast_engine.images.readers import pillow_images
from contrast_engine.images.reading_options import ReadingOptions

SPACES = ("srgb", "linear")
"""What numbers of an array may mean: codes of sRGB, or light."""

_KINDS = "uint8, uint16, or floating-point numbers from 0 to 1"
_ROUNDING = 1e-6
_BY_FILE = ("I", "F", "LAB")
"""Modes whose numbers mean what a file of them means: they go through one, in memory."""

_LOCKS = tuple(threading.Lock() for _ in range(64))
"""Pillow reads a file when its pixels are asked for: two threads must not, of one picture."""


@dataclass(frozen=True, eq=False)
class ImageArray:
    """A picture as an array, with what its numbers mean.

    The order of colours cannot be told from numbers: they are red, green, blue. OpenCV reads
    files as blue, green, red; turn those round first, `array[..., ::-1]`.

    Args:
        array: (h, w) or (h, w, 1) grey, (h, w, 2) grey and opacity, (h, w, 3) RGB, (h, w, 4) RGB
            and opacity, which is not multiplied into the colours. uint8 of 0..255, uint16 of
            0..65535, or floating-point numbers of 0..1.
        space: "srgb" for codes as in most files; "linear" for light, 0.5 half as bright as 1. Its
            primaries are those of sRGB.
        name: What to call it.

    Raises:
        OptionError: There is no such space.
        ImageError: The array has another shape, or numbers of another kind.
    """

    array: npt.NDArray[Any]
    space: str
    name: str = ""

    def __post_init__(self) -> None:
        if self.space not in SPACES:
            raise OptionError(
                f"space must be 'srgb' (codes, as in most files) or 'linear' (light), got "
                f"{self.space!r}"
            )
        name = self.name or "the array"
        if not isinstance(self.array, np.ndarray):
            raise ImageError(f"{name} is a {type(self.array).__name__}, no NumPy array of pixels")
        _check_shape(self.array.shape, name)
        _check_kind(self.array, name)


def array_raster(given: ImageArray, name: str) -> Raster:
    """The raster of an array.

    Raises:
        ImageError: Its numbers are no picture: NaN, or outside 0..1.
    """
    codes, profile = _codes_and_profile(given, name)
    codes = codes.reshape(*codes.shape[:2], -1)
    opacity = STRAIGHT if codes.shape[2] in (2, 4) else ""
    if opacity and codes[..., -1].min() == _most(codes):
        codes, opacity = codes[..., :-1], ""
    plain: Any = np.ascontiguousarray(codes)
    height, width = plain.shape[:2]
    notes = ("alpha composited on mid-grey",) if opacity else ()
    how = pillow_images.how(plain, opacity, profile, "NumPy")
    return Raster(plain, width, height, "array", profile, opacity, notes=notes, how=how)


def picture_raster(image: Image.Image, name: str, options: ReadingOptions) -> Raster:
    """The raster of what Pillow holds: its mode, its profile and its EXIF are honoured.

    Raises:
        ImageError: It cannot be decoded, or its numbers have no known black and white.
    """
    source = Source(b"", name, None, options)
    pillow_images.check_size(image.size, source)
    with _LOCKS[id(image) // 64 % len(_LOCKS)]:
        try:
            if image.mode in _BY_FILE or image.mode.startswith("I;"):
                return decode(_as_file(image), name, None, options)
            image.load()
            return pillow_images.raster_of(image, source)
        except FAULTS as fault:
            raise ImageError(reason(name, fault)) from fault


def _as_file(image: Image.Image) -> bytes:
    exif = Image.Exif()
    exif[274] = pillow_images.orientation(image)
    written = io.BytesIO()
    image.save(
        written, "TIFF", compression="raw", exif=exif, icc_profile=image.info.get("icc_profile")
    )
    return written.getvalue()


def _check_shape(shape: tuple[int, ...], name: str) -> None:
    if len(shape) in (2, 3) and 0 not in shape and (len(shape) == 2 or shape[2] <= 4):
        return
    hint = ""
    if len(shape) == 4:
        hint = "; for several pictures give a list of arrays, list(batch)"
    elif len(shape) == 3 and shape[0] <= 4:
        hint = "; channels come last: np.moveaxis(array, 0, -1)"
    raise ImageError(
        f"{name} has the shape {shape}; a picture needs (height, width) or (height, width, "
        f"channels) with 1 to 4 channels{hint}"
    )


def _check_kind(array: npt.NDArray[Any], name: str) -> None:
    if np.ma.isMaskedArray(array) and np.ma.getmaskarray(array).any():
        raise ImageError(f"{name} has masked pixels, which have no value; fill them first")
    is_read = array.dtype.kind == "f" or (array.dtype.kind == "u" and array.dtype.itemsize <= 2)
    if not is_read:
        raise ImageError(
            f"{name} holds numbers of the kind {array.dtype}; a picture needs {_KINDS}"
        )


def _codes_and_profile(given: ImageArray, name: str) -> tuple[Codes, Profile]:
    array, is_linear = np.asarray(given.array), given.space == "linear"
    if array.dtype == np.uint8:
        return array, _LINEAR_8 if is_linear else SRGB_8
    if array.dtype.kind == "u":
        return array.astype(np.uint16, copy=False), _LINEAR_16 if is_linear else SRGB_16
    lowest, highest = float(array.min()), float(array.max())
    if not (lowest >= -_ROUNDING and highest <= 1 + _ROUNDING):  # also refuses NaN
        if np.isnan(array).any():
            raise ImageError(f"{name} holds numbers that are none (NaN); fill them first")
        hint = "; divide by 255" if lowest >= 0 and 1 < highest <= 255 else ""
        raise ImageError(
            f"{name} holds floating-point numbers from {lowest:.6g} to {highest:.6g}; they must "
            f"lie in 0..1{hint}"
        )
    return np.clip(array, 0, 1).astype(np.float32), _Numbers(is_linear)


def _most(codes: Codes) -> float:
    return {"uint8": 255.0, "uint16": 65535.0}.get(codes.dtype.name, 1.0)


@dataclass(frozen=True)
class _Numbers:
    """Floating-point numbers of 0..1: light, or codes of sRGB."""

    is_linear: bool
    name: str = "sRGB primaries (stated)"

    @property
    def transfer(self) -> str:
        """The curve in words."""
        return "linear" if self.is_linear else "sRGB curve"

    def linear(self, codes: Codes) -> Floats32:
        """Linear light 0..1."""
        light = codes if self.is_linear else colour.decode_srgb(codes)
        return np.asarray(light, np.float32)


_LINEAR_8 = curved(lambda value: value, 255, 256, name="sRGB primaries (stated)", transfer="linear")
_LINEAR_16 = curved(
    lambda value: value, 65535, 65536, name="sRGB primaries (stated)", transfer="linear"
)
