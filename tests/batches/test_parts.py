"""Which file goes into which part, and that what is made stays made."""

import os
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from contrast_engine import steps
from contrast_engine.batches.attempts import PREFIX, Attempts
from contrast_engine.batches.parts import Parts
from contrast_engine.errors import CollectionError
from contrast_engine.images import ReadingOptions
from contrast_engine.store import Workspace
from contrast_engine.store.atomic_files import TEMPORARY
from tests.batches.made import GOOD, filled, later, made_parts, names_in

FEW = dict(list(GOOD.items())[:5])


def dates(folder: Path) -> dict[str, int]:
    return {name: (folder / name).stat().st_mtime_ns for name in names_in(folder)}


def paths(folder: Path) -> list[str]:
    return [
        Path(path).name
        for name in names_in(folder)
        for path in pq.read_table(folder / name, columns=["path"])["path"].to_pylist()
    ]


@pytest.mark.slow
def test_finished_parts_are_not_made_again_and_missing_or_damaged_ones_are(tmp_path: Path) -> None:
    photos, out = filled(tmp_path / "photos", FEW), tmp_path / "parts"
    made_parts(out, photos, size=2)
    before = dates(out)
    assert len(before) == 3
    made_parts(out, photos, size=2)
    assert dates(out) == before
    gone, damaged, left = before
    (out / gone).unlink()
    (out / damaged).write_bytes(b"PAR1")
    (out / f"{TEMPORARY}x").write_bytes(b"half")
    made_parts(out, photos, size=2)
    after = dates(out)
    assert list(after) == list(before)
    assert after[left] == before[left]
    assert after[damaged] > before[damaged]
    assert not (out / f"{TEMPORARY}x").exists()
    assert sorted(paths(out)) == sorted(FEW)


@pytest.mark.slow
def test_new_and_changed_files_go_into_new_parts_wherever_they_stand_in_the_order(
    tmp_path: Path,
) -> None:
    photos, out = filled(tmp_path / "photos", FEW), tmp_path / "parts"
    made_parts(out, photos, size=2)
    before = dates(out)
    filled(photos, {"a first.jpg": GOOD["colour.jpg"]})
    later(photos / "grey.png")
    made_parts(out, photos, size=2)
    after = dates(out)
    assert {name: after[name] for name in before} == before
    assert sorted(paths(out)) == sorted([*FEW, "a first.jpg", "grey.png"])
    home = Workspace(tmp_path / "home")
    assert not steps.bring(home, out).problems
    assert len(home.images.files) == 6


def test_a_plan_that_was_not_finished_is_kept_when_files_are_added(tmp_path: Path) -> None:
    photos = filled(tmp_path / "photos", FEW)
    parts = Parts(tmp_path / "parts", ReadingOptions())
    first = parts.plan([photos], 2).parts
    filled(photos, {"a first.jpg": GOOD["colour.jpg"]})
    second = parts.plan([photos], 3).parts
    assert {name: second[name] for name in first} == first
    assert [len(files) for files in second.values()] == [2, 2, 1, 1]


def test_parts_of_another_version_or_reading_are_not_mixed(tmp_path: Path) -> None:
    photos = filled(tmp_path / "photos", {"a.jpg": GOOD["colour.jpg"]})
    made_parts(tmp_path / "parts", photos)
    with pytest.raises(CollectionError, match="other reading options; name another folder"):
        made_parts(tmp_path / "parts", photos, options=ReadingOptions(white="1.0"))
    (tmp_path / "parts" / "_manifest.parquet").write_bytes(b"PAR1")
    with pytest.raises(CollectionError, match=r"the list of what was measured .* is damaged"):
        made_parts(tmp_path / "parts", photos)


@pytest.mark.slow
def test_files_of_any_name_come_home_and_those_that_cannot_be_opened_are_rows(
    tmp_path: Path,
) -> None:
    names = [os.fsdecode(b"caf\xe9.jpg"), "a b#c?d%20.jpg", "\u00e9\u2028.jpg", "file:x.jpg"]
    photos = filled(tmp_path / "photos", {name: GOOD["colour.jpg"] + bytes([n]) for n, name in enumerate(names)})  # fmt: skip
    (photos / "folder.jpg").mkdir()
    os.mkfifo(photos / "pipe.png")
    made_parts(tmp_path / "parts", photos)
    home = Workspace(tmp_path / "home")
    report = steps.bring(home, tmp_path / "parts")
    assert {Path(f.location).name for f in home.images.files if f.id} == set(names)
    assert report.missing == 0
    assert any("named pipe" in problem.reason for problem in report.problems)


@pytest.mark.slow
def test_a_file_at_which_two_processes_died_is_a_problem_and_the_rest_is_measured(
    tmp_path: Path,
) -> None:
    photos, out = filled(tmp_path / "photos", FEW), tmp_path / "parts"
    parts = Parts(out, ReadingOptions())
    ((name, files),) = parts.plan([photos], 9).parts.items()
    for deaths, problems in ((1, 0), (2, 1)):
        for number in range(deaths):
            attempts = Attempts(out, name)
            attempts.begin()
            for place in range(3):  # dies at the third, once at the first
                attempts.at(place)
            if number:
                attempts.begin()
                attempts.at(0)
        parts.make(name, files)
        found = parts.problems(name)
        assert len(found) == problems
        if problems:
            assert found[0][0] == files[2].location
            assert found[0][1].startswith("each process that read it came to an end")
        assert sorted(paths(out)) == sorted(FEW)
        (out / name).unlink()
    Attempts(out, name).begin()
    parts.plan([photos], 9)
    assert not list(out.glob(f"{PREFIX}*"))
