"""Every step that can take long says what it does, how far it is, and when it is done."""

import inspect
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contrast_engine import pace, steps
from contrast_engine.progress import OVERALL
from contrast_engine.steps import STEPS
from contrast_engine.store import Workspace

SAMPLES = sorted((Path(__file__).parents[2] / "sample_data").glob("*.jpg"))[::4]
"""Sixty photographs."""


class Heard:
    """Whoever listens to a whole step, as the app and the commands do."""

    def __init__(self) -> None:
        self.expected: list[tuple[str, int]] = []
        self.ticks: list[tuple[int, int, str, float | None]] = []

    def expect(self, name: str, n: int, seconds: float | None) -> None:
        assert not self.ticks, "before anything else"
        self.expected.append((name, n))

    def tick(self, done: int, total: int, note: str = "", **metrics: float) -> None:
        self.ticks.append((done, total, note, metrics.get(OVERALL)))


def every_step() -> list[str]:
    """The steps that tell their progress."""
    found = {*STEPS} | {
        name
        for name in steps.__all__
        if inspect.isfunction(one := getattr(steps, name))
        and "progress" in inspect.signature(one).parameters
    }
    return sorted(found)


@pytest.mark.parametrize("name", every_step())
def test_every_step_with_progress_has_a_pace_and_words_from_its_first_moment(name: str) -> None:
    step = getattr(steps, name)
    assert "progress" in inspect.signature(step).parameters
    if name in PASSED_ON:
        assert "progress" in inspect.getsource(step).split('"""', 2)[2]
        return
    body = inspect.getsource(step).split('"""', 2)[2].strip().splitlines()
    first = " ".join(line.strip() for line in body[:5])
    assert "paced(" in first, f"{name} has to say `paced` first"


PASSED_ON = frozenset({"restore"})
"""Steps whose only part counts by itself, in bytes."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty photographs with a map, clusters, labels of two people and a model; to be copied."""
    workspace = Workspace(tmp_path_factory.mktemp("made") / "some.contrast")
    steps.gather(workspace, SAMPLES)
    ids = workspace.images.ids
    for who, first in (("a", 0), ("b", 1)):
        workspace.labels.add(ids[first:20], "low", who)
        workspace.labels.add(ids[20 : 40 - first], "high", who)
    workspace.comparisons.add(ids[0], ids[30], "left", "a")
    steps.project(workspace)
    steps.cluster(workspace)
    steps.pseudo_label(workspace, method="one_nn")
    workspace.close()
    return workspace.root


@pytest.fixture(autouse=True)
def only_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is heard is the count of a step, and not the time that was made of it."""
    monkeypatch.setattr(pace, "measured_paces", dict)


@pytest.fixture
def workspace(made: Path, tmp_path: Path) -> Workspace:
    """A copy of the workspace."""
    return Workspace(shutil.copytree(made, tmp_path / "some.contrast"))


WORK: dict[str, Callable[[Workspace, Path, Any], Any]] = {
    "gather": lambda w, out, p: steps.gather(Workspace(out / "n"), SAMPLES[:8], progress=p),
    "scan": lambda w, out, p: steps.scan(Workspace(out / "n"), SAMPLES[:8], progress=p),
    "measure": lambda w, out, p: steps.measure(_scanned(out), progress=p),
    "haze": lambda w, out, p: steps.look_for_haze(_scanned(out), progress=p),
    "pca": lambda w, out, p: steps.project(w, "pca", seed=3, progress=p),
    "tsne": lambda w, out, p: steps.project(w, "tsne", progress=p),
    "kmeans": lambda w, out, p: steps.cluster(w, "kmeans", seed=3, progress=p),
    "ward": lambda w, out, p: steps.cluster(w, "hierarchical", progress=p),
    "mixture": lambda w, out, p: steps.cluster(w, "mixture", progress=p),
    "hdbscan": lambda w, out, p: steps.cluster(w, "hdbscan", progress=p),
    "choose_k": lambda w, out, p: steps.choose_k(w, progress=p),
    "axes": lambda w, out, p: steps.name_axes(w, progress=p),
    "outliers": lambda w, out, p: steps.find_outliers(w, progress=p),
    "duplicates": lambda w, out, p: steps.find_duplicates(w, progress=p),
    "similar": lambda w, out, p: steps.most_similar(w, w.images.ids[0], progress=p),
    "label_next": lambda w, out, p: steps.label_next(w, progress=p),
    "rank_next": lambda w, out, p: steps.rank_next(w, progress=p),
    "rank_show": lambda w, out, p: steps.rank_show(w, progress=p),
    "agreement": lambda w, out, p: steps.annotator_agreement(w, progress=p),
    "pseudo_label": lambda w, out, p: steps.pseudo_label(w, progress=p),
    "place": lambda w, out, p: steps.place(w, progress=p),
    "export": lambda w, out, p: steps.export(w, out / "t.csv", progress=p),
    "write_labels": lambda w, out, p: steps.write_labels(w, out / "l.csv", progress=p),
    "planned_import": lambda w, out, p: steps.planned_import(w, _labels(w, out), progress=p),
    "take_labels": lambda w, out, p: steps.take_labels(
        w, steps.planned_import(w, _labels(w, out)), progress=p
    ),
    "export_selection": lambda w, out, p: steps.export_selection(
        w, w.images.ids[:5], out / "s.zip", progress=p
    ),
    "write_map": lambda w, out, p: steps.write_map(w, out / "m.html", progress=p),
    "report": lambda w, out, p: steps.report(w, out / "r.html", progress=p),
    "back_up": lambda w, out, p: steps.back_up(w, out / "b.zip", progress=p),
    "complexity": lambda w, out, p: steps.judge_complexity(w, progress=p),
    "illuminants": lambda w, out, p: steps.estimate_illuminants(w, progress=p),
    "validate": lambda w, out, p: steps.validate(w, progress=p),
    "sabotage": lambda w, out, p: steps.sabotage(w, progress=p),
}
"""What is run, on a few photographs."""


def _scanned(out: Path) -> Workspace:
    workspace = Workspace(out / "n")
    steps.scan(workspace, SAMPLES[:8])
    return workspace


def _labels(workspace: Workspace, out: Path) -> Path:
    rows = [f"{image},low,c" for image in workspace.images.ids[:30]]
    file = out / "labels.csv"
    file.write_text("\n".join(["id,label,annotator", *rows]), encoding="utf-8")
    return file


@pytest.mark.slow
@pytest.mark.parametrize("name", WORK)
def test_the_count_of_a_step_only_grows_and_reaches_its_end(
    name: str, workspace: Workspace, tmp_path: Path
) -> None:
    heard = Heard()
    WORK[name](workspace, tmp_path, heard)
    assert len(heard.expected) == 1, "a step within a step leaves the time to the whole"
    step, n = heard.expected[0]
    assert step
    assert n >= 0
    assert len(heard.ticks) > 1
    assert all(note.strip() for *_, note, _ in heard.ticks), "what is done is said in words"
    assert all(0 <= done <= total for done, total, *_ in heard.ticks)
    far = [overall for *_, overall in heard.ticks if overall is not None]
    assert far == sorted(far), "all of the step never falls back"
    assert far[0] == 0
    assert far[-1] > 0.85, "and ends near its end"
    for before, now in zip(heard.ticks, heard.ticks[1:], strict=False):
        if before[1:3] == now[1:3]:
            assert before[0] <= now[0], "a count never falls back"
