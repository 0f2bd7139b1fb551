"""A workspace made before the names changed opens, and every key and word in it stays."""

import csv
import json
import re
import shutil
import sqlite3
from dataclasses import asdict
from pathlib import Path

import pytest

from contrast_engine.cli import main
from contrast_engine.colouring import colouring
from contrast_engine.encoders import encoders as encoders_now
from contrast_engine.jobs import JobRunner
from contrast_engine.map_file import write_map
from contrast_engine.steps import (
    cluster,
    embed,
    measure,
    project,
    pseudo_label,
    scan,
    train,
    validate,
)
from contrast_engine.steps.encoders.train import training_key
from contrast_engine.store import Workspace
from contrast_engine.store.artifacts import KINDS
from contrast_engine.views.artifact_lookup import is_answered, last_method, last_options
from contrast_engine.views.collection.gallery import ordered

REPOSITORY = Path(__file__).parents[2]
SAMPLES = REPOSITORY / "sample_data"

RENAMED_COLUMNS = {"blur": "sharpness"}
ADDRESSES = (
    "collection", "map", "gallery", "clusters", "axes", "features", "image", "whatif", "odd",
    "label", "pairs", "agreement", "model", "encoders", "validate", "export",
)  # fmt: skip
WORDS = {"note", "name", "low", "high", "reason", "rule", "words", "title", "verdict", "kappa_name",
         "refused"}  # fmt: skip
"""Keys whose text is a sentence for people, which may be worded anew; numbers there are compared."""


@pytest.fixture
def photographed(before, tmp_path):
    """The photographs of the workspace in another folder: the one they were in is not here."""
    (tmp_path / "photos").mkdir()
    for image in before.images.ids:
        shutil.copy(SAMPLES / Path(before.images.path(image)).name, tmp_path / "photos")
    return tmp_path / "photos"


NEW = {"overall", "kappa_n", "placed", "is_blind"}
"""Keys that answers have got since."""


def plain(value):
    """A document without the sentences in it, and with what has no order sorted by its key."""
    if isinstance(value, dict):
        return {
            key: plain(one)
            for key, one in value.items()
            if not (key in WORDS and isinstance(one, str)) and key not in NEW
        }
    if isinstance(value, list):
        rows = [plain(one) for one in value]
        is_keyed = all(isinstance(row, dict) and "key" in row for row in rows)
        return sorted(rows, key=lambda row: row["key"]) if is_keyed else rows
    return pytest.approx(value, rel=1e-9) if isinstance(value, float) else value


def without_words(rows):
    return [
        {k: v for k, v in row.items() if not (k in WORDS and isinstance(v, str))} for row in rows
    ]


def answers(root, command, capsys):
    capsys.readouterr()
    assert main([*command.split(), str(root), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def snapshot(root):
    """Every file of a workspace with its time, size and inode; what can be made again left out."""
    left_out = {"locks", "cache"}
    files = (
        path for path in root.rglob("*") if path.is_file() and path.parent.name not in left_out
    )
    return {
        str(path.relative_to(root)): (path.stat().st_mtime_ns, path.stat().st_size, path.stat().st_ino)
        for path in files
        if not path.name.endswith(("-wal", "-shm"))
    }  # fmt: skip


def test_every_result_loads_and_every_pointer_stays(unpacked, before):
    root = before.root
    keys = {kind: {path.stem for path in (root / kind).glob("*.json")} for kind in KINDS}
    assert {kind: {made.key for made in before.artifacts(kind)} for kind in KINDS} == keys
    assert sum(map(len, keys.values())) == 17
    since = {"attributes", "neighbours"}
    assert not any(keys[kind] for kind in since)  # there were none then
    for kind in set(KINDS) - since:
        pointer = (root / kind / "current").read_text().strip()
        assert before.current(kind) == pointer
        for key in keys[kind]:
            assert len(getattr(before.load(key), "findings", before.load(key)))
    assert all(before.models.has(key) for key in before.models.recipes())


def test_the_exported_table_differs_in_the_renamed_column_and_the_notes_at_its_end(
    unpacked, before, capsys
):
    assert main(["export", str(before.root), str(unpacked / "now.csv")]) == 0
    with (unpacked / "expected" / "export.csv").open(newline="") as file:
        head, *rows = csv.reader(file)
    with (unpacked / "now.csv").open(newline="") as file:
        now, *rows_now = csv.reader(file)
    assert now == [*(RENAMED_COLUMNS.get(name, name) for name in head), "notes"]
    assert rows_now == [[*row, ""] for row in rows]


@pytest.mark.parametrize(
    "command",
    ["label list", "rank show", "agreement", "selection list", "runs", "axes",
     pytest.param("odd", marks=pytest.mark.slow), "jobs"],
)  # fmt: skip
def test_a_command_answers_as_it_did(unpacked, before, command, capsys):
    expected = json.loads((unpacked / "expected" / f"{command.replace(' ', '-')}.json").read_text())
    assert plain(expected) == plain(answers(before.root, command, capsys))


def test_the_duplicates_of_before_are_found_still_under_the_name_of_before(
    unpacked, before, capsys
):
    """The picture itself is looked at now, so more is found; what was one group stays one."""
    expected = json.loads((unpacked / "expected" / "doubles.json").read_text())
    now = answers(before.root, "doubles", capsys)
    found = [plain(group["images"]) for group in now["doubles"] if "same file" in group["words"]]
    for group in expected["doubles"]:
        (same,) = (one for one in found if one[0]["id"] == group["images"][0]["id"])
        assert [{key: image[key] for key in ("id", "path")} for image in same] == group["images"]


def test_the_worst_five_percent_are_the_issues_of_before_with_the_scores_of_before(
    unpacked, before, capsys
):
    """Limits are calibrated now; those of before are an alternative, and no longer the usual ones."""
    expected = json.loads((unpacked / "expected" / "issues.json").read_text())
    now = answers(before.root, "issues --worst 5", capsys)
    assert now["images"] == expected["images"]
    assert len(expected["issues"]) == 6
    for one, found in zip(expected["issues"], now["issues"], strict=False):
        assert plain({key: found[key] for key in one} | {"is_usual": True}) == plain(one)
        assert found["whose"] == "collection"
        assert not found["is_usual"]


def test_what_people_said_and_named_stays(before):
    assert len(before.labels.current()) == 21
    assert {who: len(own) for who, own in before.labels.by_person().items()} == {
        "ann": 21,
        "bob": 9,
    }
    history = before.labels.history()
    assert [one.is_unsure for one in history].count(True) == 1
    assert [one.is_undone for one in history].count(True) == 1
    assert before.labels.label_set().labels == ("low", "medium", "high")
    assert before.labels.label_set().is_ordered
    named = {made.key: before.labels.cluster_names(made.key)
             for made in before.artifacts("clusterings")}  # fmt: skip
    assert "soft ones" in {name for names in named.values() for name in names.values()}
    assert len(before.comparisons.all()) == 11
    assert [saved.name for saved in before.selections.saved()] == ["first two"]
    assert [job.state for job in JobRunner(before).jobs()] == ["done"]


@pytest.mark.slow
def test_the_report_of_before_says_what_it_said(unpacked, before):
    expected = json.loads((unpacked / "expected" / "validate.json").read_text())
    assert expected["key"] == before.current("reports")
    found = [asdict(one) for one in before.load(before.current("reports")).findings]
    assert all(one.pop("next") == "" for one in found)  # nothing was said of that then
    assert without_words(found) == plain(expected["findings"])


@pytest.mark.slow
@pytest.mark.usefixtures("few_draws")
def test_what_is_defined_anew_is_made_once_beside_the_results_of_before(before, photographed):
    made = {kind: before.artifacts(kind) for kind in KINDS}
    current = {kind: before.current(kind) for kind in KINDS}
    had = snapshot(before.root)
    scan(before, [photographed])
    assert measure(before).computed == 26  # never mixed with rows of before
    again = measure(before)
    assert (again.key == current["features"], again.computed) == (False, 0)

    def once(step, *asked, **options):
        key = step(before, *asked, **options)
        assert step(before, *asked, **options) == key
        return key

    for one in made["maps"]:
        asked = {"options": one.recipe["options"], "on": one.details["on"], "seed": one.seed}
        once(project, one.recipe["method"], **asked)
    for one in made["clusterings"]:
        if "edits" not in one.recipe:
            asked = {"options": one.recipe["options"], "on": one.details["on"]}
            once(cluster, one.recipe["method"], **asked, seed=one.seed)
    for key, recipe in list(before.models.recipes().items()):
        if "encoder" in recipe:
            asked = {"options": recipe["options"], "seed": recipe["seed"]}
            if recipe["step"] == f"train@{encoders_now[recipe['encoder']].version}":
                assert train(before, recipe["encoder"], **asked).key == key
            else:  # it is taught otherwise since: another network, and that of before stays
                assert training_key(before, recipe["encoder"], **asked) != key
            assert embed(before, key).key == current["embeddings"]
    once(pseudo_label, order=["low", "medium", "high"])
    once(validate)
    artifacts = {name for name in had if Path(name).parent.name in KINDS}
    kept = {name for name in artifacts if Path(name).name != "current"}
    assert len(kept) >= 2 * sum(map(len, made.values()))
    now = snapshot(before.root)
    assert {name: now[name] for name in kept} == {name: had[name] for name in kept}


def test_a_map_asked_for_by_the_names_of_before_is_the_map_of_now(before):
    key = project(before, "two-features", options={"across": "sharpness", "up": "gcf"})
    asked = {"across": "blur", "up": "gcf"}
    assert before.manifest(key).recipe == {"method": "two-measures", "options": asked}
    assert project(before, "two-measures", options=asked) == key
    assert is_answered(before, "project", method="two-measures", options=asked)
    assert is_answered(before, "project", method="two-features", options=asked)
    assert last_method(before, "maps") == "two-features"
    assert last_options(before, "maps", "two-features") == asked
    assert before.manifest(key).details["measures"][0] == ["sharpness", "code²"]
    features = before.load(before.current("features"))
    assert "sharpness" in features.columns
    assert "blur" not in features.columns
    assert before.load(key).values[:, 0].tolist() == features.column("sharpness").tolist()


def test_what_shared_addresses_name_by_blur_is_still_shown(before, tmp_path, capsys):
    features = before.load(before.current("features"))
    images = before.images.ids
    by = [ordered(before, features, images, name) for name in ("blur", "sharpness")]
    assert by[0] == by[1]
    what = [f"feature.{name}@{before.current('features')}" for name in ("blur", "sharpness")]
    old, new = (colouring(before, images, one) for one in what)
    assert old.codes.tobytes() == new.codes.tobytes()
    assert old.legend.title == new.legend.title
    for name in ("blur", "feature.blur"):
        assert write_map(before, tmp_path / "map.html", name)["colour"] == "feature.sharpness"


def test_scanning_the_photographs_again_keeps_every_label(before, photographed):
    labels, key = before.labels.current(), before.current("features")
    report = scan(before, [photographed])
    assert (report.images, report.added) == (26, 0)
    assert before.labels.current() == labels
    report = measure(before)
    assert (report.key == key, report.computed) == (False, 26), "never mixed with rows of before"
    assert len(before.load(key).ids) == 26
    again = measure(before)
    assert (again.key, again.computed) == (report.key, 0), "the rows just measured count"


def test_every_address_of_a_page_is_still_there():
    source = (REPOSITORY / "pages" / "_shell.py").read_text(encoding="utf-8")
    assert set(ADDRESSES) <= set(re.findall(r'url_path="([a-z_]+)"', source))


def test_the_file_of_labels_keeps_every_row(unpacked):
    file = unpacked / "before.contrast" / "labels.sqlite"
    wanted = "SELECT seq, kind, who, at, why, label, undoes, body, token FROM events"
    with sqlite3.connect(file) as connection:
        rows = connection.execute(wanted).fetchall()
    connection.close()
    workspace = Workspace.open(unpacked / "before.contrast")
    workspace.labels.undo("ann")
    workspace.close()
    with sqlite3.connect(file) as connection:
        assert connection.execute(wanted).fetchall()[:-1] == rows
    connection.close()
