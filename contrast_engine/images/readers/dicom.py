"""DICOM images: stored values through the modality and window that the file or a person states.

Nothing of a patient is ever said: no value of the header but those of the pixels is put in words.

Source: DICOM PS3.3 2024e, C.7.6.3 (pixels), C.11.1 (modality), C.11.2 (window), C.7.6.3.1.2.
"""

import io
import logging
import re
import warnings
from dataclasses import replace
from typing import Any

import numpy as np

from contrast_engine.arrays import Floats32, Ints
from contrast_engine.errors import ImageError
from contrast_engine.images import formats
from contrast_engine.images.faults import FAULTS, reason
from contrast_engine.images.raster import Codes, Raster, Source
from contrast_engine.images.readers import pillow_images as pillow

_JPEG = "1.2.840.10008.1.2.4."
_BY_JPEG = {_JPEG + end for end in ("50", "51", "57", "70")}
_BY_JPEG_LS = {_JPEG + end for end in ("80", "81")}
_BY_JPEG_2000 = {_JPEG + end for end in ("90", "91")}
_BY_HTJ2K = {_JPEG + end for end in ("201", "202", "203")}
_BY_PYDICOM = {
    "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.2",
    "1.2.840.10008.1.2.5",
}  # fmt: skip
_GREY = ("MONOCHROME1", "MONOCHROME2")
_QUIET = ("ignore", None, Warning, re.compile(r"pydicom\."), 0)


def read(source: Source) -> Raster:
    """The first frame of a DICOM file.

    Raises:
        ImageError: The extra is missing, there is no picture, or it cannot be decoded.
    """
    try:
        import pydicom
        from pydicom.errors import BytesLengthException, InvalidDicomError
    except ImportError:
        raise ImageError(formats.missing_extra(source.name, "a DICOM image", "dicom")) from None
    _hush(pydicom)
    try:
        return _picture(pydicom.dcmread(io.BytesIO(source.data), force=True), source)
    except (*FAULTS, InvalidDicomError, BytesLengthException) as fault:
        if "less than expected" in str(fault) or "end of" in str(fault).lower():
            fault = EOFError()
        raise ImageError(reason(source.name, fault)) from None  # a cause could hold a name


def _hush(pydicom: Any) -> None:
    """Keep values of the header out of warnings and logs."""
    pydicom.config.settings.reading_validation_mode = pydicom.config.IGNORE
    logging.getLogger("pydicom").setLevel(logging.CRITICAL + 1)
    if _QUIET not in warnings.filters:
        warnings.filterwarnings("ignore", module=r"pydicom\.")


def _picture(file: Any, source: Source) -> Raster:
    name = source.name
    stored = [key for key in ("PixelData", "FloatPixelData", "DoubleFloatPixelData") if key in file]
    if not stored:
        raise ImageError(f"{name} is a DICOM file that holds no picture")
    width, height = int(file.get("Columns", 0)), int(file.get("Rows", 0))
    pillow.check_size((width, height), source)
    meaning = str(file.get("PhotometricInterpretation", "")).strip()
    if stored != ["PixelData"]:
        return _grey(_float_frame(file, stored[0]), file, meaning, source)
    values = _frame(file, name, meaning)
    if values.shape[:2] != (height, width):
        raise ValueError("not the picture that the header states")
    if meaning in _GREY and values.ndim == 2:
        return _grey(_whole(values, file), file, meaning, source)
    return _coloured(values, file, meaning, name)


def _frame(file: Any, name: str, meaning: str) -> Any:
    """Stored values of the first frame, colours as RGB."""
    import imagecodecs
    import pydicom

    syntax = getattr(getattr(file, "file_meta", None), "TransferSyntaxUID", None)
    if syntax is None:  # neither preamble nor header: as it was understood while reading
        is_implicit, is_little = file.original_encoding
        plain, big = pydicom.uid.ExplicitVRLittleEndian, pydicom.uid.ExplicitVRBigEndian
        syntax = pydicom.uid.ImplicitVRLittleEndian if is_implicit else plain if is_little else big
        file.file_meta = pydicom.dataset.FileMetaDataset()
        file.file_meta.TransferSyntaxUID = syntax
    if syntax in _BY_PYDICOM:
        return pydicom.pixels.utils.pixel_array(
            file, index=0, raw=meaning in _GREY, correct_unused_bits=meaning not in _GREY
        )
    if syntax not in _BY_JPEG | _BY_JPEG_LS | _BY_JPEG_2000 | _BY_HTJ2K:
        raise ImageError(
            f"{name} is a DICOM image compressed as {syntax.name}, which is not decoded here; "
            "save it uncompressed"
        )
    count = int(file.get("NumberOfFrames", 1) or 1)
    coded = pydicom.encaps.get_frame(file.PixelData, 0, number_of_frames=count)
    if syntax in _BY_JPEG:
        is_rgb = meaning == "RGB" and b"Adobe" not in coded[:2000] and b"JFIF" not in coded[:2000]
        return imagecodecs.jpeg8_decode(coded, colorspace="RGB" if is_rgb else None)
    if syntax in _BY_JPEG_LS:
        return imagecodecs.jpegls_decode(coded)
    if syntax in _BY_HTJ2K:
        return imagecodecs.htj2k_decode(coded)
    return imagecodecs.jpeg2k_decode(coded)


def _float_frame(file: Any, key: str) -> Any:
    kind = np.dtype("<f4" if key == "FloatPixelData" else "<f8")
    shape = int(file.Rows), int(file.Columns)
    count = shape[0] * shape[1]
    if len(file[key].value) < count * kind.itemsize:
        raise EOFError
    return np.frombuffer(file[key].value, kind, count).reshape(shape)


def _whole(values: Any, file: Any) -> Ints:
    """Stored values as the whole numbers that they are: only stored bits, with their sign."""
    bits = int(file.get("BitsStored", 8 * values.dtype.itemsize))
    shift = int(file.get("HighBit", bits - 1)) + 1 - bits
    whole: Ints = (values.astype(np.int64) >> max(shift, 0)) & ((1 << bits) - 1)
    if int(file.get("PixelRepresentation", 0)) == 1:
        whole = np.where(whole >> (bits - 1), whole - (1 << bits), whole)
    return whole


def _grey(values: Any, file: Any, meaning: str, source: Source) -> Raster:
    from pydicom.pixels.processing import apply_modality_lut, apply_voi

    is_float = values.dtype.kind == "f"
    light: Any = apply_modality_lut(values, file)
    bits = int(file.get("BitsStored", 16))
    if source.options.window:
        centre, width = (float(part) for part in source.options.window.split(":"))
        shown = _windowed(light, centre, width)
        note = f"window {source.options.window}, as chosen"
    elif file.get("VOILUTSequence"):
        table = file.VOILUTSequence[0].LUTDescriptor
        shown = apply_voi(np.rint(light).astype(np.int64), file) / (2 ** int(table[2]) - 1)
        note = "values by the table (VOI LUT) that the file states"
    elif file.get("WindowCenter") is not None and file.get("WindowWidth") is not None:
        centre, width = _first(file.WindowCenter), _first(file.WindowWidth)
        shown = _windowed(light, centre, width, str(file.get("VOILUTFunction", "LINEAR")))
        note = f"window {centre:g}:{width:g}, stated in the file"
    else:
        low, high = _range(light, values, file, bits, is_float=is_float)
        shown = (light - low) / max(high - low, 1e-12)
        note = "no window is stated: the whole range " + (
            "of its values" if is_float else f"of {bits} bits"
        )
    whole = np.clip(np.asarray(shown, np.float32), 0, 1)
    if meaning == "MONOCHROME1":
        whole = 1 - whole
    codes: Codes = np.rint(whole * np.float32(65535)).astype(np.uint16)[..., None]
    depth = f"{8 * values.dtype.itemsize}-bit float" if is_float else f"{bits} bits"
    return _raster(codes, file, [note], depth, f"grey, {meaning or 'MONOCHROME2'}")


def _windowed(light: Any, centre: float, width: float, function: str = "LINEAR") -> Floats32:
    """Light 0..1 of values in a window (PS3.3 C.11.2.1.2)."""
    if function == "SIGMOID":
        shown: Any = 1 / (1 + np.exp(-4 * (light - centre) / width))
    elif function == "LINEAR_EXACT":
        shown = (light - centre) / width + 0.5
    else:
        shown = (light - (centre - 0.5)) / max(width - 1, 1e-9) + 0.5
    return np.asarray(shown, np.float32)


def _range(light: Any, values: Any, file: Any, bits: int, *, is_float: bool) -> tuple[float, float]:
    """The lowest and highest value there can be, after the modality."""
    from pydicom.pixels.processing import apply_modality_lut

    if is_float or file.get("ModalityLUTSequence"):
        return float(light.min()), float(light.max())
    is_signed = int(file.get("PixelRepresentation", 0)) == 1
    low = -(1 << (bits - 1)) if is_signed else 0
    ends = apply_modality_lut(np.array([low, low + (1 << bits) - 1], values.dtype), file)
    return float(min(ends)), float(max(ends))


def _first(value: Any) -> float:
    return float(value[0] if hasattr(value, "__len__") and not isinstance(value, str) else value)


def _coloured(values: Any, file: Any, meaning: str, name: str) -> Raster:
    from pydicom.pixels.processing import apply_color_lut

    if meaning == "PALETTE COLOR" and values.ndim == 2:
        values = apply_color_lut(values, file)
    if values.ndim != 3 or values.shape[2] != 3:
        raise ImageError(
            f"{name} is a DICOM image of the kind {meaning or 'unnamed'}, which is not read here"
        )
    bits = int(file.get("BitsStored", 8)) if meaning != "PALETTE COLOR" else 0
    codes = np.ascontiguousarray(values)
    if codes.dtype == np.uint16 and 0 < bits < 16:
        scale = np.float32(65535 / ((1 << bits) - 1))
        codes = np.minimum(np.rint(codes * scale), 65535).astype(np.uint16)
    if codes.dtype not in (np.uint8, np.uint16):
        raise ImageError(f"{name} is a DICOM image of signed colours, which are not read here")
    return _raster(codes, file, [], f"{bits or 8 * codes.itemsize} bits", f"RGB, {meaning}")


def _raster(codes: Codes, file: Any, notes: list[str], depth: str, layout: str) -> Raster:
    if int(file.get("NumberOfFrames", 1) or 1) > 1:
        is_tile = int(file.get("TotalPixelMatrixColumns", 0) or 0) > codes.shape[1]
        notes.append("first tile of a slide" if is_tile else "first of several frames")
    made: list[str] = []
    profile = pillow.described(file.get("ICCProfile"), codes, codes.shape[2], made)
    if not file.get("ICCProfile"):
        profile = replace(profile, name="sRGB (assumed of what is to be shown)")  # type: ignore[type-var]
    how = replace(pillow.how(codes, "", profile, "pydicom"), depth=depth, layout=layout)
    height, width = codes.shape[:2]
    return Raster(codes, width, height, "DICOM", profile, "", 1, (*notes, *made), how)
