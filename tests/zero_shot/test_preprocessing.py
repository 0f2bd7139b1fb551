"""What a network is given: against an independent resampling, for every filter, cut and layout."""

import itertools
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from contrast_engine.images.colour import decode_srgb
from contrast_engine.zero_shot.preprocessing import code_values, network_input, square
from contrast_engine.zero_shot.recipe import INTERPOLATIONS, TowerRecipe

SHAPES = {
    "landscape": (60, 97), "portrait": (97, 61), "square": (64, 64), "as wanted": (24, 24),
    "smaller": (9, 13), "thin": (3, 70), "one pixel": (1, 1), "very long": (2, 311),
}  # fmt: skip
CUTS = {"centre": {"crop": "centre"}, "squeeze": {"crop": "squeeze"},
        "cut of larger": {"crop": "centre", "resize": 30}}  # fmt: skip


def recipe(**values: object) -> TowerRecipe:
    start = {"size": 24, "crop": "centre", "interpolation": "bicubic", "mean": [0.48, 0.46, 0.41],
             "std": [0.27, 0.26, 0.28]}  # fmt: skip
    return TowerRecipe.of({**start, **values})


def picture(shape: tuple[int, int]) -> np.ndarray:
    return np.random.default_rng(5).integers(0, 256, (*shape, 3), dtype=np.uint8)


def _cubic(x: np.ndarray, a: float = -0.5) -> np.ndarray:
    x = np.abs(x)
    near = (a + 2) * x**3 - (a + 3) * x**2 + 1
    return np.where(x < 1, near, np.where(x < 2, a * (x**3 - 5 * x**2 + 8 * x - 4), 0.0))


def _hamming(x: np.ndarray) -> np.ndarray:
    return np.where(np.abs(x) < 1, np.sinc(x) * (0.54 + 0.46 * np.cos(np.pi * x)), 0.0)


FILTERS: dict[str, tuple[float, Callable[[np.ndarray], np.ndarray]]] = {
    "box": (0.5, lambda x: np.where((x > -0.5) & (x <= 0.5), 1.0, 0.0)),
    "bilinear": (1.0, lambda x: np.maximum(0.0, 1 - np.abs(x))),
    "hamming": (1.0, _hamming),
    "bicubic": (2.0, _cubic),
    "lanczos": (3.0, lambda x: np.where(np.abs(x) < 3, np.sinc(x) * np.sinc(x / 3), 0.0)),
}


def along(values: np.ndarray, target: int, filter_of: str, nudge: float = 0.0) -> np.ndarray:
    """The first axis resampled by the definition: a filter as wide as what it shrinks.

    `nudge` says which of two cells is the nearest where their border is met.
    """
    size = len(values)
    middle = (np.arange(target) + 0.5) * size / target + nudge
    if filter_of == "nearest":
        return values[np.clip(middle.astype(int), 0, size - 1)]
    reach, kernel = FILTERS[filter_of]
    wide, cells = max(size / target, 1.0), np.arange(size)
    weights = kernel((cells + 0.5 - middle[:, None]) / wide)
    weights[cells < np.floor(middle - reach * wide + 0.5)[:, None]] = 0
    weights[cells >= np.floor(middle + reach * wide + 0.5)[:, None]] = 0
    return np.tensordot(weights / weights.sum(axis=1, keepdims=True), values, axes=1)


def by_definition(
    codes: np.ndarray, made: TowerRecipe, nudges: tuple[float, float] = (0.0, 0.0)
) -> np.ndarray:
    """Resized, rounded and cut, as torchvision's Resize and CenterCrop write it down."""
    height, width = codes.shape[:2]
    short = min(height, width)
    if made.crop == "squeeze":
        rows = columns = made.size
    else:
        rows, columns = (
            made.resize if side == short else int(made.resize * side / short)
            for side in (height, width)
        )
    turned = codes.astype(float).swapaxes(0, 1)
    across = along(turned, columns, made.interpolation, nudges[1]).swapaxes(0, 1)
    whole = along(np.clip(np.round(across), 0, 255), rows, made.interpolation, nudges[0])
    top, left = round((rows - made.size) / 2), round((columns - made.size) / 2)
    cut = whole[top : top + made.size, left : left + made.size]
    return np.clip(np.round(cut), 0, 255)


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("interpolation", INTERPOLATIONS)
def test_every_filter_and_cut_is_the_definition_to_rounding(interpolation: str, cut: str) -> None:
    made = recipe(interpolation=interpolation, **CUTS[cut])
    for name, shape in SHAPES.items():
        codes = picture(shape)
        found = square(codes, made).astype(float)
        assert found.shape == (24, 24, 3), name
        has_ties = interpolation in ("nearest", "box")
        ties = [*itertools.product((-1e-6, 1e-6), repeat=2)] if has_ties else [(0.0, 0.0)]
        apart = [np.abs(found - by_definition(codes, made, tie)).max(axis=2) for tie in ties]
        nearest = np.min(apart, axis=0)
        assert nearest.max() <= 2, name  # Pillow rounds twice, and its weights to 22 bits
        assert nearest.mean() < 1, name


@pytest.mark.parametrize("layout", ["NCHW", "NHWC"])
@pytest.mark.parametrize("channels", ["RGB", "BGR"])
@pytest.mark.parametrize("span", [(0.0, 1.0), (-1.0, 1.0), (0.0, 255.0)])
def test_layout_channels_range_mean_and_std_are_as_written(
    layout: str, channels: str, span: tuple[float, float]
) -> None:
    mean, std = [span[0] + 0.1, span[0] + 0.2, span[0] + 0.3], [0.5, 0.25, 2.0]
    made = recipe(size=4, crop="squeeze", mean=mean, std=std, layout=layout, channels=channels,
                  value_range=list(span))  # fmt: skip
    codes = picture((4, 4))
    given = network_input(decode_srgb(codes / 255), made)
    assert given.dtype == np.float32
    seen = given[0].transpose(1, 2, 0) if layout == "NCHW" else given[0]
    assert seen.shape == (4, 4, 3)
    for place in range(3):
        source = codes[..., place if channels == "RGB" else 2 - place] / 255
        wanted = (span[0] + source * (span[1] - span[0]) - mean[place]) / std[place]
        assert np.allclose(seen[..., place], wanted, rtol=1e-5, atol=1e-5)


def test_code_values_of_a_picture_come_back_as_they_were_stored() -> None:
    every = np.tile(np.arange(256, dtype=np.uint8)[:, None, None], (1, 2, 3))
    assert np.array_equal(code_values(decode_srgb(every / 255)), every)
    assert np.array_equal(code_values(decode_srgb(every / 255).astype(np.float32)), every)


def test_a_crop_in_pixels_is_the_cut_and_size_the_shorter_side() -> None:
    made = recipe(size=30, crop=24)
    assert (made.size, made.resize, made.crop) == (24, 30, "centre")
    codes = picture((64, 96))
    whole = Image.fromarray(codes).resize((45, 30), Image.Resampling.BICUBIC)
    assert np.array_equal(square(codes, made), np.asarray(whole.crop((10, 3, 34, 27))))


def test_a_panorama_costs_no_more_than_its_square() -> None:
    made = recipe(size=1024)
    found = square(picture((1, 512)), made)  # its shorter side brought to 1024 would be 1.6 GB
    assert found.shape == (1024, 1024, 3)
    assert np.ptp(found[:, 512].astype(int), axis=0).max() == 0
