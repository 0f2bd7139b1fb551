"""Parts come home: images measured elsewhere join a collection, and nothing is measured again."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from contrast_engine import steps
from contrast_engine.batches import measure_bytes
from contrast_engine.errors import CollectionError
from contrast_engine.images import ReadingOptions
from contrast_engine.steps.collection.training_copies import copies
from contrast_engine.store import Workspace
from contrast_engine.store.atomic_files import TEMPORARY
from tests.batches.made import BAD, GOOD, as_table, filled, later, made_parts, names_in

FEW = dict(list(GOOD.items())[:5])


def forbid(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on, whatever decodes a file fails the test."""

    def fail(*_: object, **__: object) -> None:
        pytest.fail("something was decoded")

    monkeypatch.setattr("contrast_engine.images.file_facts.decode", fail)
    monkeypatch.setattr("contrast_engine.images.reading.decode", fail)


@pytest.mark.slow
def test_what_comes_home_is_what_measuring_at_home_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photos = filled(tmp_path / "photos", {**GOOD, **BAD, "twin.jpg": GOOD["colour.jpg"]})
    made_parts(tmp_path / "parts", photos)
    home, here = Workspace(tmp_path / "home"), Workspace(tmp_path / "here")
    steps.gather(here, [photos])
    forbid(monkeypatch)
    report = steps.bring(home, tmp_path / "parts")
    assert set(home.images.files) == set(here.images.files)
    assert (report.images, report.added, report.known) == (len(here.images), len(here.images), 0)
    assert report.problems == home.images.problems == here.images.problems
    assert home.current("features") == here.current("features")
    key = home.current("features")
    assert key is not None
    assert home.load(key).values.tobytes() == here.load(key).values.tobytes()
    for image in here.images.ids:
        assert home.thumbs.get(image) == here.thumbs.get(image)
    ids = here.images.ids
    assert copies(home, ids, 64)[1].tobytes() == copies(here, ids, 64)[1].tobytes()
    measured = steps.measure(home)
    assert (measured.computed, measured.read_again, measured.key) == (0, 0, key)
    scanned = steps.scan(home)
    assert (scanned.added, scanned.read_again, home.roots) == (0, 0, here.roots)


@pytest.mark.slow
def test_parts_are_brought_once_however_often(tmp_path: Path) -> None:
    photos = filled(tmp_path / "photos", {**FEW, "bad.jpg": b""})
    made_parts(tmp_path / "parts", photos, size=2)
    home = Workspace(tmp_path / "home")
    assert (first := steps.bring(home, tmp_path / "parts")).added == 5
    table = (home.root / "images.parquet").read_bytes()
    again = steps.bring(home, tmp_path / "parts")
    assert (again.images, again.added, again.known, again.parts) == (5, 0, 5, first.parts)
    assert (home.root / "images.parquet").read_bytes() == table
    shutil.copytree(tmp_path / "parts", tmp_path / "twice")
    assert steps.bring(home, tmp_path / "twice").added == 0
    (one, *_) = names_in(tmp_path / "parts")
    assert steps.bring(home, tmp_path / "parts" / one).added == 0


@pytest.mark.slow
def test_parts_join_a_collection_and_leave_what_it_has(tmp_path: Path) -> None:
    photos = filled(tmp_path / "photos", dict(list(GOOD.items())[:3]))
    home = Workspace(tmp_path / "home")
    steps.gather(home, [photos])
    before = home.images.files
    more = filled(tmp_path / "more", FEW)
    made_parts(tmp_path / "parts", photos, more)
    report = steps.bring(home, tmp_path / "parts")
    assert (report.images, report.added, report.known) == (5, 2, 3)
    assert set(before) < set(home.images.files)
    assert steps.measure(home).computed == 0


def damage_end(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-200])


def damage_middle(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[40:4000] = bytes(3960)
    file.write_bytes(bytes(data))


def damage_name(file: Path) -> None:
    file.rename(file.with_name(f"{TEMPORARY}abc"))


def other_table(file: Path) -> None:
    pq.write_table(pa.table({"path": ["a.jpg"], "label": ["x"]}), file)


def other_bytes(file: Path) -> None:
    file.write_bytes(b"no table at all")


def changed(column: str, values: Callable[[list[object]], list[object]]) -> Callable[[Path], None]:
    def change(file: Path) -> None:
        table = pq.read_table(file)
        place = table.schema.get_field_index(column)
        new = pa.array(values(table[column].to_pylist()), table.schema.field(column).type)
        pq.write_table(table.set_column(place, column, new), file)

    change.__name__ = column
    return change


def without_a_feature(file: Path) -> None:
    table = pq.read_table(file)
    rows = [{k: v for k, v in row.items() if k != "c_rms"} for row in table["features"].to_pylist()]
    place = table.schema.get_field_index("features")
    pq.write_table(table.set_column(place, "features", pa.array(rows)), file)


DAMAGES = [
    damage_end, damage_middle, damage_name, other_table, other_bytes, without_a_feature,
    changed("features", lambda rows: [{**row, "c_rms": float("nan")} for row in rows]),  # type: ignore[dict-item]
    changed("copy", lambda rows: [row[:-1] for row in rows]),  # type: ignore[index]
    changed("thumbnail", lambda rows: [b"<svg/>" for _ in rows]),
    changed("thumbnail", lambda rows: [None for _ in rows]),
    changed("content_id", lambda rows: ["../../etc" for _ in rows]),
    changed("problem", lambda rows: ["both" for _ in rows]),
    changed("width", lambda rows: [-4 for _ in rows]),
    changed("path", lambda rows: [None for _ in rows]),
]  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda d: d.__name__)
def test_a_part_that_is_none_is_named_and_passed_over(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    photos = filled(tmp_path / "photos", dict(list(GOOD.items())[:3]))
    made_parts(tmp_path / "parts", photos, size=2)
    one, two = names_in(tmp_path / "parts")
    damage(tmp_path / "parts" / one)
    home = Workspace(tmp_path / "home")
    report = steps.bring(home, tmp_path / "parts")
    (skipped,) = report.skipped
    assert Path(skipped.path).parent == tmp_path / "parts"
    assert Path(skipped.path).name != two
    assert 10 < len(skipped.reason) < 200
    assert report.parts == 1
    assert report.images == len(pq.read_table(tmp_path / "parts" / two))
    with pytest.raises(CollectionError, match="no part can be used"):
        steps.bring(Workspace(tmp_path / "other"), Path(skipped.path))


def test_a_part_of_another_version_is_refused_and_nothing_comes_in(tmp_path: Path) -> None:
    photos = filled(tmp_path / "photos", dict(list(GOOD.items())[:3]))
    made_parts(tmp_path / "parts", photos, size=2)
    one, _ = names_in(tmp_path / "parts")
    changed("feature_version", lambda rows: [3 for _ in rows])(tmp_path / "parts" / one)
    home = Workspace(tmp_path / "home")
    with pytest.raises(
        CollectionError, match=rf"{one} holds features of version 3, this .* measure"
    ):
        steps.bring(home, tmp_path / "parts")
    assert not home.images.files


def test_parts_read_otherwise_are_refused_but_by_an_empty_collection(tmp_path: Path) -> None:
    photos = filled(tmp_path / "photos", {"floats.tif": GOOD["floats.tif"]})
    bright = ReadingOptions(white="1.0")
    made_parts(tmp_path / "bright", photos, options=bright)
    made_parts(tmp_path / "usual", photos)
    home = Workspace(tmp_path / "home")
    assert "white 1.0" in steps.bring(home, tmp_path / "bright").reading
    assert home.reading_options == bright
    assert steps.measure(home).computed == 0
    with pytest.raises(CollectionError, match=r"other reading options \(white P99\.5.*1\.0"):
        steps.bring(home, tmp_path / "usual")
    both = tmp_path / "both"
    for name in ("bright", "usual"):
        shutil.copytree(tmp_path / name, both / name)
    with pytest.raises(CollectionError, match="different reading options"):
        steps.bring(Workspace(tmp_path / "other"), both)


@pytest.mark.slow
def test_files_out_of_reach_come_as_missing_images_with_their_features(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = as_table({"s3://bucket/a b/colour.jpg": GOOD["colour.jpg"], "gone/x.png": GOOD["grey.png"],
                      "s3://bucket/bad.jpg": b"text"})  # fmt: skip
    (tmp_path / "parts").mkdir()
    pq.write_table(measure_bytes(table), tmp_path / "parts" / "0-of-1.parquet")
    home = Workspace(tmp_path / "home")
    report = steps.bring(home, tmp_path / "parts")
    assert (report.images, report.added, report.missing) == (2, 2, 2)
    reasons = {problem.path: problem.reason for problem in report.problems}
    assert reasons["s3://bucket/a b/colour.jpg"].startswith("colour.jpg is not there, or not reach")
    assert reasons["s3://bucket/bad.jpg"].startswith("bad.jpg is not an image")
    assert len(home.images.missing) == 2
    assert home.thumbs.ids() == frozenset(home.images.ids)
    assert len(copies(home, home.images.ids, 64)[0]) == 2
    again = Workspace(home.root)
    assert set(again.images.files) == set(home.images.files)
    assert (steps.measure(home).images, steps.measure(home).computed) == (2, 0)
    assert steps.bring(home, tmp_path / "parts").added == 0
    photos = filled(tmp_path / "photos", {"found.jpg": GOOD["colour.jpg"]})
    found = steps.gather(home, [photos])
    assert (found.scanned.added, found.scanned.missing, found.measured.computed) == (0, 1, 0)


def test_a_file_that_was_changed_since_is_left_to_a_scan(tmp_path: Path) -> None:
    photos = filled(tmp_path / "photos", dict(list(GOOD.items())[:3]))
    made_parts(tmp_path / "parts", photos)
    (photos / "colour.jpg").write_bytes(GOOD["grey.png"])
    later(photos / "colour.png")  # touched: the same content under another date
    home = Workspace(tmp_path / "home")
    report = steps.bring(home, tmp_path / "parts")
    assert report.images == 2
    (problem,) = report.problems
    assert problem.path == str(photos / "colour.jpg")
    assert problem.reason.startswith("colour.jpg was changed since it was measured")
    made_parts(tmp_path / "parts", photos)
    report = steps.bring(home, tmp_path / "parts")
    assert not report.problems


def test_no_parts_are_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(CollectionError, match="there are no parts in"):
        steps.bring(Workspace(tmp_path / "home"), filled(tmp_path / "none", {"a.txt": b""}))


def test_what_comes_home_is_placed_in_what_is_in_use_where_that_is_asked(tmp_path: Path) -> None:
    photos = filled(tmp_path / "photos", GOOD)
    some = filled(tmp_path / "some", dict(list(GOOD.items())[:-1]))
    made_parts(tmp_path / "parts", photos)
    workspace = Workspace(tmp_path / "home")
    steps.gather(workspace, [some])
    steps.project(workspace)
    before = workspace.current("maps")
    workspaces = [Workspace(shutil.copytree(workspace.root, tmp_path / name)) for name in "ab"]
    left, placed = (
        steps.bring(one, tmp_path / "parts", place_new=asked)
        for one, asked in zip(workspaces, (False, True), strict=True)
    )
    assert (left.placed, workspaces[0].current("maps")) == (None, before)
    assert placed.added == 1
    assert placed.placed is not None
    assert [(one.kind, one.new) for one in placed.placed.placed] == [("maps", 1)]
    assert workspaces[1].current("maps") != before
