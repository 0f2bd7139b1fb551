import csv
import dataclasses
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet
import pytest

from contrast_engine.features import core_names, features
from contrast_engine.images import ReadingOptions
from contrast_engine.monitor import MonitorLog
from contrast_engine.predict import Predictor, write_model
from contrast_engine.store import Workspace
from tests.cli.conftest import Contrast
from tests.predict.conftest import MakeModel, make_model

__all__ = ["make_model"]


@pytest.mark.slow
def test_predict_and_export_keep_the_contract(
    contrast: Contrast, labelled: Path, photos: Path, tmp_path: Path
) -> None:
    contrast("measure", labelled, "--white", "P90")
    contrast("pseudo-label", labelled, "--order", "low,medium,high")
    contrast("measure", labelled, "--white", "P99.5", "--max-pixels", "200")
    learnt = Predictor(Workspace.open(labelled)).options
    assert learnt == ReadingOptions("P90", "", 200_000_000), "as it learnt, as large as allowed now"
    known = sorted(photos.glob("*.jpg"))[4]
    copy = Path(shutil.copy(known, tmp_path / "new.jpg"))
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"\xff\xd8")
    said = contrast("predict", labelled, copy, broken, "--json")
    assert said.code == 0
    good, bad = said.json["predictions"]
    assert good["path"] == str(copy)
    assert good["label"] in {"low", "medium", "high"}
    assert 1 / 3 <= good["probability"] <= 1
    assert good["abstains"] in {True, False}
    assert good["cluster"] in {0, 1, 2}
    assert bad["problem"]
    assert contrast("predict", labelled, broken).code == 1

    table = tmp_path / "out.csv"
    assert contrast("export", labelled, table, "--json").json["rows"] == 30
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    columns = list(rows[0])
    assert columns[:2] == ["id", "path"]
    assert tuple(columns[2:22]) == core_names()
    assert set(columns[2:-9]) == set(features)
    said_and_seen = ["cluster", "label", "predicted_label", "probability", "abstains"]
    assert columns[-9:] == [*said_and_seen, "map_x", "map_y", "notes", "veil"]
    assert len(rows) == 30
    same = next(row for row in rows if row["path"] == str(known))
    assert same["predicted_label"] == good["label"], "the same picture through both doors"
    assert float(same["probability"]) == pytest.approx(good["probability"])
    assert int(same["cluster"]) == good["cluster"]

    contrast("export", labelled, tmp_path / "out.parquet")
    parquet = pyarrow.parquet.read_table(tmp_path / "out.parquet")
    assert parquet.column_names == columns
    assert parquet.num_rows == 30


@pytest.fixture
def model(make_model: MakeModel, tmp_path: Path) -> Path:
    file = tmp_path / "model.contrast"
    write_model(make_model(), file)
    return file


def test_many_files_are_scored_into_a_table_by_a_model_file(
    contrast: Contrast, model: Path, photographs: Callable[..., list[Path]], tmp_path: Path
) -> None:
    folder, out = tmp_path / "new", tmp_path / "scores.csv"
    photographs(folder, 4, side=16)
    photographs(folder / "deep", 3, seed=2, side=16)
    (folder / "broken.jpg").write_bytes(b"words")
    said = contrast("predict", "--model", model, folder, "--out", out, "--json")
    assert said.code == 0
    document = said.json
    assert (document["rows"], document["computed"], document["problems"]) == (8, 8, 1)
    assert document["model"] == "b" * 16
    assert document["tier"] == "full"
    assert document["showing"] == "8 of 8"
    assert document["images_per_second"] > 0
    first = document["predictions"][0]
    assert set(first) >= {
        "path", "id", "label", "probability", "probabilities", "abstains", "cluster", "problem"
    }  # fmt: skip
    assert sum(one["problem"] is not None for one in document["predictions"]) == 1
    assert MonitorLog(tmp_path / "model.contrast.log").images() == 7
    again = contrast("predict", "--model", model, folder, "--out", out, "--fail-on-problems")
    assert again.code == 1, "a file was not scored"
    assert "8 rows written" in again.out
    assert "8 of them kept" in again.out
    refused = contrast("predict", "--model", model, folder, "--out", out, "--white", "P50")
    assert refused.code == 1
    assert "--overwrite" in refused.err
    assert len(refused.err.splitlines()) == 1
    unknown = contrast("predict", "--model", model, folder, "--tier", "fast")
    assert unknown.code == 1
    assert "no tier 'fast'" in unknown.err


def test_without_a_table_the_first_of_many_are_printed_with_counts(
    contrast: Contrast, model: Path, photographs: Callable[..., list[Path]], tmp_path: Path
) -> None:
    photographs(tmp_path / "new", 23, side=16)
    log = tmp_path / "kept"
    said = contrast("predict", model, tmp_path / "new", "--log", log)
    assert said.code == 0
    assert "20 of 23" in said.out
    assert said.out.count(".jpg") == 20
    assert MonitorLog(log).images() == 23
    every = contrast("predict", model, tmp_path / "new", "--no-log", "--json").json
    assert len(every["predictions"]) == 23
    assert not (tmp_path / "model.contrast.log").exists()


def test_the_promise_of_the_full_tier_is_not_passed_off_as_that_of_another(
    contrast: Contrast,
    make_model: MakeModel,
    photographs: Callable[..., list[Path]],
    tmp_path: Path,
) -> None:
    made = make_model()
    fast = dataclasses.replace(made.tiers["full"], name="fast", size=16)
    write_model(dataclasses.replace(made, tiers={**made.tiers, "fast": fast}), tmp_path / "m")
    (photo,) = photographs(tmp_path / "new", 1, side=16)
    said = contrast("predict", "--model", tmp_path / "m", photo, "--tier", "fast", "--no-log")
    assert said.code == 0
    assert "Of the tier full: " in said.out
    full = contrast("predict", "--model", tmp_path / "m", photo, "--no-log").out
    assert "Of the tier full" not in full


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (["MODEL"], 2, "missing: the images"),
        (["--model", "MODEL", "gone.jpg"], 1, "no file or folder"),
        (["--model", "MODEL", "empty"], 1, "no images"),
        (["--model", "empty", "gone.jpg"], 1, "empty"),
        (["--model", "MODEL", "gone.jpg", "--overwrite"], 2, "--out"),
        (["--model", "MODEL", "gone.jpg", "--tier", "best"], 2, "cannot be 'best'"),
        (["--model", "MODEL", "gone.jpg", "--out", "a.xls"], 1, "must end in"),
    ],
)
def test_what_cannot_be_scored_is_said_with_the_right_exit_code(
    words: list[str], code: int, why: str, contrast: Contrast, model: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    meant = [str(tmp_path / w) if w in {"empty", "a.xls"} else w for w in words]
    said = contrast("predict", *[str(model) if word == "MODEL" else word for word in meant])
    assert said.code == code
    assert why in said.err + said.out
