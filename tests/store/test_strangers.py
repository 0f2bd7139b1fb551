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
from contrast_engine.errors import ContrastError
from contrast_engine.jobs import JobRunner
from contrast_engine.store import Workspace
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
        lambda: workspace.labels.add(list(workspace.images.ids)[:1], "high", who="bob"),
        lambda: steps.measure(workspace), lambda: steps.scan(workspace),
    ):  # fmt: skip
        with contextlib.suppress(ContrastError):
            look()
    workspace.close()


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", strangers.MAKERS)
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
    assert not Path("/tmp/harmed-by-a-pickle").exists()


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
