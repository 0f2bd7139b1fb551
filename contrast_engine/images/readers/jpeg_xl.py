"""JPEG XL files: full depth, floating point, colours as their own header states them."""

import io
from dataclasses import replace
from typing import Any

import numpy as np

from contrast_engine.errors import ImageError
from contrast_engine.images import cicp, formats, primaries, transfer_functions
from contrast_engine.images.profiles import Curved, SceneLight, curved
from contrast_engine.images.raster import ASSOCIATED, STRAIGHT, Profile, Raster, Source
from contrast_engine.images.readers import jxl_header, stated_colours
from contrast_engine.images.readers import pillow_images as pillow
from contrast_engine.images.readers.jxl_header import JxlHeader

_LINEAR = 8
_DCI = 17
_CURVES = (1, _LINEAR, 13, transfer_functions.PQ, _DCI, transfer_functions.HLG)


def read(source: Source) -> Raster:
    """The first picture of a file.

    Raises:
        ImageError: It has too many pixels, or colours that cannot be known.
    """
    import imagecodecs

    said = jxl_header.header(source.data)
    pillow.check_size((said.width, said.height), source)
    _check_colours(said, source.name)
    icc = _icc(source) if said.has_icc else None
    try:
        codes: Any = imagecodecs.jpegxl_decode(source.data, index=0)
    except imagecodecs.JpegxlError as fault:
        is_short = "NEED_MORE_INPUT" in str(fault)
        raise (EOFError("truncated") if is_short else OSError(str(fault))) from fault
    codes = codes.reshape(*codes.shape[:2], -1)
    channels = (1 if said.space == jxl_header.GREY else 3) + said.has_alpha
    if codes.shape[2] < channels:
        raise ValueError("not the picture that the header states")
    codes = _full_range(np.ascontiguousarray(codes[..., :channels]), said)
    opacity = (ASSOCIATED if said.is_associated else STRAIGHT) if said.has_alpha else ""
    if opacity and codes[..., -1].min() >= _most(codes):
        codes, opacity = np.ascontiguousarray(codes[..., :-1]), ""
    notes = ["first of several frames"] if said.is_film else []
    profile = _profile(codes, codes.shape[2] - bool(opacity), source.name, said, icc, notes)
    if opacity:
        notes.append("alpha composited on mid-grey")
    depth = f"{said.depth}-bit float" if said.is_float else f"{said.depth} bits"
    how = replace(pillow.how(codes, opacity, profile, "libjxl"), depth=depth)
    if isinstance(profile, SceneLight):
        how = replace(how, white="1.0")
    height, width = codes.shape[:2]
    return Raster(  # turned already, by the decoder
        codes, width, height, "JPEG XL", profile, opacity, 1, tuple(notes), how
    )


def _check_colours(said: JxlHeader, name: str) -> None:
    """Refuse what could only be guessed, before it is decoded."""
    if said.has_icc:
        # of what was coded as seen, decoders give floating-point numbers in colours of their own
        if said.is_xyb and said.is_float:
            raise _unknown(name)
        return
    is_known = said.gamma > 0 if said.transfer == 0 else said.transfer in _CURVES
    if not is_known or said.places is None or said.space not in (0, jxl_header.GREY):
        raise _unknown(name)


def _icc(source: Source) -> bytes:
    try:
        from pillow_jxl.JpegXLImagePlugin import JXLImageFile
    except ImportError:
        raise ImageError(
            formats.missing_extra(source.name, "a JPEG XL image with a colour profile", "jxl")
        ) from None
    with JXLImageFile(io.BytesIO(source.data)) as image:
        found: bytes | None = image.info.get("icc_profile")
    if not found:
        raise _unknown(source.name)
    return found


def _unknown(name: str) -> ImageError:
    return ImageError(
        f"{name} is a JPEG XL image whose colours cannot be known; save it as sRGB, Display P3, "
        "PQ or HLG"
    )


def _full_range(codes: Any, said: JxlHeader) -> Any:
    """Codes of 8 or 16 bits or, of linear light, float32; what is brighter than white is kept."""
    if codes.dtype.kind == "f":
        if not np.isfinite(codes).all():
            raise ValueError("samples that are no numbers")
        if said.transfer == _LINEAR and not said.has_icc:
            return codes.astype(np.float32)
        return np.rint(np.clip(codes.astype(np.float32), 0, 1) * np.float32(65535)).astype(
            np.uint16
        )
    if said.depth < 8:
        return np.rint(codes * (255 / ((1 << said.depth) - 1))).astype(np.uint8)
    return stated_colours.widened(codes, said.depth)


def _most(codes: Any) -> float:
    return 1.0 if codes.dtype == np.float32 else float(np.iinfo(codes.dtype).max)


def _profile(
    codes: Any, channels: int, name: str, said: JxlHeader, icc: bytes | None, notes: list[str]
) -> Profile:
    if icc:
        made = stated_colours.profile(codes, channels, name, notes, icc=icc, numbers=None, where="")
        if "colour profile could not be used" in notes:
            raise _unknown(name)
        return made
    places, number = said.places, said.transfer
    if places is None:
        raise _unknown(name)
    is_grey = said.space == jxl_header.GREY
    matrix = None if is_grey else primaries.to_srgb(places)
    title = _name_of(places)
    if codes.dtype == np.float32:
        square = None if matrix is None else np.asarray(matrix, np.float32)
        return SceneLight(1.0, square, f"{title} (own header)")
    n_codes = 65536 if codes.dtype == np.uint16 else 256
    by_number = next((n for n, (_, xy) in primaries.BY_NUMBER.items() if xy == places), None)
    if by_number is not None and number not in (0, _DCI):
        of_numbers = cicp.profile(by_number, number, n_codes - 1, n_codes, name)
        if cicp.is_hdr(number):
            notes.append(cicp.clipped_note(codes[..., :channels], of_numbers))
        return replace(of_numbers, name=f"{of_numbers.name} (own header)")
    if cicp.is_hdr(number):
        raise _unknown(name)
    return _of_curve(said, matrix, title, n_codes)


def _of_curve(said: JxlHeader, matrix: Any, title: str, n_codes: int) -> Curved:
    if said.transfer == _DCI:  # without the headroom of cinema: white is white
        curve, words = transfer_functions.gamma(2.6), "gamma 2.6"
    elif said.transfer == 0:
        curve, words = transfer_functions.gamma(said.gamma), f"gamma {said.gamma:.3g}"
    else:
        words, curve = transfer_functions.BY_NUMBER[said.transfer]
    return curved(
        curve, n_codes - 1, n_codes, matrix=matrix, name=f"{title} (own header)", transfer=words
    )


def _name_of(places: primaries.Chromaticities) -> str:
    for title, xy in primaries.BY_NUMBER.values():
        if np.allclose(xy, places, atol=2e-3):
            return title
    return "own primaries"
