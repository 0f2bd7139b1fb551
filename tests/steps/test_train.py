import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from contrast_engine import Predictor, Workspace, steps
from contrast_engine.encoders.model import EncoderModel
from contrast_engine.errors import (
    CollectionError,
    ModelError,
    NotEnoughData,
    OptionError,
    UnknownName,
)
from contrast_engine.progress import OVERALL, Cancelled
from contrast_engine.steps.collection.training_copies import copies
from contrast_engine.steps.encoders.audit_views import view_pictures
from contrast_engine.steps.encoders.train import aligned, estimate, flat, trainable, training_key
from contrast_engine.steps.structure.space_encoder import SpaceEncoder
from contrast_engine.steps.structure.spaces import space, space_of
from contrast_engine.store.atomic_files import read_array, write_array
from contrast_engine.store.training_cache import TrainingCache
from contrast_engine.store.training_runs import TrainingRun
from contrast_engine.views.encoders import encoder_card

SAMPLE_DATA = Path(__file__).parents[2] / "sample_data"
TINY = {"size": 32, "epochs": 2, "batch_size": 8, "dimensions": 8}


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of thirty measured photographs with an encoder and its embedding; to be copied."""
    folder = tmp_path_factory.mktemp("training")
    photos = folder / "photos"
    photos.mkdir()
    for file in sorted(SAMPLE_DATA.glob("*.jpg"))[::8]:
        shutil.copy(file, photos)
    workspace = Workspace(folder / "w.contrast")
    steps.scan(workspace, [photos])
    steps.measure(workspace)
    steps.embed(workspace, steps.train(workspace, "rank", options=TINY).key)
    return workspace.root


@pytest.fixture
def workspace(measured: Path, tmp_path: Path) -> Workspace:
    """A copy of this test's own."""
    return Workspace(Path(shutil.copytree(measured, tmp_path / "mine.contrast")))


def embedding(workspace: Workspace) -> str:
    key = workspace.current("embeddings")
    assert key is not None
    return key


def test_training_once_is_enough_and_leaves_a_curve_and_maps(workspace: Workspace) -> None:
    first = steps.train(workspace, "rank", options=TINY)
    assert first.key == training_key(workspace, "rank", options=TINY)
    assert (first.images, first.epochs, first.collapsed) == (30, 2, False)
    run = TrainingRun(workspace.root, first.key)
    assert [line["epoch"] for line in run.history()] == [1, 2]
    assert sorted(run.maps()) == [1, 2]
    assert run.maps()[2].shape == (30, 2)
    assert set(run.map_ids()) == set(workspace.images.ids)
    assert run.checkpoint() is None


class StopAt:
    """Cancels at the first step of an epoch."""

    def __init__(self, epoch: int) -> None:
        self.left = epoch

    def tick(self, done: int, total: int, note: str = "", **metrics: float) -> None:
        is_end = bool(metrics.keys() - {OVERALL})  # of an epoch
        self.left -= is_end
        if self.left == 0 and not is_end:
            raise Cancelled


@pytest.mark.slow
def test_a_cancelled_training_goes_on_where_it_was_and_ends_the_same(workspace: Workspace) -> None:
    asked = {"options": {**TINY, "epochs": 3}, "seed": 4, "precision": "float32"}
    with pytest.raises(Cancelled):
        steps.train(workspace, "vicreg", **asked, progress=StopAt(1))
    key = training_key(workspace, "vicreg", options=asked["options"], seed=4)
    assert not workspace.models.has(key)
    kept = TrainingRun(workspace.root, key).checkpoint()
    assert kept is not None
    assert kept[1]["epoch"] == 1
    resumed = steps.train(workspace, "vicreg", **asked)
    weights = workspace.models.load(key)[0]
    shutil.rmtree(workspace.root / "models" / key)
    straight = steps.train(workspace, "vicreg", **asked)
    assert resumed.epochs == straight.epochs == 3
    assert all(np.array_equal(weights[n], a) for n, a in workspace.models.load(key)[0].items())


KILLED = """
import os, signal, sys
from contrast_engine import Workspace, steps
from contrast_engine.learning import training

class Killed:
    epochs = 0

    def tick(self, done, total, note="", **metrics):
        is_end = bool(metrics.keys() - {{"overall"}})
        self.epochs += is_end
        if self.epochs == {at} and not is_end:
            os.kill(os.getpid(), signal.SIGKILL)

training._SAVE_SECONDS = 0.0
steps.train(
    Workspace(sys.argv[1]), "rank", options={options!r}, precision="float32", progress=Killed()
)
"""


@pytest.mark.slow
def test_a_killed_training_goes_on_from_its_checkpoint_and_ends_the_same(
    workspace: Workspace, tmp_path: Path
) -> None:
    options, killed_at = {**TINY, "epochs": 5}, 3
    # the precision is named: left open, it is the one that is quicker at that moment
    asked = {"options": options, "precision": "float32"}
    other = Workspace(Path(shutil.copytree(workspace.root, tmp_path / "other.contrast")))
    whole = steps.train(other, "rank", **asked)
    run = TrainingRun(workspace.root, whole.key)
    script = KILLED.format(options=options, at=killed_at)
    done = subprocess.run([sys.executable, "-c", script, str(workspace.root)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert not workspace.models.has(whole.key)
    assert epoch_of(run) == killed_at
    heard = Heard()
    rest = steps.train(workspace, "rank", **asked, progress=heard)
    assert (rest.key, rest.epochs) == (whole.key, whole.epochs)
    assert heard.epochs[0] == killed_at + 1
    one, two = (place.models.load(whole.key)[0] for place in (workspace, other))
    assert all(np.array_equal(one[name], two[name]) for name in two)
    assert [epoch["epoch"] for epoch in run.history()] == list(range(1, whole.epochs + 1))
    assert run.checkpoint() is None


def epoch_of(run: TrainingRun) -> int:
    kept = run.checkpoint()
    return 0 if kept is None else int(kept[1]["epoch"])


def test_a_checkpoint_half_written_leaves_the_one_before(tmp_path: Path) -> None:
    run = TrainingRun(tmp_path, "a" * 16)
    for epoch in (1, 2, 3):
        run.save_checkpoint({"w": np.full(4, epoch)}, {"epoch": epoch, "history": []})
        assert epoch_of(run) == epoch
    last = max(run.folder.glob("*/weights.safetensors"), key=lambda path: path.stat().st_mtime_ns)
    last.write_bytes(b"half of it")
    arrays, state = run.checkpoint()
    assert (state["epoch"], arrays["w"].tolist()) == (2, [2] * 4)
    run.save_checkpoint({"w": np.full(4, 4)}, {"epoch": 4, "history": []})
    assert epoch_of(run) == 4
    run.forget_checkpoint()
    assert run.checkpoint() is None


class Heard:
    """Remembers which epochs it was told of."""

    def __init__(self) -> None:
        self.epochs: list[int] = []

    def tick(self, done: int, total: int, note: str = "", **metrics: float) -> None:
        if "epoch" in metrics:
            self.epochs.append(int(metrics["epoch"]))


def test_a_wrong_name_option_or_preset_is_said_before_anything_is_done(
    workspace: Workspace, tmp_path: Path
) -> None:
    with pytest.raises(UnknownName, match="did you mean 'rank'"):
        steps.train(workspace, "rnk")
    with pytest.raises(OptionError, match="epochs"):
        steps.train(workspace, "rank", options={"epochs": 0})
    with pytest.raises(UnknownName, match="preset"):
        steps.train(workspace, "rank", preset="slow")
    with pytest.raises(NotEnoughData, match="8 images"):
        steps.train(Workspace(tmp_path / "empty.contrast"), "rank")


def test_the_cost_is_known_before_training(workspace: Workspace) -> None:
    cost = estimate(workspace, "rank", options=TINY)
    assert 0 < cost["seconds"] < 60
    assert cost["images_per_second"] > 0


def test_training_copies_are_made_once_and_only_what_is_new(workspace: Workspace) -> None:
    ids = trainable(workspace)
    there, before = copies(workspace, ids[:10], 40)
    assert there == ids[:10]
    kept = np.array(before)
    there, after = copies(workspace, ids, 40)
    assert there == ids
    assert np.array_equal(after[:10], kept)
    assert TrainingCache(workspace.root, 40).ids() == ids


def test_embedding_again_gives_the_same_key_and_rows(workspace: Workspace) -> None:
    made = workspace.manifest(embedding(workspace))
    again = steps.embed(workspace, made.recipe["model"])
    assert again.key == made.key
    assert again.images_per_second == 0
    vectors = workspace.load(again.key)
    assert vectors.columns[0] == "score"
    assert len(vectors) == 30


def test_the_three_spaces_have_equal_weights_and_can_be_found_again(workspace: Workspace) -> None:
    key = embedding(workspace)
    alone = space(workspace, key, save=True)
    both = space(workspace, f"features+{key}", save=True)
    assert np.allclose(alone.vectors.values.std(axis=0), 1)
    features = space(workspace).vectors
    size = len(features.columns)
    shares = [np.square(both.vectors.values[:, part]).sum() for part in
              (slice(0, size), slice(size, None))]  # fmt: skip
    assert shares[0] == pytest.approx(shares[1], rel=0.1)
    for here in (space(workspace, save=True), alone, both):
        again = space_of(workspace, here.key)
        assert again.key == here.key
        assert np.array_equal(again.vectors.values, here.vectors.values)
    assert space(workspace, workspace.manifest(key).recipe["model"]).key == alone.key
    for wrong in ("nothing", "features+", "features+features", "a+b+c"):
        with pytest.raises(UnknownName):
            space(workspace, wrong)


def test_a_file_enters_every_space_where_its_own_image_is(workspace: Workspace) -> None:
    from contrast_engine.images import read_image

    key = embedding(workspace)
    image = workspace.images.ids[3]
    picture = read_image(workspace.original(image))
    for on, tolerance in (("features", 1e-6), (key, 1e-4), (f"features+{key}", 1e-4)):
        here = space(workspace, on, save=True)
        placed = SpaceEncoder(workspace, here.key).place(picture).values[0]
        rows = here.vectors
        own = np.linalg.norm(placed - rows.take([image]).values[0])
        others = np.linalg.norm(rows.values - placed, axis=1)
        assert own <= tolerance * np.median(others)


@pytest.mark.slow
def test_maps_clusters_labels_and_predictions_work_on_an_embedding(workspace: Workspace) -> None:
    on = f"features+{embedding(workspace)}"
    drawn = workspace.manifest(steps.project(workspace, "pca", on=on))
    assert drawn.details["on"] == on
    clustering = workspace.load(steps.cluster(workspace, "kmeans", on=on))
    summary = workspace.manifest(workspace.current("clusterings") or "").details["summary"]
    assert all(text and "rank_" not in text for text in summary.values())
    for number, name in enumerate(("low", "medium", "high")):
        workspace.labels.add(clustering.members(number)[:5], name)
    made = workspace.manifest(steps.pseudo_label(workspace, on=on))
    assert made.details["on"] == on
    first = workspace.images.facts(workspace.images.ids[0])
    (said,) = Predictor(workspace).predict([first.path])
    assert said.problem is None
    assert said.label in {"low", "medium", "high"}
    assert workspace.load(steps.validate(workspace)).findings


@pytest.mark.slow
def test_vectors_of_ones_own_are_embeddings(workspace: Workspace, tmp_path: Path) -> None:
    rows = [workspace.images.facts(image) for image in workspace.images.ids]
    values = np.random.default_rng(0).normal(size=(len(rows) + 1, 4))
    table = {"path": [row.path for row in rows] + ["/elsewhere.jpg"]}
    table |= {f"c{i}": values[:, i] for i in range(4)}
    pq.write_table(pa.table(table), tmp_path / "mine.parquet")
    report = steps.embed(workspace, str(tmp_path / "mine.parquet"))
    assert (report.images, report.dimensions, report.ignored) == (30, 4, 1)
    np.save(tmp_path / "mine.npy", values[:-1])
    (tmp_path / "mine.txt").write_text("\n".join(row.id for row in rows))
    again = steps.embed(workspace, str(tmp_path / "mine.npy"))
    one, two = workspace.load(report.key), workspace.load(again.key)
    assert one.ids == two.ids
    assert np.array_equal(one.values, two.values)
    assert steps.cluster(workspace, "kmeans", on=report.key)
    with pytest.raises(ModelError, match="brought along"):
        SpaceEncoder(workspace, space(workspace, report.key, save=True).key)


def test_a_file_of_vectors_that_does_not_fit_says_why(workspace: Workspace, tmp_path: Path) -> None:
    def fails(name: str, match: str) -> None:
        with pytest.raises((CollectionError, UnknownName), match=match):
            steps.embed(workspace, str(tmp_path / name))

    fails("none.npy", r"none\.txt")
    np.save(tmp_path / "a.npy", np.zeros((3, 2)))
    (tmp_path / "a.txt").write_text("x\ny")
    fails("a.npy", "3 vectors but 2 names")
    (tmp_path / "a.txt").write_text("x\ny\nz")
    fails("a.npy", "none of the 3 rows")
    np.save(tmp_path / "a.npy", np.full((3, 2), np.nan))
    fails("a.npy", "finite")
    pq.write_table(pa.table({"name": ["x"], "v": [1.0]}), tmp_path / "b.parquet")
    fails("b.parquet", "`id` or `path`")
    with pytest.raises(UnknownName, match="train one first"):
        steps.embed(workspace, "0" * 16)


def test_the_audits_say_what_an_embedding_sees(workspace: Workspace) -> None:
    key = embedding(workspace)
    made = workspace.manifest(steps.sensitivity(workspace, key))
    assert set(made.details["ladders"]) == {"scale", "haze", "s_curve"}
    assert made.details["by"] == "score"
    assert set(made.details["by_brightness"]) == {"value", "low", "high", "verdict"}
    assert workspace.load(made.key).findings[-1].space.startswith("brightness at the same contrast")
    assert set(made.details["invariance"]) == {"crop", "flip", "chroma", "content"}
    assert {"r2", "null"} == set(made.details["probe"]["c_rms"])
    assert steps.sensitivity(workspace, key) == made.key
    audit = workspace.manifest(steps.shortcuts(workspace, key)).details
    assert audit["verdict"] in {"pass", "warn", "fail"}
    assert "brightness" in audit["partial"]


def test_ladders_are_never_climbed_on_images_that_were_trained_on(workspace: Workspace) -> None:
    key = embedding(workspace)
    model = workspace.manifest(key).recipe["model"]
    arrays, recipe = workspace.models.load(model)
    workspace.models.save(model, arrays, recipe | {"held_out": ["0" * 16]})
    try:
        with pytest.raises(NotEnoughData, match="kept out of training"):
            steps.sensitivity(workspace, key, seed=1)
    finally:
        workspace.models.save(model, arrays, recipe)


def test_a_brightness_only_embedding_is_caught_by_the_audit(
    workspace: Workspace, tmp_path: Path
) -> None:
    features = workspace.load(workspace.current("features") or "")
    table = {"id": list(features.ids), "score": features.column("mean_y")}
    pq.write_table(pa.table(table), tmp_path / "brightness.parquet")
    key = steps.embed(workspace, str(tmp_path / "brightness.parquet")).key
    audit = workspace.manifest(steps.shortcuts(workspace, key)).details
    assert audit["verdict"] == "fail"
    assert "brightness" in audit["note"]
    seen = workspace.manifest(steps.sensitivity(workspace, key)).details
    assert seen["ladders"] is None
    assert "brought along" in seen["why_not"]
    assert (seen["verdict"], seen["passes"]) == ("ladders not run", None)
    assert encoder_card.sensitivity_words(seen).startswith("Ladders not run: the vectors were")


def test_maps_of_an_epoch_are_turned_onto_the_one_before() -> None:
    rng = np.random.default_rng(0)
    before = flat(rng.normal(size=(50, 6)))
    turned = before @ np.array([[0.0, 1.0], [1.0, 0.0]])
    assert np.allclose(aligned(turned, before), before)
    assert before.shape == (50, 2)
    assert np.isfinite(flat(np.ones((5, 3)))).all()


@pytest.mark.slow
def test_views_are_measured_once_and_shown_with_their_change(workspace: Workspace) -> None:
    key = steps.views(workspace, seed=3)
    found = workspace.manifest(key).details
    assert (found["images"], found["collection"]) == (30, 30)
    assert found["positive"]["used"] == 30
    pictures = view_pictures(workspace, key)
    assert pictures is not None
    assert pictures.shape == (3, len(found["shown"]), 64, 64, 3)
    ids, codes = copies(workspace, trainable(workspace), 64)
    for picture, row in zip(pictures[0], found["shown"], strict=True):
        assert np.array_equal(picture, codes[ids.index(row["image"])])
        assert max(map(abs, row["positive"]["change"].values())) <= 0.101
    assert steps.views(workspace, seed=3) == key
    (workspace.root / "cache" / "views" / f"{key}.npy").unlink()
    assert steps.views(workspace, seed=3) == key
    assert np.array_equal(view_pictures(workspace, key), pictures), "a cache can be made again"


def test_the_most_alike_shown_after_an_epoch_are_nearest_in_the_embedding(
    workspace: Workspace,
) -> None:
    key = steps.train(workspace, "rank", options=TINY).key
    shown = TrainingRun(workspace.root, key).nearest()
    assert shown is not None
    assert shown.shape == (3, 6, 32, 32, 3)
    ids, codes = copies(workspace, trainable(workspace), 32)
    arrays, recipe = workspace.models.load(key)
    values = EncoderModel.load(recipe["encoder"], recipe["options"], arrays).embed(codes)[:, 1:]
    scaled = values / values.std(axis=0)
    flat_codes = codes.reshape(len(codes), -1).astype(int)
    for own, first, second in zip(*shown, strict=True):
        rows = [
            int(np.abs(flat_codes - one.reshape(-1).astype(int)).max(axis=1).argmin())
            for one in (own, first, second)
        ]
        apart = np.linalg.norm(scaled - scaled[rows[0]], axis=1)
        assert np.argsort(apart)[1:3].tolist() == rows[1:], ids[rows[0]]


@pytest.mark.slow
def test_only_an_encoder_that_paints_keeps_six_paintings(workspace: Workspace) -> None:
    made = {name: steps.train(workspace, name, options=TINY).key for name in ("vae", "rank")}
    assert TrainingRun(workspace.root, made["rank"]).reconstructions() is None
    pictures = TrainingRun(workspace.root, made["vae"]).reconstructions()
    assert pictures is not None
    assert pictures.shape == (2, 6, 32, 32, 3)
    held_out = workspace.models.load(made["vae"])[1]["held_out"]
    unseen = held_out if len(held_out) >= 8 else trainable(workspace)
    _, codes = copies(workspace, tuple(unseen), 32)
    assert all(any(np.abs(own.astype(int) - code).max() <= 1 for code in codes)
               for own in pictures[0])  # fmt: skip
    spread = pictures[0].reshape(6, -1).std(axis=1)
    assert spread[0] < spread[-1]


def test_an_array_that_is_damaged_or_a_pickle_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "a.npy"
    write_array(path, np.arange(3))
    assert read_array(path).tolist() == [0, 1, 2]
    path.write_bytes(path.read_bytes()[:20])
    assert read_array(path) is None
    np.save(path, np.array([{}]), allow_pickle=True)
    assert read_array(path) is None
