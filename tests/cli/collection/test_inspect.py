from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from contrast_engine.features import core_names, features
from tests.cli.conftest import Contrast


def test_inspect_keeps_the_contract_and_agrees_with_the_workspace(
    contrast: Contrast, photos: Path, workspace: Path
) -> None:
    from contrast_engine import Workspace

    file = sorted(photos.glob("*.jpg"))[3]
    found = contrast("inspect", file, "--json").json
    assert found["path"] == str(file)
    assert found["width"] > 0
    assert found["height"] > 0
    assert tuple(found["features"])[:20] == core_names()
    assert set(found["features"]) == set(features)
    opened = Workspace.open(workspace)
    assert opened.load(opened.current("features")).row(found["id"]) == found["features"]
    people = contrast("inspect", file).out
    assert "c_rms" in people
    assert file.name in people


def test_inspecting_no_image_is_exit_one(contrast: Contrast, tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("words")
    for path in (text, tmp_path / "none.jpg"):
        said = contrast("inspect", path, "--json")
        assert (said.code, said.out) == (1, "")
        assert len(said.err.splitlines()) == 1


def test_a_folder_of_odd_files_is_one_line_a_file(contrast: Contrast, tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (24, 32, 3), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a.jpg")
    cv2.imwrite(str(tmp_path / "b.png"), pixels.astype(np.uint16) * 257)
    (tmp_path / "c.txt").write_text("words")
    said = contrast("inspect", tmp_path)
    first, second, third = said.out.splitlines()
    assert said.code == 0
    assert first.endswith(
        "a.jpg: 32 x 24, JPEG: 8 bits, RGB, sRGB (assumed), sRGB curve (read by libjpeg-turbo)"
    )
    assert "b.png: 32 x 24, PNG: 16 bits, RGB" in second
    assert second.endswith("; 16-bit")
    assert third.endswith("c.txt: not read: c.txt is not an image: it holds text")
    files = contrast("inspect", tmp_path, "--json").json["files"]
    assert files[1]["how"] == {
        "library": "libpng", "depth": "16 bits", "layout": "RGB", "profile": "sRGB (assumed)",
        "transfer": "sRGB curve", "white": "",
    }  # fmt: skip
    assert set(files[2]) == {"path", "problem"}
    assert contrast("inspect", tmp_path / "c.txt", tmp_path / "d.txt").code == 1


def test_one_file_says_how_it_was_read_above_its_features(contrast: Contrast, photos: Path) -> None:
    file = min(photos.glob("*.jpg"))
    said = contrast("inspect", file).out
    assert "\n  read as: 8 bits, RGB, sRGB" in said


@pytest.mark.parametrize(
    ("option", "value", "hint"),
    [
        ("--white", "0", "a value above 0"),
        ("--white", "P101", "from P0 to P100"),
        ("--white", "bright", "as in P99.5; got 'bright'"),
        ("--white", "nan", "a value above 0"),
        ("--window", "40", "CENTRE:WIDTH"),
        ("--window", "40:0", "the width above 0"),
        ("--window", "a:b", "as in 40:400"),
        ("--max-pixels", "0", "a number of megapixels"),
        ("--max-pixels", "many", "300 lets files of 300 million pixels be decoded"),
    ],
)
def test_a_reading_option_that_does_not_fit_is_wrong_usage(
    contrast: Contrast, tmp_path: Path, option: str, value: str, hint: str
) -> None:
    said = contrast("inspect", tmp_path / "a.jpg", option, value)
    assert (said.code, said.out) == (2, "")
    assert hint in said.err
    assert contrast("gather", tmp_path / "w", tmp_path, option, value).code == 2
    assert not (tmp_path / "w").exists(), "nothing is made where the options are wrong"
