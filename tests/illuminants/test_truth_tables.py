"""Folders with a table of illuminants, and the layouts of public sets."""

from pathlib import Path

import numpy as np
import pytest

from contrast_engine.errors import CollectionError
from contrast_engine.illuminants.angles import angular_error
from contrast_engine.steps.illuminants.truth_tables import open_illuminants
from tests.illuminants.files import codes_16, scene, write_png


def a_folder(home: Path, text: str, names: tuple[str, ...] = ("a.png", "b.png")) -> Path:
    for row, name in enumerate(names):
        write_png(home / name, codes_16(scene(row)))
    (home / "gt.csv").write_text(text, encoding="utf-8")
    return home


@pytest.mark.parametrize(
    "text",
    [
        "file,r,g,b\na.png,0.5,0.7,0.4\nb.png,5,7,4\n",
        "\ufeffPath,R,G,B\na.png,0.5,0.7,0.4\n\nb.png,5,7,4\n",
        "image;mean_r;mean_g;mean_b\na.png;0,5;0,7;0,4\nb.png;5;7;4\n",
        "file\tr\tg\tb\tcamera\na.png\t.5\t.7\t.4\tx\nb.png\t5\t7\t4\ty\n",
    ],
)
def test_tables_are_read_however_they_are_written(tmp_path: Path, text: str) -> None:
    found = open_illuminants(a_folder(tmp_path, text), size=8)
    assert found.files == ("a.png", "b.png")
    assert angular_error(found.truths, np.array([5, 7, 4])).max() < 1e-5
    assert found.problems == ()
    assert not found.is_synthetic


def test_masks_levels_cameras_and_scenes_are_read_from_their_columns(tmp_path: Path) -> None:
    text = (
        "file,r,g,b,x,y,w,h,polygon,black_level,white_level,camera,scene\n"
        "a.png,1,1,1,8,8,8,4,,,,one,hall\n"
        'b.png,1,1,1,,,,,"[(0, 0), (16, 0), (16, 16), (0, 16)]",100,60000,two,\n'
    )
    found = open_illuminants(a_folder(tmp_path, text), size=8)
    assert found.problems == ()
    assert np.argwhere(~found.valid[0]).tolist() == [[2, 2], [2, 3]]
    assert (~found.valid[1]).sum() == 16
    assert not found.valid[1, :4, :4].any()
    light = (codes_16(scene(1))[-1, -1] - 100.0) / (60000 - 100)
    assert found.images[1, -1, -1] == pytest.approx(light, abs=1e-5)
    assert found.cameras == ("one", "two")
    assert found.scenes == ("hall", "file b.png")


def test_rows_that_cannot_be_used_are_listed_with_a_plain_reason(tmp_path: Path) -> None:
    text = (
        "file,r,g,b,x,y,w,h,polygon\n"
        "a.png,1,1,1,,,,,\n"
        ",1,1,1,,,,,\n"
        "b.png,1,zero,1,,,,,\n"
        "b.png,1,0,1,,,,,\n"
        "b.png,1,1,1,3,4,,,\n"
        "b.png,1,1,1,3,4,-5,6,\n"
        "b.png,1,1,1,,,,,1 2 3\n"
        "lost.png,1,1,1,,,,,\n"
    )
    found = open_illuminants(a_folder(tmp_path, text), size=8)
    assert found.files == ("a.png",)
    reasons = [one.reason for one in found.problems]
    for row, words in enumerate(
        ["names no file", "g is no number: 'zero'", "above 0", "needs x, y, w and h",
         "sides of 0 or more", "three corners", "lost.png does not exist"]
    ):  # fmt: skip
        assert words in reasons[row]
    assert reasons[1].startswith("row 4 of gt.csv")


def test_the_table_is_found_if_it_is_the_only_one_with_colours(tmp_path: Path) -> None:
    home = a_folder(tmp_path, "file,r,g,b\na.png,1,1,1\n")
    (home / "gt.csv").rename(home / "lights.csv")
    (home / "notes.csv").write_text("file,remark\na.png,fine\n")
    assert len(open_illuminants(home, size=8)) == 1
    (home / "more.csv").write_text("file,r,g,b\na.png,1,1,1\n")
    with pytest.raises(CollectionError, match="several tables"):
        open_illuminants(home)
    assert len(open_illuminants(home, home / "more.csv", size=8)) == 1
    (home / "illuminants.csv").write_text("file,r,g,b\na.png,1,1,1\nb.png,1,1,1\n")
    assert len(open_illuminants(home, size=8)) == 2


def test_files_are_looked_for_in_the_folder_and_then_beside_the_table(tmp_path: Path) -> None:
    home = a_folder(tmp_path / "home", "file,r,g,b\na.png,1,1,1\nc.png,1,1,1\n")
    write_png(tmp_path / "elsewhere" / "c.png", codes_16(scene(7)))
    (home / "gt.csv").rename(tmp_path / "elsewhere" / "gt.csv")
    found = open_illuminants(home, tmp_path / "elsewhere" / "gt.csv", size=8)
    assert found.files == ("a.png", "c.png")
    assert found.images[1] == pytest.approx(scene(7)[::4, ::4], abs=1e-4)


def test_a_folder_without_a_table_or_colours_is_answered(tmp_path: Path) -> None:
    with pytest.raises(CollectionError, match="no table of illuminants"):
        open_illuminants(tmp_path)
    (tmp_path / "gt.csv").write_text("file,r,g\na.png,1,1\n")
    with pytest.raises(CollectionError, match="b missing of its columns: file, r, g"):
        open_illuminants(tmp_path)
    with pytest.raises(CollectionError, match="is no folder"):
        open_illuminants(tmp_path / "nowhere")


def test_simple_cube_is_read_in_its_own_layout(tmp_path: Path) -> None:
    light = np.kron(np.full((1, 1, 3), 0.3), np.ones((54, 81, 1)))
    light[0, 0] = 1.0  # white is the highest number of the file
    light[23:, 60:] = (0.9, 0.1, 0.1)  # the calibration object, 250 of 432 rows, 175 of 648 columns
    write_png(tmp_path / "PNG" / "00_0001.png", codes_16(light, 2048, 14000))
    (tmp_path / "gt.csv").write_text("image,mean_r,mean_g,mean_b\n00_0001,0.2,0.5,0.3\n")
    found = open_illuminants(tmp_path, size=27)
    assert found.files == ("00_0001",)
    assert found.images[0][found.valid[0]] == pytest.approx(0.3, abs=2e-3)
    hidden = ~found.valid[0]
    assert hidden[13:, 21:].all()
    assert hidden.mean() == pytest.approx(175 / 648 * 250 / 432, abs=0.03)


def gehler_folder(home: Path, names: tuple[str, ...]) -> Path:
    for row, name in enumerate(names):
        black = 129 if name.startswith("IMG") else 0
        write_png(home / "png" / f"{name}.png", codes_16(scene(row), black, 4095))
        # a chart in the upper left quarter; corners are listed row by row
        text = "64.0 64.0\n0 0\n32 0\n0 32\n32 32\n5 5\n"
        (home / "coordinates").mkdir(exist_ok=True)
        (home / "coordinates" / f"{name}_macbeth.txt").write_text(text)
    return home


def test_gehler_shi_is_read_in_its_own_layout(tmp_path: Path) -> None:
    from scipy.io import savemat

    home = gehler_folder(tmp_path, ("IMG_0290", "8D5U5524"))
    savemat(home / "real_illum_568..mat", {"real_rgb": np.array([[1, 2, 3], [3, 2, 1.0]])})
    found = open_illuminants(home, size=8)
    assert found.files == ("8D5U5524.png", "IMG_0290.png")  # illuminants are in this order
    assert found.cameras == ("canon_1d", "canon_5d")
    assert angular_error(found.truths, np.array([[1, 2, 3], [3, 2, 1]])).max() < 1e-5
    for row, of in enumerate((1, 0)):
        assert not found.valid[row, :4, :4].any()
        assert found.images[row, 4:] == pytest.approx(scene(of)[16::4, ::4], abs=5e-4)


def test_gehler_shi_without_a_chart_or_with_too_few_pictures_is_answered(tmp_path: Path) -> None:
    home = gehler_folder(tmp_path, ("IMG_0290", "IMG_0291", "IMG_0292"))
    np.savetxt(home / "real_illum.txt", np.ones((3, 3)))
    (home / "coordinates" / "IMG_0290_macbeth.txt").unlink()
    (home / "coordinates" / "IMG_0291_macbeth.txt").write_text("none")
    found = open_illuminants(home, size=8)
    assert found.files == ("IMG_0292.png",)
    assert "mask its chart" in found.problems[0].reason
    assert "four corners" in found.problems[1].reason
    np.savetxt(home / "real_illum.txt", np.ones((4, 3)))
    with pytest.raises(CollectionError, match=r"3 PNG files and real_illum\.txt 4 illuminants"):
        open_illuminants(home)
    (home / "real_illum.txt").write_text("not numbers")
    with pytest.raises(CollectionError, match="save three columns"):
        open_illuminants(home)
