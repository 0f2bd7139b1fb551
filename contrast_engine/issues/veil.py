"""The veil of a picture: how much light lies over its darkest places, by its dark channel."""

import numpy as np

from contrast_engine.arrays import Bytes, Floats, Floats32

VEIL_VERSION = 1
"""Part of the key of every table of veils: raise it when a value would change."""

_WINDOW = 0.2  # of the side: large enough to hold something dark (own choice, of 7, 9, 13 of 64)
_FLOOR = 0.1  # code value below which nothing is divided by: night is no veil
_NOTHING = 1e-3  # of code value, summed: a picture in which nothing is to be seen has no veil
_TOGETHER = 256  # pictures in memory at a time: 12 MB at 64 pixels
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)


def veil(codes: Bytes) -> Floats:
    """The veil of each picture, 0..1: 0 where dark and light lie side by side, 1 in dense fog.

    In every window the lowest code value of all channels (the dark channel) is divided by the
    highest luminance, and windows are averaged by how far their luminance reaches, so even sky,
    snow and paper say nothing. Through air that lets the share t through, the dark channel is at
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
    luminance = np.asarray(light @ _LUMINANCE, np.float32)  # (n, s, s)
    dark = _lowest(light.min(axis=3), side)
    high, low = -_lowest(-luminance, side), _lowest(luminance, side)
    reach = high - low
    ratio = np.minimum(dark / np.maximum(high, _FLOOR), 1)
    axes = (1, 2)
    found = (reach * ratio).sum(axis=axes) / (reach.sum(axis=axes) + _NOTHING)
    return np.asarray(found, np.float64)


def _lowest(values: Floats32, side: int) -> Floats32:
    """The lowest value in the window around every pixel, (n, s, s); `side` is odd."""
    for axis in (1, 2):
        room = [(0, 0)] * 3
        room[axis] = (side // 2, side // 2)
        values = np.pad(values, room, mode="edge")
        reached = 1
        while reached < side:  # windows of 1, 2, 4, ... up to the side
            step = min(reached, side - reached)
            n = values.shape[axis] - step
            values = np.minimum(
                values.take(range(n), axis), values.take(range(step, n + step), axis)
            )
            reached += step
    return values
