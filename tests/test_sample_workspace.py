"""The sample workspace: made part by part, never twice, and never over what people did in it."""

import shutil
from contextlib import nullcontext
from pathlib import Path

import pytest

from contrast_engine import Workspace, steps
from contrast_engine.cli.app.sample_workspace import build_samples, remove_samples
from contrast_engine.errors import CollectionError, NotEnoughData
from contrast_engine.monitor import MonitorLog
from contrast_engine.predict.scoring.logged import log_of
from contrast_engine.progress import SILENT
from contrast_engine.samples import demo
from contrast_engine.store.sample_mark import finish_part, finished_parts, is_sample, people_in
from contrast_engine.views.labels.annotator_names import annotators_words

SAMPLES = Path(__file__).parents[1] / "sample_data"
ANNOTATED = demo.PARTS[:4]


@pytest.fixture(scope="session")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of few of the sample photographs, and what was done to all."""
    folder = tmp_path_factory.mktemp("few samples")
    for file in (*sorted(SAMPLES.glob("*.jpg"))[::10], SAMPLES / "truth.csv"):
        shutil.copy(file, folder)
    return folder


@pytest.fixture(scope="session")
def clustered(few: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bare sample workspace; only to be copied."""
    workspace = Workspace(tmp_path_factory.mktemp("bare") / "sample.contrast")
    assert build(workspace, few, is_bare=True) == ()
    workspace.close()
    return workspace.root


@pytest.fixture
def workspace(clustered: Path, tmp_path: Path) -> Workspace:
    return Workspace(shutil.copytree(clustered, tmp_path / "sample.contrast"))


def build(workspace: Workspace, photographs: Path, *, is_bare: bool = False) -> tuple[str, ...]:
    return demo.build(workspace, photographs, lambda _: nullcontext(SILENT), is_bare=is_bare)


@pytest.mark.thorough  # before every change, the demo itself must leave nothing out (.ci/run)
def test_every_page_has_something_to_show(
    workspace: Workspace, few: Path, few_draws: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "EPOCHS", 1)
    assert build(workspace, few) == (), "nothing is left out"
    assert finished_parts(workspace) == tuple(part.name for part in demo.PARTS)
    for kind in ("features", "maps", "clusterings", "predictions", "embeddings", "reports"):
        assert workspace.current(kind) or workspace.artifacts(kind), kind
    assert len(workspace.artifacts("maps")) == 2
    assert annotators_words(workspace) == "2 simulated annotators"
    assert workspace.labels.cluster_names(str(workspace.current("clusterings")))
    assert MonitorLog(log_of(workspace.root)).batches(), "new images were scored"
    assert people_in(workspace) == ()
    results = written(workspace)
    assert build(workspace, few) == ()
    assert written(workspace) == results, "what is made is not made again"


@pytest.mark.slow
def test_a_killed_build_goes_on_where_it_was(
    workspace: Workspace, few: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "PARTS", (*ANNOTATED, demo.Part("model", "dying", killed)))
    with pytest.raises(KeyboardInterrupt):
        build(workspace, few)
    said, compared = workspace.labels.version(), workspace.comparisons.version()
    names = finished_parts(workspace)
    assert names == tuple(part.name for part in ANNOTATED)
    (workspace.root / "sample.json").write_text('{"parts": ["measured", "mapped", "clustered"]}')
    with pytest.raises(KeyboardInterrupt):
        build(workspace, few)
    assert (workspace.labels.version(), workspace.comparisons.version()) == (said, compared)


@pytest.mark.slow
def test_nothing_simulated_is_mixed_with_what_a_person_said(
    workspace: Workspace, few: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "PARTS", ANNOTATED)
    image = next(iter(workspace.images.paths))
    workspace.labels.add([image], "mine", "anna")
    (left_out,) = build(workspace, few)
    assert left_out == "anna worked in it: nothing simulated is added"
    assert set(workspace.labels.by_person()) == {"anna"}
    workspace.labels.undo("anna")
    assert build(workspace, few) == (left_out,), "who takes a label back still worked in it"


@pytest.mark.slow
def test_what_a_person_chose_stays_in_use(workspace: Workspace, few: Path) -> None:
    own = steps.cluster(workspace, "kmeans", options={"n_clusters": 2}, who="anna")
    build(workspace, few)
    assert workspace.current("clusterings") == own
    assert people_in(workspace) == ("anna",)


def test_a_part_that_cannot_be_made_is_told_and_the_rest_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cannot(*_: object) -> None:
        raise NotEnoughData("there are too few images")

    parts = (demo.Part("hard", "trying", cannot), demo.Part("easy", "doing", lambda *_: None))
    monkeypatch.setattr(demo, "PARTS", parts)
    workspace = Workspace(tmp_path / "sample.contrast")
    assert build(workspace, tmp_path) == ("trying: there are too few images",)
    assert finished_parts(workspace) == ("easy",)


def test_a_sample_is_removed_unless_people_worked_in_it(tmp_path: Path) -> None:
    home = tmp_path / "sample.contrast"
    remove_samples(home)
    workspace = Workspace(home)
    with pytest.raises(CollectionError, match="stays as it is"):
        remove_samples(home, is_sure=True)
    finish_part(workspace, "measured")
    assert is_sample(workspace)
    workspace.labels.name_cluster("a clustering", 0, "Mine", "anna")
    workspace.labels.add(["0" * 16], "low", "simulated A")
    with pytest.raises(CollectionError, match=r"anna worked in .* --rebuild --anyway"):
        remove_samples(home)
    assert people_in(workspace) == ("anna",)
    remove_samples(home, is_sure=True)
    assert list(tmp_path.iterdir()) == []


def test_a_workspace_of_other_photographs_is_no_place_for_the_samples(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "holiday.contrast")
    workspace.add_roots([str(tmp_path / "holiday")])
    with pytest.raises(CollectionError, match="holds other photographs"):
        build_samples(workspace.root)
    assert not is_sample(workspace)


def written(workspace: Workspace) -> dict[Path, int]:
    """Every result, with the moment that it was written."""
    kinds = ("features", "maps", "clusterings", "predictions", "reports", "models", "embeddings")
    files = [file for kind in kinds for file in (workspace.root / kind).rglob("*")]
    return {file: file.stat().st_mtime_ns for file in files if file.is_file()}
