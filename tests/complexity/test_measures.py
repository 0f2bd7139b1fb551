"""Measures of complexity: values known by hand, what leaves them alone, and which way they go."""

import io
from collections import Counter

import numpy as np
import pytest
from PIL import Image

from contrast_engine.complexity.clutter import congestion, subband_entropy, unit_entropy
from contrast_engine.complexity.label_free import MANY, PARTS, parts_score
from contrast_engine.complexity.measures import measure_complexity
from contrast_engine.complexity.picture import SizedPicture, sized
from contrast_engine.complexity.regions import (
    entropy,
    even_regions,
    region_shares,
    shifted_regions,
)
from contrast_engine.complexity.texture import (
    coded_bytes,
    colour_measures,
    corner_measures,
    detail_measures,
    edge_measures,
    patch_measures,
)
from contrast_engine.images import LinearImage, read_image
from contrast_engine.images.colour import decode_srgb


def picture(grey):
    """A grey picture of code values."""
    return SizedPicture(np.repeat(np.asarray(grey, np.uint8)[..., None], 3, axis=2))


def scene(side=64, seed=0):
    """A few soft blocks of colour with some grain, as linear light."""
    random = np.random.default_rng(seed)
    blocks = np.kron(random.random((8, 8, 3)), np.ones((side // 8, side // 8, 1)))
    return np.clip(0.8 * blocks + 0.1 * random.random((side, side, 3)), 0, 1)


def checkerboard(squares, side=64):
    rows = np.arange(side) * squares // side
    return 200 * ((rows[:, None] + rows[None]) % 2) + 20


FLAT = picture(np.full((64, 64), 128))


def test_a_flat_picture_has_one_region_and_no_edge_detail_or_clutter() -> None:
    for part in (edge_measures, congestion, subband_entropy, unit_entropy, detail_measures,
                 corner_measures, patch_measures):  # fmt: skip
        assert all(value == pytest.approx(0, abs=1e-6) for value in dict(part(FLAT)).values()), part
    assert dict(even_regions(FLAT))["regions"] == 1
    assert dict(shifted_regions(FLAT))["shift_8_regions"] == 1
    assert dict(colour_measures(FLAT)) == {"colours": 1, "colour_entropy": 0, "asymmetry": 0}


def test_entropy_of_four_equal_shares_is_two_bits() -> None:
    assert entropy(np.array([3, 3, 0, 3, 3])) == 2


def test_the_squares_of_a_checkerboard_are_regions_that_touch_only_at_corners() -> None:
    shares = region_shares(checkerboard(4, 32)[..., None].astype(float), 3.0)
    assert shares.tolist() == [1 / 16] * 16


def test_regions_are_those_that_a_search_from_pixel_to_pixel_finds() -> None:
    values = np.random.default_rng(3).integers(0, 4, (9, 7, 2)).astype(float)
    left, sizes = {(r, c) for r in range(9) for c in range(7)}, []
    while left:
        stack, size = [left.pop()], 0
        while stack:
            r, c = stack.pop()
            size += 1
            for place in ((r + 1, c), (r - 1, c), (r, c + 1), (r, c - 1)):
                if place in left and np.linalg.norm(values[place] - values[r, c]) < 1.5:
                    left.remove(place)
                    stack.append(place)
        sizes.append(size)
    found = np.round(region_shares(values, 1.5) * 63).astype(int)
    assert Counter(found.tolist()) == Counter(sizes)


def test_four_quarters_of_other_colours_are_four_colours_and_two_bits() -> None:
    codes = np.zeros((32, 32, 3), np.uint8)
    codes[:16, 16:], codes[16:, :16], codes[16:, 16:] = (255, 0, 0), (0, 255, 0), (0, 0, 255)
    found = dict(colour_measures(SizedPicture(codes)))
    assert found["colours"] == 4
    assert found["colour_entropy"] == pytest.approx(2)


def test_the_edge_of_a_step_is_one_column() -> None:
    step = np.zeros((64, 64))
    step[:, 32:] = 255
    found = dict(edge_measures(picture(step)))
    assert found["edge_density"] == pytest.approx(1 / 64, rel=0.05)
    assert found["edge_spread"] == 1 / 16


def test_patches_of_two_equal_tones_hold_one_bit() -> None:
    found = dict(patch_measures(picture(np.tile([0, 255], (32, 16)))))
    assert found["patch_entropy_8"] == found["patch_entropy_quartile_16"] == pytest.approx(1)
    assert found["patch_entropy_spread_8"] == pytest.approx(0)


def test_finer_checkerboards_are_more_complex_by_every_count() -> None:
    coarse, fine = picture(checkerboard(2)), picture(checkerboard(8))
    for part, name in ((even_regions, "regions"), (edge_measures, "edge_density"),
                       (coded_bytes, "jpeg_bytes"), (detail_measures, "colour_gradient"),
                       (subband_entropy, "subband_entropy"), (corner_measures, "cornerness"),
                       (congestion, "contrast_clutter")):  # fmt: skip
        assert dict(part(fine))[name] > dict(part(coarse))[name], name


def test_every_picture_is_brought_to_equally_many_pixels_and_keeps_its_proportions() -> None:
    for height, width in ((40, 160), (700, 350), (64, 64)):
        found = sized(LinearImage(np.full((height, width, 3), 0.5)), 128)
        assert found.pixels == pytest.approx(128**2, rel=0.02)
        assert np.divide(*found.codes.shape[:2]) == pytest.approx(height / width, rel=0.03)


@pytest.mark.slow
def test_a_file_of_twice_the_size_in_another_format_has_the_same_complexity(tmp_path) -> None:
    codes = np.random.default_rng(1).integers(0, 256, (256, 256, 3), dtype=np.uint8)
    small, large = io.BytesIO(), io.BytesIO()
    Image.fromarray(codes).save(small, "PNG", compress_level=1)
    Image.fromarray(codes.repeat(2, axis=0).repeat(2, axis=1)).save(large, "BMP")
    found = [measure_complexity(read_image(file.getvalue())) for file in (small, large)]
    assert found[0] == pytest.approx(found[1], rel=0.01, abs=1e-3)


@pytest.mark.slow
def test_mirroring_and_a_quarter_turn_hardly_matter() -> None:
    rgb = decode_srgb(scene())
    asked = measure_complexity(LinearImage(rgb))
    for turned in (rgb[:, ::-1], np.rot90(rgb)):
        found = measure_complexity(LinearImage(np.ascontiguousarray(turned)))
        for name in (*PARTS, "edge_density", "subband_entropy", "colour_clutter", "colours"):
            assert found[name] == pytest.approx(asked[name], rel=0.1, abs=6), name
        assert parts_score(found) == pytest.approx(parts_score(asked), abs=2)


@pytest.mark.slow
@pytest.mark.parametrize("shape", [(1, 1), (3, 40), (9, 7)])
def test_tiny_pictures_have_finite_measures(shape) -> None:
    rgb = np.random.default_rng(0).random((*shape, 3))
    found = measure_complexity(LinearImage(rgb))
    assert np.isfinite(list(found.values())).all()
    assert len(found) > 100


def test_the_label_free_score_is_the_logarithm_of_a_typical_count() -> None:
    assert parts_score(dict.fromkeys(PARTS, 0.0)) == 0
    assert parts_score(dict.fromkeys(PARTS, float(MANY))) == pytest.approx(100)
    assert parts_score(dict.fromkeys(PARTS, 1e6)) == 100
    one = dict.fromkeys(PARTS, 9.0)
    assert parts_score(one) == pytest.approx(100 * np.log(10) / np.log(1001))
    assert parts_score(one | {PARTS[0]: 10.0}) > parts_score(one)
