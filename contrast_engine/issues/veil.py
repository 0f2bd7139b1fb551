"""The veil of a picture: how much light lies over its darkest places, by its dark channel."""

import numpy as np

from contrast_engine.arrays import Bytes, Floats, Floats32

VEIL_VERSION = 1
"""Part of the key of every table of veils: raise it when a value would change."""

_WINDOW = 0.2  # of the side: large enough to hold something dark (own choice, of 7, 9, 13 of 64)
_FLOOR = 0.1  # code value below which nothing is divided by: night is no veil
_NOTHING = (
    1e-3  # of code value squared, summed: a picture in which nothing is to be seen has no veil
)
_TOGETHER = 16  # pictures worked on at a time: they fit into the cache of a core
_RED, _GREEN, _BLUE = (np.float32(weight) for weight in (0.2126, 0.7152, 0.0722))


def veil(codes: Bytes) -> Floats:
    """The veil of each picture, 0..1: 0 where dark and light lie side by side, 1 in dense fog.

    In every window the lowest code value of all channels (the dark channel) is divided by the
    highest luminance, and windows are averaged by how far their luminance reaches, squared, so
    even sky, snow and paper say nothing. Through air that lets the share t through, the dark channel is at
    least A (1 - t) beside at most A.

    Args:
        codes: (n, s, s, 3) uint8 sRGB, small copies.

    Source: He, Sun and Tang 2011; docs/methods.md#veil.
    Deviates: relative to the lightest tone of the window instead of one airlight, weighed by range.
    """
    parts = [_veil(codes[i : i + _TOGETHER]) for i in range(0, len(codes), _TOGETHER)]
    return np.concatenate(parts) if parts else np.empty(0)


def _veil(codes: Bytes) -> Floats:
    light = codes.astype(np.float32) / np.float32(255)
    side = max(3, round(_WINDOW * light.shape[1])) | 1
    red, green, blue = (light[..., channel] for channel in range(3))
    luminance = _RED * red + _GREEN * green + _BLUE * blue  # (n, s, s)
    dark = _lowest(np.minimum(np.minimum(red, green), blue), side)
    high, low = -_lowest(-luminance, side), _lowest(luminance, side)
    weight = np.square(high - low)
    ratio = np.minimum(dark / np.maximum(high, _FLOOR), 1)
    return _sums(weight * ratio) / (_sums(weight) + _NOTHING)


def _sums(values: Floats32) -> Floats:
    """The sum of each picture, (n,): the same whichever pictures stand beside it."""
    each: Floats = values.reshape(len(values), -1).astype(np.float64, order="C").sum(axis=1)
    return each


def _lowest(values: Floats32, side: int) -> Floats32:
    """The lowest value in the window around every pixel, (n, s, s); `side` is odd."""
    for _ in range(2):  # along the rows, then along the columns
        values = np.pad(values, [(0, 0), (side // 2, side // 2), (0, 0)], mode="edge")
        reached = 1
        while reached < side:  # windows of 1, 2, 4, ... up to the side
            step = min(reached, side - reached)
            values = np.minimum(values[:, :-step], values[:, step:])
            reached += step
        values = values.swapaxes(1, 2)
    return values
