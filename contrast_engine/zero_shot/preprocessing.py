"""From linear light to what a network sees: sRGB code values, resized, cropped and scaled."""

import numpy as np

from contrast_engine.arrays import Bytes, Floats32, Real
from contrast_engine.images.colour import encode_srgb
from contrast_engine.zero_shot.recipe import TowerRecipe

_LONG = 8
"""Longer pictures than so many squares are resized only where the square lies."""


def code_values(rgb: Real) -> Bytes:
    """8-bit sRGB code values (h, w, 3) of linear light (h, w, 3)."""
    return np.round(255 * encode_srgb(np.clip(rgb, 0.0, 1.0))).astype(np.uint8)


def square(codes: Bytes, recipe: TowerRecipe) -> Bytes:
    """The square (size, size, 3) that a recipe makes of code values (h, w, 3).

    The arithmetic is Pillow's, as torchvision and CLIP prepare pictures: filters as wide as what
    they shrink, the longer side rounded down, the middle by Python's rounding of halves.
    """
    from PIL import Image

    picture = Image.fromarray(codes)
    how = Image.Resampling[recipe.interpolation.upper()]
    side = recipe.size
    if recipe.crop == "squeeze":
        return np.asarray(picture.resize((side, side), how))
    width, height = _resized(picture.width, picture.height, recipe.resize)
    left, top = round((width - side) / 2), round((height - side) / 2)
    if max(width, height) <= _LONG * recipe.resize:
        whole = picture.resize((width, height), how)
        return np.asarray(whole.crop((left, top, left + side, top + side)))
    across, down = picture.width / width, picture.height / height
    box = (left * across, top * down, (left + side) * across, (top + side) * down)
    return np.asarray(picture.resize((side, side), how, box=box))


def network_input(rgb: Real, recipe: TowerRecipe) -> Floats32:
    """What the network is given for one picture: (1, 3, s, s), or (1, s, s, 3) for NHWC.

    Args:
        rgb: Linear light (h, w, 3), of any size.
        recipe: How it is prepared.
    """
    seen = square(code_values(rgb), recipe).astype(np.float32) / np.float32(255)  # (s, s, 3)
    low, high = recipe.value_range
    if (low, high) != (0.0, 1.0):
        seen = seen * np.float32(high - low) + np.float32(low)
    if recipe.channels == "BGR":
        seen = seen[..., ::-1]
    mean, std = (np.array(three, dtype=np.float32) for three in (recipe.mean, recipe.std))
    scaled: Floats32 = (seen - mean) / std
    if recipe.layout == "NCHW":
        scaled = scaled.transpose(2, 0, 1)
    return np.ascontiguousarray(scaled[None], dtype=np.float32)


def _resized(width: int, height: int, shorter: int) -> tuple[int, int]:
    if width <= height:
        return shorter, max(shorter, int(shorter * height / width))
    return max(shorter, int(shorter * width / height)), shorter
