"""Pictures of known illuminant, from files to linear light."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from contrast_engine.errors import CollectionError, ImageError, NotEnoughData
from contrast_engine.illuminants.datasets import Entry, IlluminantSet, Problem, load
from contrast_engine.illuminants.datasets.entries import picture
from contrast_engine.illuminants.datasets.pixels import masked, raw_numbers
from tests.illuminants.files import codes_16, scene, write_png, write_tiff

LIGHT = (0.7, 0.6, 0.4)


def entry(path: Path, **more: object) -> Entry:
    return Entry(path.name, path, LIGHT, **more)  # type: ignore[arg-type]


def test_numbers_are_taken_as_linear_at_full_depth_and_in_the_order_of_colours(
    tmp_path: Path,
) -> None:
    codes = codes_16(scene(0))
    codes[0, 0] = (1, 258, 65535)
    for path in (write_png(tmp_path / "a.png", codes), write_tiff(tmp_path / "a.tif", codes)):
        assert (raw_numbers(path) == codes).all()


def test_png_and_tiff_of_8_and_16_bits_give_the_same_picture(tmp_path: Path) -> None:
    eight = np.round(scene(1) * 255).astype(np.uint8)
    deep = eight.astype(np.uint16) * 257
    files = [
        write_png(tmp_path / "8.png", eight),
        write_png(tmp_path / "16.png", deep),
        write_tiff(tmp_path / "8.tif", eight),
        write_tiff(tmp_path / "16.tif", deep),
        write_tiff(tmp_path / "float.tif", (eight / 255).astype(np.float32)),
    ]
    pictures = [picture(entry(path), 8) for path in files]
    for light, valid in pictures[1:]:
        assert light == pytest.approx(pictures[0][0], abs=1e-6)
        assert (valid == pictures[0][1]).all()
    assert pictures[0][0] == pytest.approx(eight[::4, ::4] / 255, abs=1e-6)  # no curve, block means


def test_the_black_level_is_taken_off_and_white_is_one(tmp_path: Path) -> None:
    light = scene(2)
    path = write_png(tmp_path / "a.png", codes_16(light, 2048, 15000))
    made, valid = picture(entry(path, black=2048.0, white=15000.0), 8)
    assert made == pytest.approx(light[::4, ::4], abs=1e-3)
    assert valid.all()
    with pytest.raises(ImageError, match="white must be above black"):
        picture(entry(path, black=2048.0, white=100.0), 8)


def test_saturated_and_black_pixels_are_not_looked_at(tmp_path: Path) -> None:
    light = scene(3)
    light[:4, :4, 1] = 1.0  # one channel is enough
    light[4:8, :4] = 0.0
    made, valid = picture(entry(write_png(tmp_path / "a.png", codes_16(light))), 8)
    assert not valid[0, 0]
    assert not valid[1, 0]
    assert valid.sum() == 62
    assert made[0, 0, 1] == pytest.approx(1)  # still there to be seen


def test_half_a_saturated_cell_counts_by_its_other_half(tmp_path: Path) -> None:
    light = np.full((32, 32, 3), 0.2)
    light[:4, :2] = 1.0
    made, valid = picture(entry(write_png(tmp_path / "a.png", codes_16(light))), 8)
    assert valid[0, 0]
    assert made[0, 0] == pytest.approx([0.2, 0.2, 0.2], abs=1e-4)


def test_a_masked_area_is_black_and_leaves_its_neighbours_alone(tmp_path: Path) -> None:
    light = np.full((32, 32, 3), 0.2)
    light[8:17, 8:17] = (0.9, 0.1, 0.5)
    rectangle = ((8.0, 8.0), (17.0, 8.0), (17.0, 17.0), (8.0, 17.0))
    made, valid = picture(
        entry(write_png(tmp_path / "a.png", codes_16(light)), masks=(rectangle,)), 8
    )
    assert not valid[2:4, 2:4].any()
    assert made[2:4, 2:4].max() == 0
    assert valid.sum() == 60
    assert made[valid] == pytest.approx(0.2, abs=1e-4)


def test_a_rectangle_covers_the_pixels_it_names_and_a_triangle_half_of_them() -> None:
    square = masked((10, 10), [((2, 3), (6, 3), (6, 8), (2, 8))])
    assert square.sum() == 4 * 5
    assert square[3:8, 2:6].all()
    triangle = masked((100, 100), [((0, 0), (100, 0), (0, 100))])
    assert triangle.mean() == pytest.approx(0.5, abs=0.02)
    assert masked((10, 10), [((0, 0), (0.5, 0), (0.5, 1), (0, 1))], (10, 10)).sum() == 50
    assert not masked((4, 4), []).any()
    assert masked((4, 4), [((-9, -9), (99, -9), (99, 99), (-9, 99))]).all()


def test_a_picture_masked_all_over_is_refused(tmp_path: Path) -> None:
    path = write_png(tmp_path / "a.png", codes_16(scene(4)))
    everything = ((0.0, 0.0), (32.0, 0.0), (32.0, 32.0), (0.0, 32.0))
    with pytest.raises(ImageError, match="neither masked, black nor saturated"):
        picture(entry(path, masks=(everything,)), 8)


def test_pictures_of_any_shape_become_squares(tmp_path: Path) -> None:
    for shape in ((5, 40), (40, 5), (3, 3), (1, 1)):
        codes = np.full((*shape, 3), 9000, np.uint16)
        made, valid = picture(entry(write_png(tmp_path / "a.png", codes)), 8)
        assert made.shape == (8, 8, 3)
        assert made == pytest.approx(9000 / 65535)
        assert valid.all()


def test_what_is_not_linear_or_has_no_colours_is_refused(tmp_path: Path) -> None:
    Image.new("RGB", (8, 8), (90, 80, 70)).save(tmp_path / "a.jpg")
    with pytest.raises(ImageError, match="JPEG, which is not linear"):
        raw_numbers(tmp_path / "a.jpg")
    Image.new("L", (8, 8), 90).save(tmp_path / "grey.png")
    with pytest.raises(ImageError, match="1 channel"):
        raw_numbers(tmp_path / "grey.png")


def test_files_that_fail_are_listed_and_the_rest_goes_on(tmp_path: Path) -> None:
    good = entry(write_png(tmp_path / "a.png", codes_16(scene(5))), camera="one")
    lost = entry(tmp_path / "lost.png")
    found = load([good, lost, Problem("c.png", "row 4: said before")], size=8, title="mine")
    assert found.files == ("a.png",)
    assert found.cameras == ("one",)
    assert [one.file for one in found.problems] == ["lost.png", "c.png"]
    assert "does not exist" in found.problems[0].reason
    assert found.truths[0] == pytest.approx(np.array(LIGHT) / np.linalg.norm(LIGHT))
    with pytest.raises(
        CollectionError, match=r"no image of mine can be used; the first: lost\.png"
    ):
        load([lost], title="mine")
    with pytest.raises(CollectionError, match="names no image"):
        load([])


def a_set(cameras: list[str], scenes: tuple[str, ...] = ()) -> IlluminantSet:
    n = len(cameras)
    return IlluminantSet(
        np.zeros((n, 2, 2, 3), np.float32), np.ones((n, 2, 2), bool), np.ones((n, 3)),
        tuple(map(str, range(n))), tuple(cameras), scenes,
    )  # fmt: skip


def test_folds_are_blocks_within_each_camera() -> None:
    folds = a_set(["a"] * 9 + ["b"] * 6).folds(3)
    assert folds[:9].tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert [sorted(folds[9:].tolist()).count(fold) for fold in range(3)] == [2, 2, 2]
    assert set(a_set(["a", "b", "c", "d"]).folds(3).tolist()) == {0, 1, 2}
    with pytest.raises(NotEnoughData, match="3 folds"):
        a_set(["a", "a"]).folds(3)


def test_no_scene_is_in_two_folds() -> None:
    scenes = tuple("xyz"[row % 3] for row in range(12))
    folds = a_set(["a"] * 12, scenes).folds(3)
    assert all(
        len({int(f) for f, s in zip(folds, scenes, strict=True) if s == x}) == 1 for x in "xyz"
    )


def test_some_of_a_set_by_number_and_by_mask() -> None:
    whole = a_set(["a", "b", "c"], ("x", "y", "z"))
    assert whole.take([2, 0]).files == ("2", "0")
    assert whole.take(np.array([True, False, True])).scenes == ("x", "z")
    assert len(whole.take([])) == 0
