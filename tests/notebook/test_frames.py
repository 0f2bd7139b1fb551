"""Tables of pandas: the exported table as it is, and features of images without a workspace."""

import io
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from contrast_engine import (
    ImageArray,
    LinearImage,
    OptionError,
    UnknownName,
    Workspace,
    measure,
    measure_image,
    read_image,
    steps,
)
from contrast_engine.features import feature_names
from tests.test_extras import without

CODES = np.random.default_rng(1).integers(0, 256, (24, 32, 3), dtype=np.uint8)


@pytest.mark.parametrize("with_issues", [False, True])
def test_the_frame_is_the_exported_table_cell_by_cell(whole: Workspace, with_issues: bool) -> None:
    frame, table = whole.to_frame(with_issues=with_issues), steps.table(
        whole, with_issues=with_issues
    )  # fmt: skip
    assert ("id", *frame.columns) == table.columns
    assert frame.index.name == "id"
    for row, (image, cells) in zip(table.rows, frame.iterrows(), strict=True):
        assert image == row[0]
        for cell, value in zip(row[1:], cells, strict=True):
            assert pd.isna(value) if cell is None else cell == value and type(cell)(value) == cell
    kinds = frame.dtypes.astype(str)
    assert kinds["c_rms"] == kinds["probability"] == kinds["map_x"] == "float64"
    assert (kinds["cluster"], kinds["abstains"]) == ("Int64", "boolean")
    assert frame.loc[whole.find(frame.path.iloc[3]), "c_rms"] == frame.c_rms.iloc[3]


def test_the_frame_and_the_exported_file_hold_the_same(whole: Workspace, tmp_path: Path) -> None:
    steps.export(whole, tmp_path / "t.parquet")
    exported = pd.read_parquet(tmp_path / "t.parquet").set_index("id")
    frame = whole.to_frame()
    assert [*exported.columns] == [*frame.columns]
    pd.testing.assert_frame_equal(exported, frame, check_dtype=False)


def test_an_empty_workspace_gives_an_empty_frame_with_every_column(tmp_path: Path) -> None:
    frame = Workspace(tmp_path / "w.contrast").to_frame()
    assert len(frame) == 0
    assert {"path", "c_rms", "cluster", "label", "map_x"} <= {*frame.columns}


def test_ids_out_of_a_frame_are_ids(whole: Workspace, tmp_path: Path) -> None:
    frame = whole.to_frame()
    dim = frame.index[frame.c_rms < frame.c_rms.median()]
    assert steps.explain_selection(whole, dim).sentence
    other = Workspace(tmp_path / "w.contrast")
    saved = other.selections.save("dim", dim)
    assert [*other.selections.images(saved.key)] == sorted(dim)
    other.labels.add(dim, "low")
    assert {*other.labels.current()} == {*dim}


def test_images_of_every_kind_are_measured_alike(tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    Image.fromarray(CODES).save(file)
    image = read_image(file)
    given = [file, str(file), file.read_bytes(), Image.open(file), ImageArray(CODES, "srgb", "b"),
             image, CODES, ("c", image)]  # fmt: skip
    frame = measure(given, space="srgb")
    assert [*frame.index] == [
        str(file), str(file), "image 3", str(file), "b", "image 6", "image 7", "c",
    ]  # fmt: skip
    assert [*frame.columns] == [*feature_names()]
    assert np.allclose(frame.to_numpy(), [*measure_image(image).values()], rtol=1e-5, atol=1e-6)
    assert [*measure([image], features=["gcf", "c_rms"]).columns] == ["gcf", "c_rms"]


def test_a_picture_larger_than_the_others_are_measured_at_is_made_smaller() -> None:
    scene = np.random.default_rng(2).random((60, 90, 3))
    large = measure([LinearImage(scene)], size=45)
    assert np.allclose(
        large.to_numpy(), measure([scene], size=45, space="linear").to_numpy(), rtol=1e-5
    )


def test_one_bad_image_is_a_row_with_its_problem_and_stops_nothing(tmp_path: Path) -> None:
    frame = measure([tmp_path / "gone.jpg", Image.fromarray(CODES)])
    assert "is not there" in frame.problem.iloc[0]
    assert pd.isna(frame.problem.iloc[1])
    assert frame.drop(columns="problem").isna().all(axis=1).tolist() == [True, False]
    assert frame.c_rms.dtype == float


def test_measuring_nothing_gives_every_column_and_no_row() -> None:
    assert measure([]).shape == (0, len(feature_names()))


@pytest.mark.parametrize("one", ["a.jpg", Path("a.jpg"), b"bytes", CODES, read_image])
def test_one_image_where_several_are_meant_is_refused(one: object) -> None:
    with pytest.raises(OptionError, match="a list of images is needed"):
        measure(one)  # type: ignore[arg-type]


def test_one_name_or_an_unknown_one_of_a_feature_is_refused() -> None:
    with pytest.raises(OptionError, match=r"features needs a list, .* \['c_rms'\]"):
        measure([CODES], features="c_rms", space="srgb")
    with pytest.raises(UnknownName, match="c_rmss"):
        measure([CODES], features=["c_rmss"], space="srgb")


@pytest.mark.slow
def test_without_pandas_everything_else_works_and_the_extra_is_named(tmp_path: Path) -> None:
    code = """
from contrast_engine import Workspace, read_image
workspace = Workspace(sys.argv[1])
print(workspace)
workspace.to_frame()
"""
    done = without(["pandas"], code, str(tmp_path / "w.contrast"))
    assert "Workspace(" in done.stdout
    assert re.search(r"pandas.*pip install 'contrast-engine\[notebook\]'", done.stderr)


def test_pandas_stays_out_until_a_table_is_asked_for() -> None:
    code = "from contrast_engine import Workspace, measure, steps; print('pandas' in sys.modules)"
    done = without(["torch"], code)
    assert done.stdout.strip() == "False", done.stderr


def test_buffers_are_no_images() -> None:
    with pytest.raises(OptionError, match="an image is a path"):
        measure([io.BytesIO(b"x")])  # type: ignore[list-item]
