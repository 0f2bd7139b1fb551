"""Pictures that are no files: arrays of numbers, and those that Pillow holds."""

import io
import threading
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from contrast_engine.arrays import Floats, Floats32
from contrast_engine.errors import ImageError, OptionError
from contrast_engine.images.colour import decode_srgb
from contrast_engine.images.decoding import decode
from contrast_engine.images.faults import FAULTS, reason
from contrast_engine.images.primaries import ADOBE_RGB, DISPLAY_P3, SRGB, Chromaticities, to_srgb
from contrast_engine.images.profiles import SRGB_8, SRGB_16, Curve, curved
from contrast_engine.images.raster import STRAIGHT, Codes, Profile, Raster, Source
from contrast_engine.images.readers import pillow_images
from contrast_engine.images.reading_options import ReadingOptions
from contrast_engine.images.transfer_functions import gamma


@dataclass(frozen=True)
class _Space:
    """What numbers of an array mean: a curve from code to light, and primaries."""

    words: str
    transfer: str
    curve: Curve
    primaries: Chromaticities
    means: str


def _same(value: Floats) -> Floats:
    return value


SPACES = {
    "srgb": _Space("sRGB", "sRGB curve", decode_srgb, SRGB, "codes, as in most files"),
    "linear": _Space("sRGB primaries", "linear", _same, SRGB, "light"),
    "display-p3": _Space("Display P3", "sRGB curve", decode_srgb, DISPLAY_P3, "codes of a phone"),
    "adobe-rgb": _Space("Adobe RGB (1998)", "gamma 2.2", gamma(563 / 256), ADOBE_RGB,
                        "codes of a camera set to it"),
}  # fmt: skip
"""What numbers of an array may mean, by the name that is stated."""

_KINDS = "uint8, uint16, or floating-point numbers from 0 to 1"
_ROUNDING = 1e-6
_FEW_LEVELS, _LOOKED_AT = 32, 100_000
_EIGHT_BITS = (
    "say space='srgb'; light that has only 256 levels all the same is given as "
    "uint16, 257 times the level"
)
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
        space: "srgb" for codes as in most files; "linear" for light, 0.5 half as bright as 1, in
            the primaries of sRGB; "display-p3" or "adobe-rgb" for codes of those.
        name: What to call it.

    Eight bits are codes: light of 256 levels shows bands in every shadow, so that nothing stores
    it. uint8 as "linear" is therefore refused, and so are floating-point numbers that are all
    whole 255ths or 256ths on more than 32 levels. Codes that were resized or computed with cannot
    be told from light; 16 bits may be either, and are taken at their word.

    Raises:
        OptionError: There is no such space, or uint8 is said to be light.
        ImageError: The array has another shape, or numbers of another kind.
    """

    array: npt.NDArray[Any]
    space: str
    name: str = ""

    def __post_init__(self) -> None:
        if self.space not in SPACES:
            there = ", ".join(f"'{name}' ({one.means})" for name, one in SPACES.items())
            raise OptionError(f"there is no space {self.space!r}; there are: {there}")
        name = self.name or "the array"
        if not isinstance(self.array, np.ndarray):
            raise ImageError(f"{name} is a {type(self.array).__name__}, no NumPy array of pixels")
        _check_shape(self.array.shape, name)
        _check_kind(self.array, name)
        if self.space == "linear" and self.array.dtype == np.uint8:
            raise OptionError(f"{name} holds uint8, which are codes and no light; {_EIGHT_BITS}")


def stated(array: "npt.NDArray[Any] | ImageArray", space: str | None, name: str) -> ImageArray:
    """An array with what its numbers mean.

    Args:
        array: It, which may say it itself.
        space: What is said of arrays that do not.
        name: What messages call it.

    Raises:
        OptionError: Nobody says it, or both do and differ.
        ImageError: It is no picture.
    """
    if isinstance(array, ImageArray):
        if space not in (None, array.space):
            raise OptionError(f"{name} is said to be {array.space!r} and {space!r}; say it once")
        return array
    if space is None:
        raise OptionError(
            f"{name} is an array, whose numbers may be codes or light; say which: "
            "ImageArray(array, 'srgb') or space='srgb' for pixels as in most files, "
            "'linear' for light"
        )
    return ImageArray(array, space, name)


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


def light_raster(rgb: npt.NDArray[Any]) -> Raster:
    """The raster of (h, w, 3) linear light 0..1 in sRGB primaries."""
    height, width = rgb.shape[:2]
    return Raster(rgb.astype(np.float32), width, height, "array", _Numbers(SPACES["linear"]))


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
    array, space = np.asarray(given.array), SPACES[given.space]
    if array.dtype == np.uint8:
        return array, SRGB_8 if given.space == "srgb" else _of_codes(given.space, 255)
    if array.dtype.kind == "u":
        whole = array.astype(np.uint16, copy=False)
        return whole, SRGB_16 if given.space == "srgb" else _of_codes(given.space, 65535)
    lowest, highest = float(array.min()), float(array.max())
    if not (lowest >= -_ROUNDING and highest <= 1 + _ROUNDING):  # also refuses NaN
        if np.isnan(array).any():
            raise ImageError(f"{name} holds numbers that are none (NaN); fill them first")
        hint = "; divide by 255" if lowest >= 0 and 1 < highest <= 255 else ""
        raise ImageError(
            f"{name} holds floating-point numbers from {lowest:.6g} to {highest:.6g}; they must "
            f"lie in 0..1{hint}"
        )
    if given.space == "linear" and _are_eight_bits(array):
        raise ImageError(
            f"{name} holds whole 255ths, as 8-bit codes divided by 255 are, and no light; "
            f"{_EIGHT_BITS}"
        )
    return np.clip(array, 0, 1).astype(np.float32), _Numbers(space)


def _are_eight_bits(array: npt.NDArray[Any]) -> bool:
    """Whether floating-point numbers are 8-bit codes over 255 or 256, judged by some of them."""
    flat = array.reshape(-1)
    some = flat[:: max(1, flat.size // _LOOKED_AT)].astype(np.float64)
    near = min(0.25, 255 * float(np.finfo(array.dtype).eps))
    for most in (255, 256):
        levels = np.rint(some * most)
        if np.abs(some * most - levels).max() <= near:
            return len(np.unique(levels)) > _FEW_LEVELS
    return False


@lru_cache(maxsize=16)
def _of_codes(space: str, most: int) -> Profile:
    meant = SPACES[space]
    name, matrix = f"{meant.words} (stated)", to_srgb(meant.primaries)
    return curved(meant.curve, most, most + 1, matrix=matrix, name=name, transfer=meant.transfer)


def _most(codes: Codes) -> float:
    return {"uint8": 255.0, "uint16": 65535.0}.get(codes.dtype.name, 1.0)


@dataclass(frozen=True)
class _Numbers:
    """Floating-point numbers of 0..1 in a stated space."""

    space: _Space

    @property
    def name(self) -> str:
        """The primaries in words."""
        return f"{self.space.words} (stated)"

    @property
    def transfer(self) -> str:
        """The curve in words."""
        return self.space.transfer

    def linear(self, codes: Codes) -> Floats32:
        """Linear light 0..1 in sRGB primaries; what lies outside is clipped."""
        light = np.asarray(self.space.curve(np.asarray(codes, np.float64)), np.float64)
        matrix = to_srgb(self.space.primaries)
        if matrix is not None and light.shape[2] == 3:
            light = np.clip(light @ matrix.T, 0, 1)
        return light.astype(np.float32)
