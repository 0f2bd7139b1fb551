"""From labels to predictions, checks and new files, on a small measured collection."""

import dataclasses
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from contrast_engine import steps
from contrast_engine.errors import ModelError, NotEnoughData, OptionError, UnknownName
from contrast_engine.predict import Predictor
from contrast_engine.progress import OVERALL, Cancelled
from contrast_engine.store import Workspace

ORDER = ("low", "medium", "high")


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """36 textures of rising contrast in shuffled files, scanned, measured and clustered."""
    folder = tmp_path_factory.mktemp("photos")
    rng = np.random.default_rng(0)
    for number in range(36):
        grain = rng.normal(size=(12, 16)).repeat(6, axis=0).repeat(6, axis=1)
        picture = 0.5 + (0.03 + 0.006 * number) * grain + 0.02 * rng.normal(size=(72, 96))
        pixels = np.clip(picture[..., None] * rng.uniform(0.8, 1, 3) * 255, 0, 255)
        Image.fromarray(pixels.astype(np.uint8)).save(
            folder / f"{number * 7 % 36:02d}-{number}.png"
        )
    root = folder / "made.contrast"
    workspace = Workspace(root)
    steps.scan(workspace, [*sorted(folder.glob("*.png"))])
    steps.measure(workspace)
    steps.cluster(workspace)
    steps.project(workspace)
    workspace.close()
    return root


@pytest.fixture
def workspace(measured: Path, tmp_path: Path) -> Iterator[Workspace]:
    shutil.copytree(measured, tmp_path / "w")
    workspace = Workspace(tmp_path / "w")
    yield workspace
    workspace.close()


def truth(workspace: Workspace) -> dict[str, str]:
    number = {i: int(Path(p).stem.split("-")[1]) for i, p in workspace.images.paths.items()}
    return {image: ORDER[n // 12] for image, n in number.items()}


def label(workspace: Workspace, count: int) -> None:
    for image, name in sorted(truth(workspace).items())[:count]:
        workspace.labels.add([image], name)


def right(workspace: Workspace, key: str) -> float:
    predictions, true = workspace.load(key), truth(workspace)
    return float(
        np.mean([true[i] == p for i, p in zip(predictions.ids, predictions.label, strict=True)])
    )


@pytest.mark.slow
def test_twenty_labels_reach_every_image_and_the_details_say_how_well(workspace: Workspace) -> None:
    label(workspace, 20)
    key = steps.pseudo_label(workspace, order=ORDER)
    manifest = workspace.manifest(key)
    details = manifest.details
    assert right(workspace, key) > 0.7
    assert (manifest.rows, workspace.current("predictions")) == (36, key)
    assert (details["method"], details["labels"], details["badge"]) == ("ordinal", 20, "")
    assert workspace.load(key).labels == ORDER
    judged = details["cross_validated"]
    assert judged["n"] == 20
    assert judged["accuracy_low"] < judged["accuracy"] < judged["accuracy_high"]
    assert judged["kappa_low"] < judged["kappa"] < judged["kappa_high"]
    assert details["coverage"] == pytest.approx(1 - details["abstained"] / 36)
    json.dumps(details, allow_nan=False)


@pytest.mark.slow
def test_without_an_order_the_label_set_decides(workspace: Workspace) -> None:
    label(workspace, 20)
    plain = steps.pseudo_label(workspace)
    assert workspace.manifest(plain).details["method"] == "logistic"
    workspace.labels.define(ORDER, is_ordered=True)
    ordered = steps.pseudo_label(workspace)
    assert workspace.manifest(ordered).details["method"] == "ordinal"
    assert ordered == steps.pseudo_label(workspace, order=ORDER)


def test_few_labels_are_badged_very_rough(workspace: Workspace) -> None:
    label(workspace, 6)
    details = workspace.manifest(steps.pseudo_label(workspace)).details
    assert details["badge"] == "very rough"
    assert details["method"] in {"one_nn", "cluster_vote"}


@pytest.mark.slow
def test_the_same_labels_are_not_trained_twice_and_other_labels_are(workspace: Workspace) -> None:
    class Count:
        ticks = 0

        def tick(self, done: int, total: int, note: str = "", **metrics: float) -> None:
            self.ticks += 1

    label(workspace, 20)
    first = steps.pseudo_label(workspace)
    again = Count()
    assert steps.pseudo_label(workspace, progress=again) == first
    assert again.ticks == 0
    image = next(iter(workspace.labels.current()))
    was = workspace.labels.current()[image].label
    workspace.labels.add([image], next(name for name in ORDER if name != was))
    assert steps.pseudo_label(workspace) != first
    workspace.labels.undo()
    assert steps.pseudo_label(workspace) == first == workspace.current("predictions")


@pytest.mark.slow
def test_seed_method_and_options_are_part_of_the_question(workspace: Workspace) -> None:
    label(workspace, 20)
    keys = {
        steps.pseudo_label(workspace),
        steps.pseudo_label(workspace, seed=1),
        steps.pseudo_label(workspace, method="one_nn"),
        steps.pseudo_label(workspace, method="logistic", options={"c": 1.0}),
    }
    assert len(keys) == 4
    vote = steps.pseudo_label(workspace, method="cluster_vote")
    steps.cluster(workspace, options={"n_clusters": 4})
    assert steps.pseudo_label(workspace, method="cluster_vote") != vote


def test_what_cannot_be_trained_is_refused_in_words(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(NotEnoughData, match="no image is labelled yet"):
        steps.pseudo_label(workspace)
    label(workspace, 20)
    with pytest.raises(OptionError, match="'medium'"):
        steps.pseudo_label(workspace, order=("low", "high"))
    with pytest.raises(OptionError, match="at least two different"):
        steps.pseudo_label(workspace, order=("low", "low"))
    with pytest.raises(UnknownName, match="did you mean 'ordinal'"):
        steps.pseudo_label(workspace, method="ordinall")
    with pytest.raises(OptionError, match="have no order"):
        steps.pseudo_label(workspace, method="ordinal")
    with pytest.raises(NotEnoughData, match="measure"):
        steps.pseudo_label(Workspace(tmp_path / "empty"))


@pytest.mark.slow
def test_cancelling_training_leaves_the_model_that_was_there(workspace: Workspace) -> None:
    class Stop:
        def tick(self, done: int, total: int, note: str = "", **metrics: float) -> None:
            if done > 20:
                raise Cancelled

    label(workspace, 12)
    before = steps.pseudo_label(workspace)
    label(workspace, 20)
    with pytest.raises(Cancelled):
        steps.pseudo_label(workspace, progress=Stop())
    assert workspace.current("predictions") == before
    assert len(workspace.artifacts("predictions")) == 1


@pytest.mark.slow
@pytest.mark.parametrize("method", ["ordinal", "logistic", "one_nn", "cluster_vote"])
def test_a_collection_image_is_predicted_as_it_was_labelled(
    workspace: Workspace, method: str
) -> None:
    label(workspace, 20)
    predictions = workspace.load(steps.pseudo_label(workspace, order=ORDER, method=method))
    clusters = workspace.load(workspace.current("clusterings")).of
    images = sorted(workspace.images.ids)[::3]
    found = Predictor(workspace).predict([workspace.images.paths[i] for i in images])
    for image, prediction in zip(images, found, strict=True):
        row = predictions.rows[image]
        assert prediction.problem is None
        assert prediction.label == predictions.label[row]
        assert prediction.probability == pytest.approx(predictions.confidence[row], abs=1e-9)
        assert prediction.abstains == predictions.abstains[row]
        assert prediction.cluster == clusters[image]


@pytest.mark.slow
def test_an_unreadable_new_file_is_a_problem_and_the_rest_is_predicted(
    workspace: Workspace, tmp_path: Path
) -> None:
    label(workspace, 20)
    steps.pseudo_label(workspace, order=ORDER)
    (tmp_path / "not.jpg").write_text("words")
    good = next(iter(workspace.images.paths.values()))
    files = [tmp_path / "not.jpg", good, tmp_path / "nowhere.png"]
    broken, fine, gone = Predictor(workspace).predict(files)
    for workers in (1, 2, 5):
        assert Predictor(workspace).predict(files, workers=workers) == (broken, fine, gone)
    assert broken.problem is not None
    assert "not.jpg" in broken.problem
    assert broken.label is broken.probability is broken.abstains is broken.cluster is None
    assert fine.label in ORDER
    assert gone.problem is not None
    assert [p.path for p in (broken, fine, gone)] == [str(f) for f in files]


def test_predicting_without_a_model_names_the_command(workspace: Workspace) -> None:
    with pytest.raises(NotEnoughData, match="contrast pseudo-label"):
        Predictor(workspace)


@pytest.mark.slow
def test_predicting_does_not_need_a_clustering(workspace: Workspace) -> None:
    label(workspace, 20)
    steps.pseudo_label(workspace, order=ORDER)
    (workspace.root / "clusterings" / "current").unlink()
    (found,) = Predictor(workspace).predict([next(iter(workspace.images.paths.values()))])
    assert found.label in ORDER
    assert found.cluster is None


@pytest.mark.slow
def test_a_model_of_other_features_is_refused(workspace: Workspace) -> None:
    label(workspace, 20)
    key = steps.pseudo_label(workspace, order=ORDER)
    arrays, recipe = workspace.models.load(key)
    workspace.models.save(key, arrays, {**recipe, "feature_version": 0})
    with pytest.raises(ModelError, match="features of another version"):
        Predictor(workspace)


@pytest.mark.slow
@pytest.mark.usefixtures("few_draws")
def test_validating_reports_every_check_and_follows_the_labels(workspace: Workspace) -> None:
    from contrast_engine.validation import checks

    bare = workspace.load(steps.validate(workspace))
    assert {f.check for f in bare.findings} == set(checks)
    assert {f.verdict for f in bare.of("held_out_labels")} == {"unknown"}
    label(workspace, 24)
    steps.pseudo_label(workspace, order=ORDER)
    key = steps.validate(workspace)
    report = workspace.load(key)
    assert report.of("held_out_labels")[0].value is not None
    assert {f.verdict for f in report.of("learned_order")} <= {"pass", "warn"}
    assert report.findings[-1].check == "missing_evidence"
    assert sum(workspace.manifest(key).details.values()) == len(report.findings)
    json.dumps([dataclasses.asdict(f) for f in report.findings], allow_nan=False)
    assert steps.validate(workspace) == key
    image = next(iter(workspace.labels.current()))
    workspace.labels.add([image], None)
    changed = workspace.load(steps.validate(workspace))
    assert {f.verdict for f in changed.of("held_out_labels")} == {"unknown"}


@pytest.mark.slow
@pytest.mark.usefixtures("few_draws")
def test_validating_twice_in_two_places_gives_the_same_bytes(
    measured: Path, tmp_path: Path
) -> None:
    reports = []
    for copy in ("a", "b"):
        shutil.copytree(measured, tmp_path / copy)
        workspace = Workspace(tmp_path / copy)
        label(workspace, 20)
        keys = [steps.pseudo_label(workspace, order=ORDER), steps.validate(workspace)]
        files = [f for key in keys for f in sorted(workspace.root.rglob(f"{key}*")) if f.is_file()]
        reports.append([f.read_bytes() for f in files])
        workspace.close()
    assert reports[0] == reports[1]
    assert len(reports[0]) == 4


def test_validating_an_unmeasured_workspace_says_to_measure(tmp_path: Path) -> None:
    with pytest.raises(NotEnoughData, match="measure"):
        steps.validate(Workspace(tmp_path / "empty"))


@pytest.mark.slow
@pytest.mark.usefixtures("few_draws")
@pytest.mark.parametrize(
    ("seed", "fewest"), [(0, 15), (1, 20)], ids=["null kept with the clusters", "null drawn anew"]
)
def test_the_progress_of_validating_only_rises(
    workspace: Workspace, seed: int, fewest: int
) -> None:
    class Listen:
        def __init__(self) -> None:
            self.shares: list[float] = []

        def tick(self, done: int, total: int, note: str = "", **metrics: float) -> None:
            self.shares.append(metrics[OVERALL])

    heard = Listen()
    steps.validate(workspace, seed=seed, progress=heard)
    assert heard.shares == sorted(heard.shares)
    assert (heard.shares[0], heard.shares[-1]) == (0, 1)
    assert len(set(heard.shares)) > fewest


@pytest.mark.slow
def test_a_promise_is_made_once_twenty_randomly_drawn_images_are_labelled(
    workspace: Workspace,
) -> None:
    true = sorted(truth(workspace).items())
    for place, (image, name) in enumerate(true):
        why = "drawn at random, for a test" if place < 30 else "typical"
        workspace.labels.add([image], name, why=why)
    details = workspace.manifest(steps.pseudo_label(workspace)).details
    calibration = details["calibration"]
    assert (calibration["level"], calibration["n"], calibration["refused"]) == (0.9, 30, "")
    assert 0 <= calibration["coverage"] <= 1
    assert 0 <= calibration["ece"] <= 1
    found = details["promise"]
    assert details["calibration_note"] == found["words"]
    assert (found["drawn"], found["labels"], found["level"]) == (30, 36, 0.95)
    assert found["low"] <= found["error"] <= found["high"]
    judged = details["cross_validated"]
    assert judged["answered_accuracy"] == pytest.approx(1 - found["error"])
    assert judged["answered_low"] == pytest.approx(1 - found["high"])
    assert details["optimism"] is None, "no image is without a label"
    assert [point["labels"] for point in details["curve"]] == [5, 10, 20, 36]
    file = next(iter(workspace.images.paths.values()))
    predictor = Predictor(workspace)
    assert predictor.predict([file])[0].label in ORDER
    assert predictor.promise == found["words"]
    for image, name in true[:30]:
        workspace.labels.add([image], name, why="typical")
    for image, _ in true[30:]:
        workspace.labels.add([image], None)
    key = steps.pseudo_label(workspace, most_wrong=0.5)
    chosen = workspace.manifest(key).details
    assert chosen["calibration"]["coverage"] is None
    assert "there are 0" in chosen["calibration"]["refused"]
    assert chosen["promise"]["limit"] == 0.5
    assert (chosen["optimism"]["labels"], chosen["optimism"]["rest"]) == (30, 6)
