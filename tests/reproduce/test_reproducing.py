"""A small collection that people worked in is made again by its commands, and held against itself."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from contrast_engine import Workspace, steps
from contrast_engine.cli import main
from contrast_engine.reproduce.plan import plan
from contrast_engine.steps.structure.taxonomy import keep_fine_cut
from tests.few_draws import draw_few


def contrast(*words: str | Path) -> int:
    try:
        return main([str(word) for word in words])
    except SystemExit as stopped:
        return int(stopped.code or 0)


def state(folder: Path) -> dict[str, tuple[int, int]]:
    return {
        str(path.relative_to(folder)): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*")) if path.is_file()
    }  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def few_draws_of_all() -> Iterator[None]:
    """The checks draw a few times, when the results are made and when they are made again."""
    with pytest.MonkeyPatch.context() as patch:
        draw_few(patch)
        yield


@pytest.fixture(scope="module")
def worked_in(
    tmp_path_factory: pytest.TempPathFactory,
    photographs: Callable[..., list[Path]],
    few_draws_of_all: None,
) -> tuple[Path, Path]:
    """Twelve images with everything: two annotators, edits, names, vectors, a removal, a choice."""
    home = tmp_path_factory.mktemp("re 'prod'")
    photos, root = home / "my photos", home / "-odd $name.contrast"
    photographs(photos, 14)
    assert contrast("gather", root, photos, "--max-pixels", "90.25") == 0
    workspace = Workspace.open(root)
    ids = sorted(workspace.images.ids)
    labels = workspace.labels
    labels.define(["low", "a, b"], True, "anna", 0.4)
    for place, image in enumerate(ids[:10]):
        labels.add([image], ("low", "a, b")[place % 2], "anna" if place < 6 else "o'neil")
    labels.add([ids[0]], "a, b", "o'neil", "second\nthought")
    labels.add([ids[1]], "low", "anna")
    labels.undo("anna")
    labels.unsure([ids[12]], "anna")
    for left, right in ((0, 1), (2, 3)):
        workspace.comparisons.add(ids[left], ids[right], "left", "anna")
    workspace.comparisons.undo("anna")
    workspace.selections.save("-mine 'own'", ids[:3], "-x")
    steps.remove(workspace, [ids[13]], who="anna")
    steps.measure(workspace)
    vectors = home / "own vectors.csv"
    rows = np.random.default_rng(0).normal(size=(14, 3))
    vectors.write_text("id,a,b,c\n" + "".join(
        f"{image},{','.join(map(repr, row))}\n" for image, row in zip(ids, rows.tolist(), strict=True)
    ))  # fmt: skip
    own = steps.embed(workspace, str(vectors)).key
    vectors.unlink()
    steps.project(workspace, "pca", on=f"features+{own}", seed=3)
    steps.cluster(workspace, "hierarchical", options={"n_clusters": 2}, seed=1)
    first = str(workspace.current("clusterings"))
    keep_fine_cut(workspace, 4)
    steps.cluster(workspace, "kmeans", options={"n_clusters": 3}, follows=first, seed=2)
    found = workspace.load(str(workspace.current("clusterings")))
    clusters = sorted(found.clusters, key=lambda one: -len(found.members(one)))
    large = found.members(clusters[0])
    steps.edit_clusters(workspace, "split", images=large[:2], who="anna")
    steps.edit_clusters(workspace, "merge", clusters=clusters[1:3], who="o'neil")
    steps.edit_clusters(workspace, "move", images=[large[2]], into=clusters[1], who="anna")
    steps.undo_cluster_edit(workspace, "o'neil")
    key = str(workspace.current("clusterings"))
    labels.name_cluster(key, clusters[1], '-dark "ones"', "anna")
    steps.pseudo_label(workspace, method="ordinal", options={"c": 0.3}, most_wrong=0.15, seed=4)
    workspace.close()
    return root, photos


@pytest.fixture
def opened(worked_in: tuple[Path, Path]) -> Workspace:
    return Workspace.open(worked_in[0])


def test_every_result_comes_again_the_same_and_the_workspace_stays_as_it_is(
    worked_in: tuple[Path, Path], capsys: pytest.CaptureFixture[str], opened: Workspace
) -> None:
    before = state(worked_in[0])
    assert contrast("reproduce", "--check", "--json", "--", worked_in[0]) == 0
    found = json.loads(capsys.readouterr().out)
    assert state(worked_in[0]) == before
    assert found["cannot"] == found["failed"] == []
    assert {row["verdict"] for row in found["compared"]} == {"same"}
    keys = {row["key"] for row in found["compared"]}
    kinds = ("features", "embeddings", "maps", "clusterings", "predictions")
    assert {opened.current(kind) for kind in kinds} < keys
    assert {"annotations (13)", "comparisons (2)", "selections (1)", "names of clusters (1)"} < {
        row["what"] for row in found["compared"]
    }


def test_an_original_that_was_changed_is_said_and_differs(
    worked_in: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photos = shutil.copytree(worked_in[1], tmp_path / "photos")
    root = tmp_path / "w.contrast"
    assert contrast("gather", root, photos) == 0
    changed = sorted(photos.glob("*.jpg"))[3]
    Image.fromarray(np.full((40, 40, 3), 99, np.uint8)).save(changed)
    capsys.readouterr()
    assert contrast("reproduce", root, "--check") == 1
    told = capsys.readouterr()
    assert "0 are gone and 1 hold something else now" in told.err
    assert str(changed) in told.err
    assert "another inputs" in told.out
    assert "differs" in told.out


def test_what_rests_on_labels_of_then_is_said_to_be_out_of_date(
    worked_in: tuple[Path, Path], tmp_path: Path
) -> None:
    root = shutil.copytree(worked_in[0], tmp_path / "w.contrast")
    workspace = Workspace.open(root)
    workspace.labels.add(sorted(workspace.images.ids)[10:12], "low", "anna")
    found = plan(workspace)
    (one,) = found.cannot
    assert one.key == workspace.current("predictions")
    assert one.why.startswith("out of date: labels were given or changed")
    assert not [c for c in found.commands if c.words[0] == "pseudo-label"]


def test_the_script_is_printed_and_the_record_written_into_a_new_folder_only(
    worked_in: tuple[Path, Path], tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert contrast("reproduce", "--", worked_in[0]) == 0
    printed = capsysbinary.readouterr().out.decode()
    assert printed.startswith("#!/bin/sh\n")
    assert '\ncontrast gather --max-pixels 90.25 "$WS" \'' in printed
    record = tmp_path / "record"
    assert contrast("reproduce", "--out", record, "--", worked_in[0]) == 0
    names = {path.name for path in record.rglob("*") if path.is_file()}
    assert {"rebuild.sh", "labels.jsonl", "comparisons.jsonl", "own vectors.csv"} <= names
    assert contrast("reproduce", "--out", record, "--", worked_in[0]) == 2
