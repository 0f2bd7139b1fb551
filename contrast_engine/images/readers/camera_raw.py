"""Camera raw photographs, rendered by LibRaw: linear light of the sensor, never a preview."""

import io
from typing import Any

import numpy as np

from contrast_engine.errors import ImageError
from contrast_engine.images import formats
from contrast_engine.images.profiles import Curved
from contrast_engine.images.raster import HowRead, Raster, Source
from contrast_engine.images.readers import pillow_images as pillow

_TURNED = (5, 6)  # LibRaw's numbers for a quarter turn
_MOSAIC = (2, 2)

_LINEAR_16 = Curved(
    np.linspace(0, 1, 65536, dtype=np.float32)[None], None, "sRGB primaries (rendered)", "linear"
)


def read(source: Source) -> Raster:
    """The photograph, developed: camera white balance, no automatic brightness, linear light.

    Raises:
        ImageError: The extra is missing, the camera is not known, or it has too many pixels.
    """
    try:
        import rawpy
    except ImportError:
        raise ImageError(formats.missing_extra(source.name, "a camera raw photo", "raw")) from None
    try:
        with rawpy.imread(io.BytesIO(source.data)) as raw:
            return _developed(source, raw)
    except rawpy.LibRawFileUnsupportedError as fault:
        raise ImageError(
            f"{source.name} is a camera raw photo of a kind that LibRaw does not know; export it "
            "as 16-bit TIFF"
        ) from fault
    except rawpy.LibRawIOError as fault:
        raise EOFError("truncated") from fault
    except rawpy.LibRawError as fault:
        raise OSError(str(fault)) from fault


def _developed(source: Source, raw: Any) -> Raster:
    import rawpy

    sizes = raw.sizes
    width, height = sizes.width, sizes.height
    is_mosaic = raw.raw_pattern is not None and raw.raw_pattern.shape == _MOSAIC
    is_half = bool(
        is_mosaic and source.covering is not None and max(width, height) >= 2 * source.covering
    )
    quarters = 4 if is_half else 1
    pillow.check_size((width, height), source, width * height // quarters)
    layout = _layout(raw, is_mosaic)  # halving takes the pattern away
    has_balance = bool(raw.camera_whitebalance[0] > 0 and raw.camera_whitebalance[1] > 0)
    codes: Any = raw.postprocess(
        use_camera_wb=has_balance, no_auto_bright=True, gamma=(1, 1), output_bps=16,
        output_color=rawpy.ColorSpace.sRGB, highlight_mode=rawpy.HighlightMode.Clip,
        adjust_maximum_thr=0.0, half_size=is_half,
    )  # fmt: skip
    codes = np.ascontiguousarray(codes.reshape(*codes.shape[:2], -1), np.uint16)
    if sizes.flip in _TURNED:
        width, height = height, width
    balance = "camera white balance" if has_balance else "daylight white balance, none is stated"
    level = int(raw.white_level)
    how = HowRead(
        "LibRaw", f"{level.bit_length()} bits", layout, _LINEAR_16.name,
        "linear", f"the level at which the sensor clips, {level}",
    )  # fmt: skip
    notes = (
        f"camera raw, rendered: {balance}, no automatic brightness, linear light; white is the "
        "level at which the sensor clips",
    )
    return Raster(codes, width, height, "camera raw", _LINEAR_16, "", 1, notes, how)


def _layout(raw: Any, is_mosaic: bool) -> str:
    colours = raw.color_desc.decode("ascii", "replace").strip("\0")
    colours = (colours + "RGBG"[len(colours) :])[:4]  # the fourth is the second green
    if is_mosaic:
        return "".join(colours[place] for place in raw.raw_pattern.ravel()) + " mosaic"
    return "mosaic of 6 x 6" if raw.raw_pattern is not None else "linear raw"
