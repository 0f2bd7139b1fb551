"""The recommended amount of contrast: what it follows, and what must not move it."""

import io
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from contrast_engine.features import core_names, features
from contrast_engine.features.amount import without_border
from contrast_engine.images import LinearImage, read_image
from contrast_engine.images.colour import decode_srgb
from contrast_engine.perturb import contrast_ladders
from contrast_engine.randomness import generator


def amount(rgb) -> float:
    return features["amount"].measure(LinearImage(rgb))


def grey(luminance) -> np.ndarray:
    return np.repeat(np.asarray(luminance, np.float64)[..., None], 3, axis=2)


def of_lightness(lightness) -> np.ndarray:
    """Grey light of this L*, which must be above the dark, straight end of the scale."""
    assert np.min(lightness) > 8
    return grey(((np.asarray(lightness, np.float64) + 16) / 116) ** 3)


def codes(low=0.0, high=1.0, shape=(180, 240)) -> np.ndarray:
    """Code values of a picture like a photograph: large areas, smaller ones, and texture."""
    draw = generator(3, "amount", "picture")
    plane = np.zeros(shape)
    for cells, weight in ((3, 1.0), (12, 0.7), (60, 0.3)):
        coarse = draw.normal(size=(cells, cells + 1)).astype(np.float32)
        plane += weight * np.asarray(Image.fromarray(coarse).resize(shape[::-1], Image.BICUBIC))
    ranks = plane.ravel().argsort().argsort().reshape(shape) / (plane.size - 1)
    return low + (high - low) * ranks


def photograph(low=0.1, high=0.9, shape=(180, 240)) -> np.ndarray:
    return grey(decode_srgb(codes(low, high, shape)))


def read(rgb: np.ndarray, kind: str = "PNG") -> float:
    file = io.BytesIO()
    Image.fromarray(rgb.round().astype(np.uint8)).save(file, kind, quality=85)
    return features["amount"].measure(read_image(file.getvalue()))


def test_black_beside_white_is_100_and_an_even_picture_0():
    assert amount(grey(np.repeat([[0.0, 1.0]], 96, axis=1).repeat(192, axis=0))) == 100
    assert amount(grey(np.full((64, 64), 0.4))) == 0


def test_detail_of_one_size_counts_at_that_size_only():
    board = amount(grey(np.indices((256, 256)).sum(axis=0) % 2))
    assert board == pytest.approx(100 / 6.5, abs=0.1)  # sides of 256, 128, ... 8; 4 counts half


def test_it_is_no_part_of_the_space_that_images_are_grouped_in():
    assert "amount" not in core_names()


@pytest.mark.parametrize("step", [-20, -5, 10, 25])
def test_brightness_at_constant_differences_of_lightness_changes_nothing(step):
    tones = codes(35, 70)
    assert amount(of_lightness(tones + step)) == pytest.approx(amount(of_lightness(tones)))


@pytest.mark.parametrize("step", [-20, -6, 10, 30])
def test_code_values_that_are_shifted_without_clipping_hardly_move_it(step):
    tones = grey(codes(50, 200))
    assert read(tones + step) == pytest.approx(read(tones), rel=0.05)


@pytest.mark.parametrize("tone", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("sides", [((22, 22), (0, 0)), ((0, 0), (40, 40)), ((30, 15), (9, 20))])
def test_an_even_border_moves_it_by_less_than_a_hundredth_of_the_scale(tone, sides):
    inside = photograph(0.3, 0.6)
    framed = np.pad(inside, (*sides, (0, 0)), constant_values=tone)
    assert amount(framed) == pytest.approx(amount(inside), abs=1.0)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_letterbox_of_a_file_counts_as_little(kind):
    inside = 255 * grey(codes(0.3, 0.6, (240, 400)))
    boxed = np.pad(inside, ((45, 45), (0, 0), (0, 0)))
    assert read(boxed, kind) == pytest.approx(read(inside, kind), abs=1.5)


@pytest.mark.parametrize("turned", [False, True])
def test_what_only_looks_like_a_border_is_picture(turned):
    halves = np.repeat([0.0, 1.0], 60)[:, None].repeat(90, axis=1)
    bar = np.repeat([0.0, 1.0, 0.0], 40)[:, None].repeat(90, axis=1)
    small = np.zeros((120, 90))
    small[50:70, 40:60] = codes(0.2, 1, (20, 20))
    one_side = np.vstack([np.zeros((40, 90)), codes(0.3, 0.6, (80, 90))])
    for plane in (halves, bar, small, one_side, codes()):
        whole = plane.T if turned else plane
        assert without_border(whole).shape == whole.shape
    assert amount(grey(halves.T if turned else halves)) == 100


def test_two_stray_pixels_are_no_contrast_and_grain_is_little():
    even = np.full((400, 500, 3), 128.0)
    stray = even.copy()
    stray[3, 3], stray[-9, -9] = 0, 255
    assert read(stray) < 0.05
    grain = 8 * generator(1, "amount", "grain").normal(size=even.shape)
    assert read(even + grain) < 4
    picture = 255 * grey(codes(0.1, 0.9, (400, 500)))
    assert read(np.clip(picture + grain, 0, 255)) == pytest.approx(read(picture), abs=1)


@pytest.mark.parametrize("ladder", contrast_ladders(4), ids=lambda one: one.perturbation)
def test_it_rises_with_every_step_of_every_ladder(ladder):
    values = [amount(rgb) for rgb in ladder.climb(photograph(0.15, 0.85))]
    assert all(later > earlier for earlier, later in pairwise(values))


def test_it_follows_no_brightness_where_contrast_is_drawn_apart_from_it():
    draw = generator(5, "amount", "brightness")
    spans, means = draw.uniform(8, 35, 24), draw.uniform(45, 62, 24)
    values = [
        amount(of_lightness(codes(m - s, m + s, (48, 64))))
        for s, m in zip(spans, means, strict=True)
    ]
    assert np.corrcoef(values, spans)[0, 1] > 0.999
    assert abs(np.corrcoef(values, means)[0, 1] - np.corrcoef(spans, means)[0, 1]) < 0.02


def test_the_histogram_of_a_file_gives_what_every_pixel_gives():
    exact = photograph(0.02, 0.97)
    assert amount(exact.astype(np.float32)) == pytest.approx(amount(exact), abs=0.01)
