"""Illuminants of files and workspaces: estimated, kept as columns, judged."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from contrast_engine.attributes import ATTRIBUTES
from contrast_engine.errors import CollectionError, NotEnoughData
from contrast_engine.illuminants.angles import angular_error
from contrast_engine.illuminants.casts import STRONG, cast_angle, cast_score
from contrast_engine.illuminants.estimators import ESTIMATORS
from contrast_engine.illuminants.planckian import light, rgb_of_uv_1976, uv_1976
from contrast_engine.images.colour import encode_srgb
from contrast_engine.steps import scan
from contrast_engine.steps.attributes import attribute_tables
from contrast_engine.steps.illuminants.estimate import (
    estimate_file,
    estimate_illuminants,
    table_of_estimates,
)
from contrast_engine.steps.illuminants.evaluate import judge_folder, judge_illuminants
from contrast_engine.store import Workspace
from tests.illuminants.files import codes_16, folder_of_scenes, scene, write_png

WARM = light(3500.0)


def photograph(path: Path, colour: np.ndarray, seed: int = 0) -> Path:
    grey = scene(seed).mean(axis=2, keepdims=True)
    coded = np.round(255 * encode_srgb(grey * colour / colour.max()))
    Image.fromarray(coded.astype(np.uint8)).save(path)
    return path


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    folder = tmp_path / "photos"
    folder.mkdir()
    for row in range(4):
        photograph(folder / f"{row}.png", WARM if row else np.ones(3), row)
    made = Workspace(tmp_path / "w.contrast")
    scan(made, [folder])
    return made


def test_a_photograph_gives_the_colour_of_its_light_and_its_temperature(tmp_path: Path) -> None:
    found = estimate_file(photograph(tmp_path / "a.png", WARM))
    assert angular_error(np.array([found.r, found.g, found.b]), WARM)[0] < 0.5
    assert found.cct == pytest.approx(3500, rel=0.02)
    assert found.duv == pytest.approx(0, abs=2e-3)
    assert not found.problem
    assert found.cast_angle == pytest.approx(cast_angle(WARM)[0], abs=0.5)


def test_raw_numbers_are_read_without_a_curve_and_have_no_temperature(tmp_path: Path) -> None:
    colour = np.array([0.5, 1.0, 0.6])
    path = write_png(tmp_path / "raw.png", codes_16(scene(1).mean(axis=2, keepdims=True) * colour))
    found = estimate_file(path, "grey-world", is_raw=True)
    assert angular_error(np.array([found.r, found.g, found.b]), colour)[0] < 0.05
    assert found.cct is None
    assert "matrix" in found.reason


def test_a_file_that_cannot_be_read_is_a_row_with_its_reason(tmp_path: Path) -> None:
    found = estimate_file(tmp_path / "lost.png")
    assert found.problem
    assert found.r is None
    assert "does not exist" in found.reason


def test_every_image_of_a_workspace_gets_columns_beside_its_features(workspace: Workspace) -> None:
    key = estimate_illuminants(workspace)
    tables = attribute_tables(workspace)
    assert set(tables) <= set(ATTRIBUTES)
    assert {"cast_angle", "illuminant_cct", "illuminant_duv", "illuminant_u"} <= set(tables)
    assert tables["cast_angle"] == key
    found = {Path(one.path).name: one for one in table_of_estimates(workspace, key)}
    assert list(found) == ["0.png", "1.png", "2.png", "3.png"]
    assert found["0.png"].cast_angle == pytest.approx(0, abs=0.5)
    assert found["2.png"].cct == pytest.approx(3500, rel=0.03)
    whole = estimate_file(found["2.png"].path)
    assert found["2.png"].r == pytest.approx(whole.r, abs=0.01)
    assert estimate_illuminants(workspace) == key
    other = estimate_illuminants(workspace, "grey-world")
    assert other != key
    assert attribute_tables(workspace)["cast_angle"] == other
    assert estimate_illuminants(workspace) == key
    assert attribute_tables(workspace)["cast_angle"] == key  # what was asked for last


def test_an_empty_workspace_has_no_illuminants(tmp_path: Path) -> None:
    empty = Workspace(tmp_path / "e.contrast")
    for step in (estimate_illuminants, judge_illuminants):
        with pytest.raises(NotEnoughData, match="scan a folder"):
            step(empty)


def test_a_chromaticity_says_which_light_it_was() -> None:
    lights = np.stack([light(3000.0), light(6500.0), light(9000.0, 0.005)])
    assert angular_error(rgb_of_uv_1976(uv_1976(lights)), lights).max() < 1e-6


def test_a_strong_cast_scores_low_and_a_balanced_picture_does_not() -> None:
    scores = cast_score(cast_angle(np.stack([np.ones(3), WARM, np.array([1.0, 0, 0])])))
    assert scores[0] == 1
    assert scores[1] < STRONG
    assert scores[2] == pytest.approx(0, abs=1e-6)


def test_photographs_of_a_workspace_are_relit_and_the_report_says_synthetic(
    workspace: Workspace,
) -> None:
    key = judge_illuminants(workspace, seeds=1)
    found = workspace.manifest(key).details
    assert found["is_synthetic"]
    assert "synthetic" in found["note"]
    assert "synthetic" in found["verdict"]
    assert set(found["methods"]) == set(ESTIMATORS)
    assert "extra-trees" in found["left_out"]
    assert sorted(found["images"]) == sorted(workspace.images.ids)
    assert np.array(found["estimates"]["grey-edge"]).shape == (4, 3)
    assert judge_illuminants(workspace, seeds=1) == key
    with pytest.raises(CollectionError, match="name the table of true illuminants"):
        judge_illuminants(workspace, train="anything")


def test_images_of_a_workspace_are_judged_by_a_table_of_their_illuminants(tmp_path: Path) -> None:
    lights = np.random.default_rng(0).uniform(0.4, 1, (4, 3))
    folder = folder_of_scenes(tmp_path / "raw", lights)
    made = Workspace(tmp_path / "w.contrast")
    scan(made, [folder])
    found = made.manifest(judge_illuminants(made, str(folder / "gt.csv"), seeds=1)).details
    assert not found["is_synthetic"]
    paths = made.images.paths
    assert [Path(paths[image]).name for image in found["images"]] == found["files"]
    with pytest.raises(CollectionError, match=r"no table gone\.csv"):
        judge_illuminants(made, str(folder / "gone.csv"))
    elsewhere = folder_of_scenes(tmp_path / "other", lights[:3])
    beside = made.manifest(judge_illuminants(made, folder=str(elsewhere), seeds=1)).details
    assert (beside["n"], beside["is_synthetic"]) == (3, False), "a folder that was never scanned"
    assert beside["images"] == [None, None, None]


def test_pictures_that_are_judged_on_are_not_learnt_from(tmp_path: Path) -> None:
    lights = np.random.default_rng(0).uniform(0.4, 1, (5, 3))
    test = folder_of_scenes(tmp_path / "test", lights[:4])
    train = folder_of_scenes(tmp_path / "train", lights[[0, 2, 4, 1, 3]])
    shutil.copy(test / "0.png", train / "0.png")
    found = judge_folder(test, test / "gt.csv", train, methods={})
    assert found["n"] == 4
    assert found["also_in_train"] == 1
    assert found["n_train"] == 4
    assert found["methods"]["grey-world"]["mean"] < found["methods"]["grey-world"]["max"]
    with pytest.raises(NotEnoughData, match="one to judge on"):
        judge_folder(test, None, test, methods={})
