"""Floating-point light: where its white is, and what was done about numbers that are no light."""

from dataclasses import replace
from typing import Any

import cv2
import numpy as np

from contrast_engine.arrays import Bools, Floats, Floats32
from contrast_engine.errors import ImageError
from contrast_engine.images import colour, white
from contrast_engine.images.profiles import SceneLight
from contrast_engine.images.raster import HowRead, Raster, Source
from contrast_engine.images.reading_options import percentile_of

_FAR = 1e6  # times white: light is clipped there, so that no sum of channels overflows
_MOST = 3e37  # a tenth of what float32 can hold
_STRIP = 1_000_000  # pixels looked at together


def raster(
    codes: Floats32,
    source: Source,
    *,
    format: str,
    how: HowRead,
    matrix: Floats | None = None,
    name: str = "sRGB primaries (assumed)",
    opacity: str = "",
    orientation: int = 1,
    notes: tuple[str, ...] = (),
    size: tuple[int, int] | None = None,
) -> Raster:
    """Linear light with its white found, as a raster.

    Args:
        codes: (h, w, c): grey or RGB, then opacity where there is one. Changed in place.
        source: The file; its options say what counts as white.
        format: What it is.
        how: How it was read, but for the colours and the white, which are filled in.
        matrix: (3, 3) to linear sRGB; None where it is that.
        name: The primaries in words.
        opacity: `STRAIGHT`, `ASSOCIATED` or "".
        orientation: EXIF orientation 1..8.
        notes: What was decided before.
        size: Full width and height, where the codes are a reduced version.

    Raises:
        ImageError: No pixel of it is a number.
    """
    said = [*notes, *_mended(codes, source.name, bool(opacity))]
    height, width, channels = codes.shape
    square = None if matrix is None else np.asarray(matrix, np.float32)
    bright = _luminance(codes, channels - bool(opacity), square)
    seen: Any = bright.ravel() if not opacity else bright[codes[..., -1] > 0]
    option = source.options.white
    least = white.white_of(seen, option)
    above = int((seen > least * (1 + 1e-6)).sum()) / (height * width)
    said.append(_note(least, option, above, seen))
    if opacity:
        said.append("alpha composited on mid-grey")
    colours = codes[..., : channels - bool(opacity)]
    far = min(_FAR * least, _MOST)
    np.clip(colours, -far, far, out=colours)
    profile = SceneLight(least, square, name)
    is_share = percentile_of(option) is not None
    how = replace(
        how, profile=name, transfer=profile.transfer,
        white=f"{option} = {least:.4g}" if is_share else f"{least:.4g}",
    )  # fmt: skip
    full = size or (width, height)
    return Raster(codes, full[0], full[1], format, profile, opacity, orientation, tuple(said), how)


def _note(least: float, option: str, above: float, seen: Floats32) -> str:
    if not seen.size or not seen.max() > 0:
        return "linear light without any above 0: black throughout"
    of = percentile_of(option)
    words = "as chosen" if of is None else f"the {white.ordinal(of)} percentile of its luminance"
    share = f"{100 * above:.1f} %" if above == 0 or above >= 0.0005 else "under 0.1 %"
    return (
        f"linear light, white at {least:.4g}, {words}; {share} of the pixels lie above "
        "and count as white"
    )


def _mended(codes: Floats32, name: str, has_opacity: bool) -> list[str]:
    """What was done about numbers that are no light, in words; afterwards all are finite."""
    colours = codes[..., : codes.shape[2] - has_opacity]
    odd, endless, negative = 0, 0, 0
    rows = max(1, _STRIP // codes.shape[1])
    for top in range(0, len(codes), rows):
        part = colours[top : top + rows]
        if part.min() >= 0 and part.max() <= _MOST:  # neither holds for NaN
            continue
        is_odd: Bools = np.isnan(part)
        is_endless: Bools = part == np.inf
        odd += int(is_odd.any(axis=2).sum())
        endless += int(is_endless.any(axis=2).sum())
        negative += int((part < 0).any(axis=2).sum())
        part[is_odd | (part == -np.inf)] = 0
        part[is_endless] = _MOST
        np.clip(part, -_MOST, _MOST, out=part)
    pixels = codes.shape[0] * codes.shape[1]
    if odd == pixels:
        raise ImageError(f"{name} holds no numbers: every pixel is NaN; export it again")
    if has_opacity:
        np.nan_to_num(codes[..., -1], copy=False, nan=0.0, posinf=1.0, neginf=0.0)
    counted = (
        (odd, "that is no number (NaN) counts", "that are no numbers (NaN) count", "black"),
        (endless, "that is infinite counts", "that are infinite count", "white"),
        (negative, "with light below 0 counts", "with light below 0 count", "0 there"),
    )
    return [
        f"{n:,} pixel {one} as {what}" if n == 1 else f"{n:,} pixels {many} as {what}"
        for n, one, many, what in counted
        if n
    ]


def _luminance(codes: Floats32, channels: int, matrix: Floats32 | None) -> Floats32:
    """(h, w) luminance of every pixel, at least 0."""
    if channels == 1:
        return np.maximum(codes[..., 0], 0)
    out = np.empty(codes.shape[:2], np.float32)
    weights: Any = colour.LUMINANCE_WEIGHTS
    weights = weights if matrix is None else weights @ matrix
    rows = max(1, _STRIP // codes.shape[1])
    with np.errstate(over="ignore", invalid="ignore"):
        for top in range(0, len(codes), rows):
            part = np.ascontiguousarray(codes[top : top + rows, :, :channels])
            mixed = np.asarray(cv2.transform(part, weights[None]), np.float32)
            out[top : top + rows] = mixed.reshape(part.shape[:2])
    most = float(np.finfo(np.float32).max)
    np.nan_to_num(out, copy=False, nan=most, posinf=most, neginf=0.0)
    return np.maximum(out, 0, out=out)
