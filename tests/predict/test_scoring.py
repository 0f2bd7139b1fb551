"""Many files into one table: every one a row, none lost, doubled or made again."""

import csv
import dataclasses
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from contrast_engine.errors import CollectionError, OptionError, WorkspaceError
from contrast_engine.features import measure_image
from contrast_engine.images import LinearImage, read_image
from contrast_engine.monitor import MonitorLog
from contrast_engine.predict import (
    Prediction,
    Predictor,
    write_model,
)
from contrast_engine.predict.scoring import answer_files, score_file
from contrast_engine.predict.scoring.logged import log_of
from contrast_engine.predict.scoring.score_file import ScoreReport, score_files
from contrast_engine.store.scored_rows import ScoredRows
from tests.predict.conftest import MakeModel

Photographs = Callable[..., list[Path]]


class Counting(Predictor):
    """Counts how often each file is looked at, and may be stopped at one of them."""

    looked: Counter[str]
    stop_at: int | None = None

    def look(self, item: Any, **more: Any) -> tuple[Prediction, LinearImage | None]:
        if self.stop_at is not None and len(self.looked) >= self.stop_at:
            raise KeyboardInterrupt
        self.looked[str(item[0])] += 1
        return super().look(item, **more)


@pytest.fixture
def predictor(make_model: MakeModel) -> Counting:
    made = Counting(make_model())
    made.looked = Counter()
    return made


@pytest.fixture
def photos(photographs: Photographs, tmp_path: Path) -> Path:
    """Twelve photographs in two folders, one of them broken, and a file that is none."""
    folder = tmp_path / "photos"
    photographs(folder, 6, side=16)
    photographs(folder / '=deep, "er', 5, seed=1, side=16)
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff")
    (folder / "notes.txt").write_text("no image")
    return folder


def rows_of(file: Path) -> list[dict[str, Any]]:
    if file.suffix == ".parquet":
        return list(pq.read_table(file).to_pylist())
    if file.suffix == ".jsonl":
        return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("."))


@pytest.mark.parametrize("suffix", [".parquet", ".csv", ".jsonl"])
def test_every_file_is_a_row_with_what_the_model_says(
    suffix: str, predictor: Counting, photos: Path, tmp_path: Path
) -> None:
    out = tmp_path / f"scores{suffix}"
    report = score_files(predictor, [photos, tmp_path / "gone.jpg"], out)
    rows = rows_of(out)
    assert (report.rows, report.computed, report.problems, report.ignored) == (13, 13, 2, 1)
    assert list(rows[0]) == [
        "path", "id", "label", "probability", "abstains", "cluster", "cluster_name", "p_low",
        "p_medium", "p_high", "problem", "tier", "model", "feature_version", "bytes",
        "modified_ns", "settings",
    ]  # fmt: skip
    said = {one.path: one for one in predictor.predict([row["path"] for row in rows])}
    for row in rows:
        one = said[row["path"]]
        if one.problem:
            assert row["problem"]
            assert row["label"] in ("", None)
            continue
        assert (row["id"], row["label"]) == (one.id, one.label)
        assert float(row["probability"]) == one.probability
        assert one.probabilities == {n: float(row[f"p_{n}"]) for n in one.probabilities or {}}
        assert str(row["abstains"]).lower() == str(one.abstains).lower()
        assert (row["tier"], row["model"]) == ("full", predictor.model.key)
    assert sum(report.labels.values()) == 11
    assert left(tmp_path) == []
    if suffix == ".parquet":
        notes = pq.read_schema(out).metadata
        assert notes[b"model"].decode() == predictor.model.key
        assert notes[b"feature_version"].decode() == str(predictor.model.feature_version)
        assert notes[b"product"].startswith(b"contrast-engine")


@pytest.mark.parametrize("suffix", [".parquet", ".csv", ".jsonl"])
def test_only_what_is_new_or_changed_is_looked_at_again(
    suffix: str, predictor: Counting, photos: Path, photographs: Photographs, tmp_path: Path
) -> None:
    out = tmp_path / f"scores{suffix}"
    score_files(predictor, [photos], out)
    before = out.read_bytes()
    predictor.looked.clear()
    again = score_files(predictor, [photos], out)
    assert (again.computed, again.kept, out.read_bytes()) == (0, 12, before)
    assert again.images_per_second is None
    changed, new = photos / "photo_0001.jpg", photos / "photo_0000a.jpg"
    shutil.copy(photos / "photo_0003.jpg", changed)
    shutil.copy(photos / "photo_0004.jpg", new)
    (photos / "photo_0005.jpg").unlink()
    third = score_files(predictor, [photos], out)
    assert (third.rows, third.computed, third.kept) == (12, 2, 10)
    assert set(predictor.looked) == {str(changed), str(new)}
    other = tmp_path / f"afresh{suffix}"
    score_files(predictor, [photos], other)
    assert out.read_bytes() == other.read_bytes(), "as if it had been made in one go"


@pytest.mark.parametrize("suffix", [".parquet", ".csv"])
@pytest.mark.parametrize("stopped_at", [0, 1, 7, 11])
def test_a_run_that_was_stopped_ends_with_the_bytes_of_one_that_was_not(
    suffix: str, stopped_at: int, predictor: Counting, photos: Path, tmp_path: Path
) -> None:
    whole, out = tmp_path / f"whole{suffix}", tmp_path / f"scores{suffix}"
    score_files(predictor, [photos], whole)
    predictor.looked.clear()
    predictor.stop_at = stopped_at
    with pytest.raises(KeyboardInterrupt):
        score_files(predictor, [photos], out, workers=1)
    assert not out.exists(), "a table is there as a whole or not at all"
    predictor.stop_at = None
    report = score_files(predictor, [photos], out, workers=2)
    assert out.read_bytes() == whole.read_bytes()
    assert report.kept == stopped_at
    assert set(predictor.looked.values()) == {1}, "none is looked at twice"


@pytest.mark.parametrize("moment", ["write_answers", "flush_folder"])
def test_a_run_that_was_stopped_while_the_table_is_written_loses_no_row(
    moment: str, predictor: Counting, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    out = tmp_path / "scores.csv"
    with monkeypatch.context() as patch:
        patch.setattr(score_file, moment, stop)
        with pytest.raises(KeyboardInterrupt):
            score_files(predictor, [photos], out)
    assert score_files(predictor, [photos], out).computed == 0
    assert len(rows_of(out)) == 12
    assert set(predictor.looked.values()) == {1}
    assert left(tmp_path) == []


@pytest.mark.slow
def test_a_killed_run_is_taken_up_and_nothing_is_lost_or_doubled(
    make_model: MakeModel, photographs: Photographs, tmp_path: Path
) -> None:
    model, folder, out = tmp_path / "m.contrast", tmp_path / "photos", tmp_path / "scores.parquet"
    write_model(make_model(), model)
    photographs(folder, 60, side=24)
    command = [sys.executable, "-m", "contrast_engine", "predict", "--model", str(model),
               str(folder), "--out", str(out), "--workers", "2"]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    work = tmp_path / ".scores.parquet.scoring" / "rows.sqlite"
    done = 0
    while process.poll() is None and done < 5:
        time.sleep(0.02)
        done = _rows_in(work)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not out.exists()
    finished = _rows_in(work)
    assert 5 <= finished < 60
    predictor = Predictor.load(model)
    report = score_files(predictor, [folder], out, log=log_of(model))
    assert (report.rows, report.kept) == (60, finished)
    whole = tmp_path / "whole.parquet"
    score_files(predictor, [folder], whole)
    assert out.read_bytes() == whole.read_bytes()
    log = MonitorLog(log_of(model))
    assert sum(batch.images for batch in log.batches()) == 60, "each is logged, and once"


def _rows_in(work: Path) -> int:
    if not work.exists():
        return 0
    connection = sqlite3.connect(work)
    try:
        return int(connection.execute("SELECT count(*) FROM rows").fetchone()[0])
    except sqlite3.OperationalError:
        return 0
    finally:
        connection.close()


def test_a_table_of_another_hand_model_or_way_is_refused_unless_told(
    predictor: Counting, make_model: MakeModel, photos: Path, tmp_path: Path
) -> None:
    out = tmp_path / "scores.csv"
    out.write_text("path,label\na.jpg,low\n")
    with pytest.raises(OptionError, match=r"no table of predictions.*--overwrite"):
        score_files(predictor, [photos], out)
    assert out.read_text() == "path,label\na.jpg,low\n"
    score_files(predictor, [photos], out, overwrite=True)
    whole = out.read_bytes()
    other = Predictor(_renamed(make_model()))
    with pytest.raises(OptionError, match="another model"):
        score_files(other, [photos], out)
    otherwise = Predictor(predictor.model, type(predictor.options)("P50"))
    with pytest.raises(OptionError, match=r"white P90.*white P50"):
        score_files(otherwise, [photos], out)
    assert out.read_bytes() == whole
    assert score_files(other, [photos], out, overwrite=True).computed == 12
    assert {row["model"] for row in rows_of(out)} == {"c" * 16}


def _renamed(model: Any) -> Any:
    return dataclasses.replace(model, key="c" * 16)


def test_rows_left_by_a_stopped_run_of_another_model_are_not_used(
    predictor: Counting, make_model: MakeModel, photos: Path, tmp_path: Path
) -> None:
    predictor.stop_at = 4
    with pytest.raises(KeyboardInterrupt):
        score_files(predictor, [photos], tmp_path / "scores.csv", workers=1)
    report = score_files(Predictor(_renamed(make_model())), [photos], tmp_path / "scores.csv")
    assert (report.kept, report.computed) == (0, 12)


def test_archives_tables_and_what_is_in_them_are_rows_under_their_names(
    predictor: Counting, photos: Path, tmp_path: Path
) -> None:
    archive, table, out = tmp_path / "a.zip", tmp_path / "list.csv", tmp_path / "scores.csv"
    one = photos / "photo_0000.jpg"
    with zipfile.ZipFile(archive, "w") as opened:
        opened.write(one, "in/one.jpg")
        opened.writestr("../outside.jpg", one.read_bytes())
        opened.writestr("in/bad.jpg", b"words")
    table.write_text("Path\nphotos/photo_0001.jpg\nphotos/none.jpg\n\n,\n")
    broken = tmp_path / "broken.csv"
    broken.write_text("no,such\n1,2\n")
    loop = photos / "loop"
    loop.symlink_to(photos)
    paths = [archive, table, broken, one, photos, tmp_path]
    report = score_files(predictor, paths, out)
    rows = {row["path"]: row for row in rows_of(out)}
    assert len(rows) == report.rows == len(rows_of(out)), "each file once, whatever leads to it"
    assert rows[f"{archive}/in/one.jpg"]["label"] == rows[str(one)]["label"] != ""
    assert "outside the archive" in rows[f"{archive}/../outside.jpg"]["problem"]
    assert rows[f"{archive}/in/bad.jpg"]["problem"]
    assert "no such file" in rows[str(photos / "none.jpg")]["problem"]
    assert "no column 'path'" in rows[str(broken)]["problem"]
    assert "not followed" in rows[str(loop)]["problem"]
    assert not (tmp_path / "outside.jpg").exists()
    assert left(tmp_path) == [], "what was unpacked is gone"
    predictor.looked.clear()
    score_files(predictor, [archive], tmp_path / "two.csv")
    score_files(predictor, [archive], tmp_path / "two.csv")
    assert predictor.looked[f"{archive}/in/one.jpg"] == 1, "kept while the archive is as it was"


def test_nothing_to_score_and_places_that_cannot_be_written_are_said_in_words(
    predictor: Counting, photos: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(CollectionError, match="no images"):
        score_files(predictor, [tmp_path / "empty"], tmp_path / "a.csv")
    assert left(tmp_path) == []
    for name, why in (("a.txt", "must end in"), ("none/a.csv", "no folder"), ("empty", "a folder")):
        with pytest.raises(OptionError, match=why):
            score_files(predictor, [photos], tmp_path / name)


def test_two_runs_never_write_one_table_at_once(
    predictor: Counting, photos: Path, tmp_path: Path
) -> None:
    class Meddling(Counting):
        def look(self, item: Any, **more: Any) -> tuple[Prediction, LinearImage | None]:
            with pytest.raises(WorkspaceError, match="another process is writing"):
                score_files(predictor, [photos], tmp_path / "scores.csv")
            return super().look(item, **more)

    meddling = Meddling(predictor.model)
    meddling.looked = Counter()
    score_files(meddling, [photos / "photo_0000.jpg"], tmp_path / "scores.csv")


def test_every_scored_batch_is_logged_once_and_a_log_that_fails_stops_nothing(
    predictor: Counting, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(score_file, "BATCH", 5)
    folder, out = tmp_path / "log", tmp_path / "scores.csv"
    assert score_files(predictor, [photos], out, log=folder).log_problem is None
    score_files(predictor, [photos], out, log=folder)
    log = MonitorLog(folder)
    assert [batch.images for batch in log.batches()] == [5, 5, 2]
    assert [run.new for run in log.runs(predictor.model.key)] == [11], "three batches, one run"
    assert sum(batch.problems for batch in log.batches()) == 1
    assert {row.label for row in log.reservoir()} <= {"low", "medium", "high"}
    assert all(row.thumbnail for row in log.reservoir())
    log.close()
    blocked = tmp_path / "file"
    blocked.write_text("")
    report = score_files(predictor, [photos], tmp_path / "b.csv", log=blocked / "log")
    assert report.rows == 12
    assert report.log_problem


def test_a_run_that_was_cut_short_counts_in_the_log_when_it_is_done(
    predictor: Counting, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(score_file, "BATCH", 2)
    out, folder = tmp_path / "scores.csv", tmp_path / "log"
    predictor.stop_at = 8
    with pytest.raises(KeyboardInterrupt):
        score_files(predictor, [photos], out, log=folder, workers=1)
    log, key = MonitorLog(folder), predictor.model.key
    assert log.images(key) > 0, "what was scored is there"
    assert log.runs(key) == ()
    predictor.stop_at = None
    score_files(predictor, [photos], out, log=folder)
    assert [run.new for run in log.runs(key)] == [11]
    log.close()


def test_rows_made_while_nothing_was_logged_do_not_keep_the_rest_from_the_log(
    predictor: Counting, photos: Path, tmp_path: Path
) -> None:
    predictor.stop_at = 4
    with pytest.raises(KeyboardInterrupt):
        score_files(predictor, [photos], tmp_path / "scores.csv", workers=1)
    predictor.stop_at = None
    report = score_files(predictor, [photos], tmp_path / "scores.csv", log=tmp_path / "log")
    assert (report.kept, report.log_problem) == (4, None)
    assert 7 <= MonitorLog(tmp_path / "log").images() < 11


def test_clusters_made_anew_are_not_mixed_with_those_of_before(
    predictor: Counting, photos: Path, tmp_path: Path
) -> None:
    out = tmp_path / "scores.csv"
    score_files(predictor, [photos], out)
    clusters = predictor.model.clusters
    assert clusters
    moved = dataclasses.replace(clusters, centres=clusters.centres + 1)
    other = Predictor(dataclasses.replace(predictor.model, clusters=moved))
    with pytest.raises(OptionError, match="was made otherwise"):
        score_files(other, [photos], out)


def test_a_tier_of_smaller_pictures_logs_some_images_measured_as_the_collection_was(
    predictor: Counting, photographs: Photographs, tmp_path: Path
) -> None:
    full = predictor.model.tiers["full"]
    fast = dataclasses.replace(full, name="fast", size=16)
    model = dataclasses.replace(predictor.model, tiers={"fast": fast, "full": full})
    folder = tmp_path / "photos"
    photographs(folder, 60, side=24)
    score_files(Predictor(model), [folder], tmp_path / "a.csv", tier="fast", log=tmp_path / "log")
    rows = MonitorLog(tmp_path / "log").reservoir()
    assert 0 < len(rows) < 15, "one in twenty, by content"
    for row in rows:
        options = predictor.options
        whole = measure_image(read_image(row.path, options=options))
        assert row.features.tolist() == list(whole.values())


@pytest.fixture
def dull(predictor: Counting) -> Predictor:
    """A predictor that says the same of everything at once, for counting rows by the thousand."""

    class Dull(Predictor):
        def look(self, item: Any, **more: Any) -> tuple[Prediction, LinearImage | None]:
            known = dict.fromkeys(self.model.classes, 0.25)
            return Prediction(item[0], "low", 0.5, False, 0, None, None, known, "c", "full"), None

    return Dull(predictor.model)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_rows(
    dull: Predictor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tracemalloc

    folder = tmp_path / "many"
    folder.mkdir()
    monkeypatch.setattr(answer_files, "_BLOCK", 100)
    monkeypatch.setattr(score_file, "SHOWN", 100)
    for number in range(1000):
        (folder / f"{number:05d}.jpg").touch()
    peaks = []
    for count in (100, 200, 1000):  # the first loads what all need
        table = tmp_path / "list.csv"
        table.write_text("path\n" + "".join(f"many/{n:05d}.jpg\n" for n in range(count)))
        tracemalloc.start()
        report = score_files(dull, [table], tmp_path / f"{count}.parquet", workers=2)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert report.rows == count
    grown = (peaks[2] - peaks[1]) / 800
    assert grown < 600, f"{grown:.0f} bytes a row: more than its place among the files to score"


def test_a_file_cut_short_by_a_power_cut_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "rows.sqlite"
    path.write_bytes(os.urandom(5000))
    rows = ScoredRows(path, "header")
    assert rows.next_batch(5, is_last=True) is None
    rows.close()


def test_the_report_names_the_first_rows_and_counts_all(
    predictor: Counting, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(score_file, "SHOWN", 3)
    report: ScoreReport = score_files(predictor, [photos], tmp_path / "a.jsonl")
    assert len(report.first) == 3
    assert report.rows == 12
    assert report.images_per_second is not None
