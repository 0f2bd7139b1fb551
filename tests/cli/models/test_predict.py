import csv
import shutil
from pathlib import Path

import pyarrow.parquet
import pytest

from contrast_engine.features import core_names, features
from contrast_engine.images import ReadingOptions
from contrast_engine.predict import Predictor
from contrast_engine.store import Workspace
from tests.cli.conftest import Contrast


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
    assert set(columns[2:-8]) == set(features)
    said_and_seen = ["cluster", "label", "predicted_label", "probability", "abstains"]
    assert columns[-8:] == [*said_and_seen, "map_x", "map_y", "notes"]
    assert len(rows) == 30
    same = next(row for row in rows if row["path"] == str(known))
    assert same["predicted_label"] == good["label"], "the same picture through both doors"
    assert float(same["probability"]) == pytest.approx(good["probability"])
    assert int(same["cluster"]) == good["cluster"]

    contrast("export", labelled, tmp_path / "out.parquet")
    parquet = pyarrow.parquet.read_table(tmp_path / "out.parquet")
    assert parquet.column_names == columns
    assert parquet.num_rows == 30
