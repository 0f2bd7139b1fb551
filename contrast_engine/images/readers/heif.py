"""HEIC and AVIF files, at full depth."""

import io
from dataclasses import replace
from typing import Any

import numpy as np

from contrast_engine.errors import ImageError
from contrast_engine.images import cicp, formats, gain_maps
from contrast_engine.images.raster import ASSOCIATED, STRAIGHT, Codes, Raster, Source, most_of
from contrast_engine.images.readers import pillow_images as pillow
from contrast_engine.images.readers import stated_colours
from contrast_engine.images.readers.heif_boxes import MainPicture, main_picture, without_sequence


def read(source: Source) -> Raster:
    """The main picture of a file; of a sequence the first.

    An ICC profile goes before colours by number (ISO/IEC 14496-12:2022, 12.1.5); turns are those
    of the container, not those of its EXIF data (ISO/IEC 23008-12:2022, A.2.3).

    Raises:
        ImageError: It has too many pixels, or colours by numbers that nobody knows.
    """
    said = main_picture(source.data)
    if said.size != (0, 0):
        pillow.check_size(said.size, source)
    if said.icc is None and said.nclx is not None:
        cicp.profile(*said.nclx[:2], 255, 256, source.name)  # or says that nobody knows them
    is_avif = formats.family(source.data[: formats.HEAD]) == "AVIF"
    if said.codec == "av01" or (is_avif and said.codec not in _CODECS):
        return _avif(source, said)
    if said.codec in _CODECS:
        raise ImageError(
            f"{source.name} is a HEIF file whose picture is coded as {_CODECS[said.codec]}, which "
            "is not read here; export it as PNG"
        )
    return _heic(source, said)


_CODECS = {
    "jpeg": "JPEG", "j2k1": "JPEG 2000", "avc1": "H.264", "vvc1": "VVC", "unci": "plain samples",
    "evc1": "EVC", "lhv1": "layered HEVC", "mski": "a mask",
}  # fmt: skip


def _avif(source: Source, said: MainPicture) -> Raster:
    import imagecodecs

    if said.n_frames > 1 and not said.has_still:
        return _sequence(source, said)
    try:
        # one picture only: its decoder writes past the end of memory where there are several
        codes = imagecodecs.avif_decode(without_sequence(source.data), index=0)
    except imagecodecs.AvifError as fault:
        raise OSError(str(fault)) from fault
    opacity = STRAIGHT if codes.ndim == 3 and codes.shape[2] in (2, 4) else ""
    return _raster(source, said, codes, opacity, "AVIF", said.orientation, "libavif")


def _sequence(source: Source, said: MainPicture) -> Raster:
    """An AVIF that is a film and nothing else: Pillow knows its first frame, at 8 bits."""
    if said.depth > 8:
        raise ImageError(
            f"{source.name} is an AVIF film of {said.depth} bits; export a frame as PNG"
        )
    with pillow.opened(source) as image:
        image.load()
        plain = pillow.codes_of(image, source.name)
        return _raster(
            source, said, plain.codes, plain.opacity, "AVIF", pillow.orientation(image), "libavif"
        )


_SHORT = ("too small", "Cannot read full", "end of file", "No 'meta' box", "outside of file")


def _heic(source: Source, said: MainPicture) -> Raster:
    import pi_heif  # type: ignore[import-untyped]

    try:
        picture: Any = pi_heif.open_heif(io.BytesIO(source.data), convert_hdr_to_8bit=False)
        pillow.check_size(picture.size, source)
        codes: Any = np.array(picture)  # a copy: its own memory goes with it
    except ValueError as fault:
        if any(words in str(fault) for words in _SHORT):
            raise EOFError(str(fault)) from fault
        raise
    depth = said.depth or (8 if codes.dtype == np.uint8 else 16)
    if codes.dtype == np.uint16:
        codes = codes >> (16 - depth)  # given in the upper bits
    opacity = ""
    if picture.has_alpha:
        opacity = ASSOCIATED if picture.premultiplied_alpha else STRAIGHT
    # turned already, by the decoder
    return _raster(source, replace(said, depth=depth), codes, opacity, "HEIC", 1, "libheif")


def _raster(
    source: Source,
    said: MainPicture,
    codes: Codes,
    opacity: str,
    kind: str,
    orientation: int,
    library: str,
) -> Raster:
    depth = said.depth or (8 if codes.dtype == np.uint8 else 16)
    full: Any = stated_colours.widened(codes.reshape(*codes.shape[:2], -1), depth)
    if opacity and full[..., -1].min() == most_of(full):
        full, opacity = full[..., :-1], ""
    full = np.ascontiguousarray(full)
    notes = ["first of several frames"] if said.n_frames > 1 else []
    if said.has_gain_map:
        notes.append(gain_maps.NOTE)
    if said.is_cropped and kind == "AVIF":
        notes.append("its crop is not applied: all stored pixels are measured")
    profile = stated_colours.profile(
        full, full.shape[2] - bool(opacity), source.name, notes, icc=said.icc,
        numbers=None if said.nclx is None else said.nclx[:2], where="nclx",
    )  # fmt: skip
    if opacity:
        notes.append("alpha composited on mid-grey")
    how = replace(pillow.how(full, opacity, profile, library), depth=f"{depth} bits")
    height, width = full.shape[:2]
    return Raster(
        full, width, height, kind, profile, opacity, orientation, tuple(notes), how
    )  # fmt: skip
