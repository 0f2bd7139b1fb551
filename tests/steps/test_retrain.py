"""Retraining on old and new images: a candidate that touches nothing until it is accepted."""

import json
import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from contrast_engine import Predictor, steps
from contrast_engine.errors import ModelError, NotEnoughData, OptionError
from contrast_engine.features import feature_names
from contrast_engine.monitor import MonitorLog, ScoredBatch
from contrast_engine.progress import Cancelled
from contrast_engine.results import Clustering, Predictions, Report
from contrast_engine.steps.monitoring import candidates as kept
from contrast_engine.steps.monitoring.compare import agreement, aligned, changes
from contrast_engine.steps.monitoring.decide import outdated_by
from contrast_engine.steps.monitoring.judge import judged
from contrast_engine.steps.monitoring.new_files import new_files
from contrast_engine.steps.monitoring.retrain import old_predictions
from contrast_engine.store import Artifact, Workspace
from contrast_engine.store.candidate import NAMES
from contrast_engine.vectors import ImageId, Vectors
from contrast_engine.views.monitoring import retraining
from tests.few_draws import draw_few

ORDER = ("low", "medium", "high")
OLD, NEW = 30, 12


def texture(number: int, rng: np.random.Generator) -> np.ndarray:
    """A grainy picture, the stronger the higher its number."""
    grain = rng.normal(size=(12, 16)).repeat(6, axis=0).repeat(6, axis=1)
    picture = 0.5 + (0.03 + 0.008 * number) * grain + 0.02 * rng.normal(size=(72, 96))
    pixels = np.clip(picture[..., None] * rng.uniform(0.8, 1, 3) * 255, 0, 255)
    return pixels.astype(np.uint8)


def written(folder: Path, count: int, seed: int) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    for number in range(count):
        step = 30 * number // count
        Image.fromarray(texture(step, rng)).save(folder / f"{number:02d}, {step}.png")
    return folder


@pytest.fixture(scope="module")
def made(made_once: Callable[..., Path]) -> Path:
    """A labelled collection with a model, twelve new photographs, and the same with a candidate."""

    def fill(home: Path) -> None:
        with pytest.MonkeyPatch.context() as patch:
            draw_few(patch)
            workspace = Workspace(home / "before.contrast")
            steps.gather(workspace, [written(home / "old", OLD, 0)])
            steps.cluster(workspace, options={"n_clusters": 3})
            steps.project(workspace)
            workspace.labels.define(ORDER, is_ordered=True)
            for image, path in list(workspace.images.paths.items())[: OLD - 6]:
                step = int(Path(path).stem.partition(", ")[2])
                workspace.labels.add([image], ORDER[step * 3 // 30])
            steps.pseudo_label(workspace, method="logistic")
            workspace.labels.name_cluster(str(workspace.current("clusterings")), 0, "Grainy")
            workspace.close()
            shutil.copytree(home / "before.contrast", home / "with candidate.contrast")
            workspace = Workspace(home / "with candidate.contrast")
            steps.retrain(workspace, [written(home / "new", NEW, 1)], who="Ada")
            workspace.close()

    return made_once("retrained", fill)


@pytest.fixture
def opened(made: Path, tmp_path: Path) -> Iterator[Callable[[str], Workspace]]:
    """Opens a copy of one of the workspaces."""
    found: list[Workspace] = []

    def copy(name: str = "with candidate") -> Workspace:
        root = shutil.copytree(made / f"{name}.contrast", tmp_path / f"{name}.contrast")
        found.append(Workspace(root))
        return found[-1]

    yield copy
    for workspace in found:
        workspace.close()


def state(root: Path) -> dict[str, bytes | None]:
    """All that says what is current, byte for byte."""
    return {n: (root / n).read_bytes() if (root / n).exists() else None for n in NAMES}


def labels(workspace: Workspace) -> list[object]:
    return [(a.seq, a.images, a.label, a.who, a.is_undone) for a in workspace.labels.history()]


def test_a_candidate_changes_nothing_that_is_current_and_no_label(made: Path, opened) -> None:
    before, workspace = Workspace(made / "before.contrast"), opened()
    assert state(workspace.root) == state(before.root)
    assert labels(workspace) == labels(before)
    for kind in ("features", "maps", "clusterings", "predictions"):
        assert [m.key for m in workspace.artifacts(kind)] == [m.key for m in before.artifacts(kind)]
    found = kept.open_candidate(workspace)
    assert found is not None
    assert found.record["images"] == {"old": OLD, "new": NEW, "unusable": 0, "already_known": 0}
    assert len(retraining.new_images(workspace, found)) == NEW
    before.close()


def test_accepting_makes_all_of_it_current_and_rolling_back_restores_every_byte(opened) -> None:
    workspace = opened()
    old, said = state(workspace.root), labels(workspace)
    record = kept.open_candidate(workspace).record
    done = steps.accept(workspace, who="Ada")
    assert done.current == record["after"]
    assert len(workspace.images.ids) == len(workspace.load(done.current["features"])) == OLD + NEW
    assert set(workspace.load(done.current["predictions"]).ids) == set(workspace.images.ids)
    assert len(Predictor(workspace).predict(sorted(workspace.root.parent.glob("*.png")))) == 0
    assert labels(workspace) == said
    assert steps.roll_back(workspace, who="Bob").decision == kept.ROLLED_BACK
    assert state(workspace.root) == old
    assert labels(workspace) == said
    told = [(event.body["what"], event.who) for event in kept.decisions(workspace)]
    assert told == [(kept.MADE, "Ada"), (kept.ACCEPTED, "Ada"), (kept.ROLLED_BACK, "Bob")]


def test_a_candidate_set_aside_was_never_current(opened) -> None:
    workspace = opened()
    old = state(workspace.root)
    assert steps.roll_back(workspace, who="Bob").decision == kept.SET_ASIDE
    assert state(workspace.root) == old
    assert not list((workspace.root / kept.FOLDER).glob("*"))


def scanned(workspace: Workspace) -> None:
    steps.scan(workspace, [written(workspace.root.parent / "more", 2, 5)])


def labelled(workspace: Workspace) -> None:
    workspace.labels.add([workspace.images.ids[0]], "high", who="Cid")


def unlabelled(workspace: Workspace) -> None:
    workspace.labels.add([next(iter(workspace.labels.current()))], None)


def reordered(workspace: Workspace) -> None:
    workspace.labels.define(ORDER[::-1], is_ordered=True)


def trained(workspace: Workspace) -> None:
    steps.pseudo_label(workspace, method="one_nn")


def edited(workspace: Workspace) -> None:
    steps.edit_clusters(workspace, "merge", clusters=(0, 1))


def read_otherwise(workspace: Workspace) -> None:
    from dataclasses import replace

    options = workspace.reading_options
    workspace.choose_reading_options(replace(options, max_pixels=options.max_pixels // 2))


OUTDATING = {
    scanned: "scanned", labelled: "labels changed", unlabelled: "labels changed",
    reordered: "labels changed", trained: "another model", edited: "another clustering",
    read_otherwise: "how files are read",
}  # fmt: skip


@pytest.mark.parametrize("act", OUTDATING, ids=lambda act: act.__name__)
def test_what_happened_since_makes_a_candidate_outdated(act, opened) -> None:
    workspace = opened()
    act(workspace)
    now = state(workspace.root)
    with pytest.raises(OptionError, match=f"outdated: .*{OUTDATING[act]}.*; retrain"):
        steps.accept(workspace)
    assert state(workspace.root) == now
    steps.roll_back(workspace)
    assert state(workspace.root) == now


def test_looking_at_another_map_makes_no_candidate_outdated_and_comes_back(opened) -> None:
    workspace = opened()
    other = steps.project(workspace, "two-features")
    assert not outdated_by(workspace, kept.open_candidate(workspace))
    assert steps.accept(workspace).current["maps"] != other
    assert steps.roll_back(workspace).current["maps"] == other


def test_a_report_made_while_a_candidate_waits_stays_current_when_it_is_accepted(opened) -> None:
    workspace = opened()
    report = workspace.save(Artifact("reports", "validate@1", {"n": 1}), Report(()))
    workspace.make_current("reports", report)
    assert steps.accept(workspace).current["reports"] == report
    later = workspace.save(Artifact("reports", "validate@1", {"n": 2}), Report(()))
    workspace.make_current("reports", later)
    assert steps.roll_back(workspace).current["reports"] == report, "as it was before accepting"


@pytest.mark.parametrize("first", ["nothing", "set aside", "accepted", "rolled back"])
def test_what_cannot_be_decided_is_said_in_words(first: str, opened) -> None:
    workspace = opened("before" if first == "nothing" else "with candidate")
    if first == "set aside":
        steps.roll_back(workspace, who="Bob")
    if first in ("accepted", "rolled back"):
        steps.accept(workspace, who="Bob")
    if first == "rolled back":
        steps.roll_back(workspace, who="Bob")
    expected = "there is no retrained model" if first == "nothing" else f"was {first} already, by B"
    acts = [steps.accept] if first == "accepted" else [steps.accept, steps.roll_back]
    for act in acts:
        with pytest.raises(NotEnoughData, match=expected):
            act(workspace)


def test_images_scanned_after_accepting_stay_when_it_is_rolled_back(opened) -> None:
    workspace = opened()
    old = state(workspace.root)
    steps.accept(workspace)
    scanned(workspace)
    done = steps.roll_back(workspace)
    assert "scanned since" in done.words
    assert len(workspace.images.ids) == OLD + NEW + 2
    kept_as_it_is = {"images.parquet", "workspace.json"}
    assert {n for n, b in state(workspace.root).items() if b != old[n]} == kept_as_it_is


KILLED = """
import os, shutil, signal, sys
from pathlib import Path
from contrast_engine.store import Workspace, file_switch, candidate, atomic_files
from contrast_engine.steps.monitoring import decide
from contrast_engine.store.candidate import NAMES

home, act = Path(sys.argv[1]), sys.argv[2]

def state(root):
    return {n: (root / n).read_bytes() if (root / n).exists() else None for n in NAMES}

def killed_at(call):
    real, unlink, left = os.replace, Path.unlink, [call]
    def die(_=None):
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)
    replace = Path.replace
    Path.replace = lambda self, other: (die(), replace(self, other))[1]
    Path.unlink = lambda self, missing_ok=False: (die(), unlink(self, missing_ok))[1]

outcomes, call = [], 0
while True:
    root = home / "one.contrast"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(home / "start.contrast", root)
    old = state(root)
    child = os.fork()
    if not child:
        killed_at(call)
        decide_it = decide.accept if act == "accept" else decide.roll_back
        decide_it(Workspace(root), who="Ada")
        os._exit(7)
    _, status = os.waitpid(child, 0)
    workspace = Workspace(root)
    now = state(root)
    told = [e.body["what"] for e in workspace.edits.events("retraining")]
    new = {n: p.read_bytes() if (p := home / "end.contrast" / n).exists() else None for n in NAMES}
    if now == old:
        outcomes.append("old")
        assert told == TOLD_BEFORE, told
    else:
        assert now == new, [n for n in NAMES if now[n] != new[n]]
        assert told == TOLD_AFTER, told
        outcomes.append("new")
    assert not (root / "switching.json").exists()
    workspace.close()
    if os.WIFEXITED(status):
        assert os.WEXITSTATUS(status) == 7
        break
    call += 1
print(call, "".join(outcome[0] for outcome in outcomes))
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills copies of a process, which needs fork")
@pytest.mark.parametrize("act", ["accept", "roll back"])
def test_killed_at_any_write_it_is_all_old_or_all_new(act: str, opened, tmp_path: Path) -> None:
    workspace = opened()
    told = [kept.MADE]
    if act == "roll back":
        steps.accept(workspace)
        told.append(kept.ACCEPTED)
    workspace.close()
    shutil.copytree(workspace.root, tmp_path / "start.contrast")
    (steps.accept if act == "accept" else steps.roll_back)(workspace)
    workspace.close()
    shutil.copytree(workspace.root, tmp_path / "end.contrast")
    done = kept.ACCEPTED if act == "accept" else kept.ROLLED_BACK
    script = KILLED.replace("TOLD_BEFORE", repr(told)).replace("TOLD_AFTER", repr([*told, done]))
    ran = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), str(tmp_path), act],
        capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    kills, outcomes = ran.stdout.split()
    assert int(kills) >= 8
    assert outcomes.startswith("o"), "killed before the journal is whole, nothing happened"
    assert outcomes.lstrip("o") == "n" * outcomes.count("n") != "", "after it, all of it happened"


@pytest.mark.parametrize("method", ["logistic", "one_nn", "cluster_vote"])
def test_the_old_model_says_of_new_images_what_it_says_of_new_files(
    method: str, made: Path, opened
) -> None:
    workspace = opened("before")
    key, clustering = steps.pseudo_label(workspace, method=method), workspace.current("clusterings")
    files = sorted((made / "new").glob("*.png"))
    expected = {p.id: p for p in Predictor(workspace).predict(files)}
    table = steps.gather(workspace, files).measured.key
    said = judged(workspace, key, clustering, tuple(expected), lambda _: table)
    for image, one in expected.items():
        row = said.rows[image]
        assert said.label[row] == one.label
        assert said.confidence[row] == pytest.approx(one.probability, abs=1e-9)
        assert bool(said.abstains[row]) == one.abstains


def test_the_same_question_is_asked_again(opened) -> None:
    workspace = opened()
    before, after = (kept.open_candidate(workspace).record[side] for side in ("before", "after"))
    with kept.looked_at(workspace, kept.open_candidate(workspace).id) as view:
        for kind in ("maps", "clusterings"):
            one, other = view.manifest(before[kind]), view.manifest(after[kind])
            assert (one.recipe, one.seed, one.details["on"]) == (
                other.recipe, other.seed, other.details["on"]
            )  # fmt: skip
        one, other = (view.manifest(side["predictions"]) for side in (before, after))
        for name in ("method", "options", "abstaining", "classes", "is_ordered"):
            assert one.recipe[name] == other.recipe[name]


def test_clusters_keep_number_and_name_and_a_retired_number_is_never_given_again(
    opened, few_draws: None
) -> None:
    workspace = opened()
    record = kept.open_candidate(workspace).record
    found = record["clusters"]
    assert {*found["kept"], *found["retired"]} == {0, 1, 2}
    assert not {*found["new"]} & {0, 1, 2}
    with kept.looked_at(workspace, kept.open_candidate(workspace).id) as view:
        clusters: Clustering = view.load(record["after"]["clusterings"])
        assert set(clusters.clusters) == {*found["kept"], *found["new"]}
        names = view.labels.cluster_names(record["after"]["clusterings"])
        assert names.get(0) == ("Grainy" if 0 in found["kept"] else None)
    used = {*found["new"], 0, 1, 2}
    steps.accept(workspace)
    steps.retrain(workspace, [written(workspace.root.parent / "others", 20, 9)])
    again = kept.open_candidate(workspace).record["clusters"]
    assert not {*again["new"]} & used


def scored(workspace: Workspace, paths: list[Path], folder: Path | None = None) -> None:
    """As scoring does it: predictions and rows of features go into the log."""
    log = MonitorLog(folder or workspace.root / "monitor")
    found = Predictor(workspace).predict(paths)
    features = np.ones((len(found), len(feature_names())))
    log.add(ScoredBatch("0" * 16, found, features, feature_names()))
    log.close()


def test_the_files_of_the_reservoir_that_are_still_there_are_added_and_the_rest_is_counted(
    made: Path, opened, tmp_path: Path, few_draws: None
) -> None:
    workspace = opened("before")
    folder = shutil.copytree(made / "new", tmp_path / 'new; "odd", names')
    files = sorted(folder.glob("*.png"))
    scored(workspace, [*files, sorted((made / "old").glob("*.png"))[0]])
    for gone in files[:4]:
        gone.unlink()
    record = steps.retrain(workspace).record
    assert record["images"]["new"] == NEW - 4
    assert record["images"]["already_known"] == 1
    assert f"{NEW - 3} of the {NEW + 1} in the reservoir" in record["source"]["words"]
    assert "the files of the other 4 are gone" in record["source"]["words"]
    steps.accept(workspace)
    assert steps.scan(workspace).missing == 0, "scanned again, they are found again"
    scanned(workspace)
    assert "scanned since" in steps.roll_back(workspace).words
    assert steps.scan(workspace).missing == 0, "the list of them is still there"


def test_the_log_of_a_model_file_can_be_named(made: Path, opened, tmp_path: Path) -> None:
    workspace, log = opened("before"), tmp_path / "model.contrast.log"
    scored(workspace, sorted((made / "new").glob("*.png"))[:3], log)
    found = new_files(workspace, [], tmp_path, log)
    assert (found.there, found.reservoir, found.batches) == (3, 3, 1)


def nothing_scored(workspace: Workspace) -> list[Path]:
    return []


def all_known(workspace: Workspace) -> list[Path]:
    return [Path(workspace.images.facts(i).path) for i in workspace.images.ids[:3]]


def all_gone(workspace: Workspace) -> list[Path]:
    passing = written(workspace.root.parent / "passing", 2, 7)
    scored(workspace, sorted(passing.glob("*.png")))
    shutil.rmtree(passing)
    return []


def without_a_model(workspace: Workspace) -> list[Path]:
    (workspace.root / "predictions" / "current").unlink()
    return []


def with_vectors_brought_along(workspace: Workspace) -> list[Path]:
    table = workspace.root.parent / "brought.csv"
    rng = np.random.default_rng(0)
    rows = [",".join([i, *(f"{v:.4f}" for v in rng.normal(size=3))]) for i in workspace.images.ids]
    table.write_text("\n".join(["id,a,b,c", *rows]), encoding="utf-8")
    steps.pseudo_label(workspace, on=steps.embed(workspace, str(table)).key)
    return []


REFUSED = {
    nothing_scored: (NotEnoughData, "no new images were scored .*contrast predict"),
    all_known: (NotEnoughData, "all of these images are in the collection already"),
    all_gone: (NotEnoughData, "none of the 2 images in the reservoir"),
    without_a_model: (NotEnoughData, "no model to train again yet; label"),
    with_vectors_brought_along: (ModelError, "vectors of brought.csv.*bring the vectors"),
}


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.__name__)
def test_what_cannot_be_retrained_is_refused_in_words_and_leaves_nothing(case, opened) -> None:
    workspace = opened("before")
    paths = case(workspace)
    old, (error, words) = state(workspace.root), REFUSED[case]
    with pytest.raises(error, match=words):
        steps.retrain(workspace, paths)
    assert state(workspace.root) == old
    assert not list((workspace.root / kept.FOLDER).glob("*"))
    assert kept.decisions(workspace) == ()


class StopsAt:
    """Cancels at the first word of a part."""

    def __init__(self, part: int) -> None:
        self.part = part

    def tick(self, done: int, total: int, note: str = "", **metrics: float) -> None:
        if note.startswith(f"part {self.part} "):
            raise Cancelled


@pytest.mark.parametrize("part", [1, 3])
def test_a_cancelled_retraining_leaves_what_is_current_and_no_candidate(part, made, opened) -> None:
    workspace = opened("before")
    old = state(workspace.root)
    with pytest.raises(Cancelled):
        steps.retrain(workspace, [made / "new"], progress=StopsAt(part))
    assert state(workspace.root) == old
    assert not list((workspace.root / kept.FOLDER).glob("*"))


def test_a_new_candidate_sets_the_one_before_aside(made: Path, opened, few_draws: None) -> None:
    workspace = opened()
    first = kept.open_candidate(workspace).id
    second = steps.retrain(workspace, [made / "new"]).id
    assert [one.id for one in kept.candidates(workspace) if one.is_open] == [second]
    assert not kept.folder_of(workspace, first).exists()
    said = [event.body["what"] for event in kept.decisions(workspace)]
    assert said == [kept.MADE, kept.SET_ASIDE, kept.MADE]


@pytest.mark.slow
def test_on_an_embedding_the_new_images_are_embedded_too(
    made: Path, opened, few_draws: None
) -> None:
    workspace = opened("before")
    tiny = {"size": 32, "epochs": 1, "batch_size": 8, "dimensions": 4}
    encoder = steps.train(workspace, "rank", options=tiny).key
    own = steps.embed(workspace, encoder, anyway=True).key
    steps.project(workspace, on=own)
    steps.pseudo_label(workspace, on=f"features+{own}", method="logistic")
    files = sorted((made / "new").glob("*.png"))
    expected = {p.id: p for p in Predictor(workspace).predict(files)}
    old = state(workspace.root)
    steps.retrain(workspace, files)
    found = kept.open_candidate(workspace)
    with kept.looked_at(workspace, found.id) as view:
        assert len(view.load(found.record["after"]["embeddings"])) == OLD + NEW
        for kind in ("maps", "clusterings", "predictions"):
            assert len(view.load(found.record["after"][kind])) == OLD + NEW
        said = old_predictions(workspace, view, found.record)
    for image, one in expected.items():
        assert said.confidence[said.rows[image]] == pytest.approx(one.probability, abs=1e-5)
    assert steps.space(workspace, encoder).on == own, "the candidate's is not looked at yet"
    steps.accept(workspace)
    assert len(steps.space(workspace, encoder).vectors) == OLD + NEW
    steps.roll_back(workspace)
    assert state(workspace.root) == old
    assert len(steps.space(workspace, encoder).vectors) == OLD


def predictions(labels: str, names: str = "abc", *, sure: float = 0.8) -> Predictions:
    ids = tuple(ImageId(f"{n:016x}") for n in range(len(labels)))
    rest = (1 - sure) / (len(names) - 1)
    rows = [[sure if name == label else rest for name in names] for label in labels]
    return Predictions(ids, tuple(names), np.array(rows), np.zeros(len(labels), dtype=np.bool_))


def test_agreement_is_as_counted_by_hand() -> None:
    one, other = predictions("aabbccaabb"), predictions("aabbccabba")
    found = agreement(one, other, one.ids, is_ordered=False)
    assert found["n"] == 10
    assert found["share"] == pytest.approx(0.8)
    # shares a .4, b .4, c .2 in both: by chance .36
    assert found["kappa"] == pytest.approx((0.8 - 0.36) / (1 - 0.36))
    assert found["share_low"] < 0.8 < found["share_high"]
    assert found["kappa_low"] < found["kappa"] < found["kappa_high"]


def test_agreement_has_no_number_where_there_is_none() -> None:
    one = predictions("aaaa")
    assert agreement(one, one, one.ids, is_ordered=True)["kappa"] is None
    assert agreement(one, one, (), is_ordered=True)["share"] is None


def test_changes_are_those_that_differ_the_surest_first_also_with_a_new_label() -> None:
    one, other = predictions("abca"), predictions("abdd", "abcd", sure=0.7)
    given = {one.ids[2]: "c"}
    found = changes(one, other, given, [one.ids[3]])
    assert [(c.before, c.after, c.given, c.is_new) for c in found] == [
        ("c", "d", "c", False), ("a", "d", None, True)
    ]  # fmt: skip


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_map_turned_mirrored_scaled_and_moved_is_laid_back_on_itself(mirrored: bool) -> None:
    rng = np.random.default_rng(0)
    ids = tuple(ImageId(f"{n:016x}") for n in range(60))
    old = Vectors(ids[:40], rng.normal(size=(40, 3)), ("x", "y", "z"))
    turn = np.array([[0.6, -0.8], [0.8, 0.6]]) @ np.diag([-1.0 if mirrored else 1.0, 1.0])
    rest = rng.normal(size=(20, 2))
    places = np.vstack([old.values[:, :2], rest])
    new = Vectors(ids[::-1], (7 * places @ turn + (30, -4))[::-1], ("x", "y"))
    found = aligned(old, new)
    assert found.shared == 40
    assert found.disparity == pytest.approx(0, abs=1e-9)
    np.testing.assert_allclose(found.after.take(ids).values, places, atol=1e-9)


def test_a_map_of_other_places_has_a_disparity_near_one() -> None:
    rng = np.random.default_rng(0)
    ids = tuple(ImageId(f"{n:016x}") for n in range(500))
    old, new = (Vectors(ids, rng.normal(size=(500, 2)), ("x", "y")) for _ in range(2))
    assert aligned(old, new).disparity > 0.95
    assert aligned(old, Vectors(ids[:2], new.values[:2], ("x", "y"))) is None


def test_the_record_is_json_and_said_in_words(opened) -> None:
    workspace = opened()
    found = kept.open_candidate(workspace)
    json.dumps(found.record, allow_nan=False)
    said = "\n".join(retraining.comparison_words(found.record))
    assert f"{NEW} new images beside {OLD} old ones" in said
    assert "None of them is on a new image" in said
    listed = retraining.changed_labels(workspace, found)
    assert len(listed) == found.record["changed"]["old"] + found.record["changed"]["new"]
    assert all(one.change.before != one.change.after for one in listed)
