"""A workspace that somebody else made: opening it runs nothing, leads nowhere, and ends in words."""

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest
from PIL import Image

from contrast_engine import steps
from contrast_engine.errors import ContrastError, WorkspaceError
from contrast_engine.jobs import JobRunner
from contrast_engine.store import Workspace
from contrast_engine.store.training_cache import TrainingCache
from contrast_engine.views.structure.cluster_card import cluster_cards
from contrast_engine.views.structure.clusterings import named_clusterings
from tests import strangers

pytestmark = pytest.mark.skipif(os.name == "nt", reason="makes pipes and links")

SECONDS = 60
DIARY = "dear diary"


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory, photographs) -> Path:
    home = tmp_path_factory.mktemp("good")
    photographs(home / "photos", 8)
    workspace = Workspace(home / "w.contrast")
    steps.scan(workspace, [home / "photos"])
    steps.measure(workspace)
    steps.project(workspace)
    steps.cluster(workspace)
    workspace.labels.define(["low", "high"])
    workspace.labels.add(list(workspace.images.ids)[:3], "low", who="ann")
    workspace.selections.save("some", list(workspace.images.ids)[:2])
    workspace.close()
    return workspace.root


@pytest.fixture
def other(tmp_path: Path) -> Path:
    folder = tmp_path / "other"
    folder.mkdir()
    (folder / "diary.txt").write_text(DIARY)
    Image.new("RGB", (40, 30), "red").save(folder / "private.png")
    return folder


@contextlib.contextmanager
def soon() -> Iterator[None]:
    """What takes longer waits for something that never comes, or computes without end."""

    def late(*_: object) -> None:
        raise TimeoutError("it takes too long")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def looked_through(root: Path) -> None:
    """Read and write what every page and command does."""
    workspace = Workspace.open(root)
    for look in (
        lambda: len(workspace.images.ids), lambda: workspace.labels.current(),
        lambda: [workspace.load(one.key) for one in workspace.artifacts("maps")],
        lambda: [workspace.load(one.key) for one in workspace.artifacts("clusterings")],
        lambda: [workspace.load(one.key).values for one in workspace.artifacts("features")],
        lambda: [workspace.current(kind) for kind in ("maps", "features", "clusterings")],
        lambda: [workspace.thumbs.get(one) for one in workspace.images.ids],
        lambda: [JobRunner(workspace).events(one.id) for one in JobRunner(workspace).jobs()],
        lambda: [workspace.original_bytes(one) for one in workspace.images.ids],
        lambda: workspace.selections.saved(), lambda: workspace.removals.all(),
        lambda: workspace.annotators.names(), lambda: workspace.decisions(),
        lambda: [workspace.models.load(key) for key in workspace.models.recipes()],
        lambda: named_clusterings(workspace), lambda: workspace.labels.imports(),
        lambda: cluster_cards(workspace, workspace.current("clusterings") or ""),
        lambda: workspace.labels.withdrawals(), lambda: workspace.labels.label_set(),
        lambda: workspace.labels.history(), lambda: workspace.edits.events("clusters"),
        lambda: workspace.team.here("bob", "tab", "label", "all"), lambda: copies(workspace),
        lambda: workspace.labels.add(list(workspace.images.ids)[:1], "high", who="bob"),
        lambda: steps.measure(workspace), lambda: steps.scan(workspace),
    ):  # fmt: skip
        with contextlib.suppress(ContrastError):
            look()
    workspace.close()


def copies(workspace: Workspace) -> None:
    """Read the small copies to learn from, and what is known of near duplicates."""
    cache = TrainingCache(workspace.root, 64)
    if cache.ids():
        cache.open(cache.ids())


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


QUICK = ("links", "pipes", "beside: a journal", "models", "jobs")
LARGE = (
    "results: tables with very many rows", "files: twenty-five million rows in few kilobytes",
    "thumbnails: a picture far larger than it says",
    "databases: a blob of hundreds of megabytes",
)  # fmt: skip
"""Seconds each, nearly all of them to make it: what looks at it takes half a second."""


def cost(name: str) -> tuple[pytest.MarkDecorator, ...]:
    if name in LARGE:
        return (pytest.mark.thorough,)
    return () if name.startswith(QUICK) else (pytest.mark.slow,)


CASES = [pytest.param(name, marks=cost(name)) for name in strangers.MAKERS]


@pytest.mark.parametrize("name", CASES)
def test_it_ends_in_words_and_nothing_outside_of_it_changes(
    name: str, good: Path, other: Path, tmp_path: Path
) -> None:
    root = tmp_path / "w.contrast"
    copytree(good, root)
    strangers.MAKERS[name](root, other)
    before = contents(other)
    with soon(), contextlib.suppress(ContrastError):
        looked_through(root)
    assert contents(other) == before
    assert not strangers.HARMED.exists()


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("a trigger that empties them", "a trigger"), ("a view without end", "is not used"),
        ("a column that is computed", "a computed column"),
        ("an index of an expression", "an index of something computed"),
        ("a rule that gives up other rows", "a rule for new rows"),
    ],
)  # fmt: skip
def test_what_acts_by_itself_in_a_log_of_labels_is_named_and_nothing_is_written(
    name: str, found: str, good: Path, other: Path, tmp_path: Path
) -> None:
    root = tmp_path / "w.contrast"
    copytree(good, root)
    strangers.MAKERS[f"databases: {name}"](root, other)
    before = (root / "labels.sqlite").read_bytes()
    workspace = Workspace.open(root)
    with pytest.raises(WorkspaceError, match=found):
        workspace.labels.add(list(workspace.images.ids)[:1], "high", who="bob")
    workspace.close()
    assert (root / "labels.sqlite").read_bytes() == before


@pytest.mark.parametrize(
    "name", [name for name in strangers.MAKERS if name[:5] in ("links", "pipes")]
)
def test_a_link_out_of_it_and_what_is_no_file_is_named_before_anything_is_written(
    name: str, good: Path, other: Path, tmp_path: Path
) -> None:
    root = tmp_path / "w.contrast"
    copytree(good, root)
    strangers.MAKERS[name](root, other)
    with pytest.raises(ContrastError) as said:
        Workspace.open(root)
    assert (
        "link" in str(said.value) or "pipe" in str(said.value) or "no workspace" in str(said.value)
    )
