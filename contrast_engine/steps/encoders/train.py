"""train: an encoder on the collection, as a job that can be paused, stopped and resumed."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from contrast_engine.arrays import Floats, Json
from contrast_engine.errors import (
    ModelError,
    NotEnoughData,
    UnknownName,
)
from contrast_engine.images.reader_version import reading_recipe
from contrast_engine.pace import paced
from contrast_engine.progress import SILENT, Progress, in_parts
from contrast_engine.steps.collection.training_copies import copies_on_disk
from contrast_engine.steps.expected import of_training
from contrast_engine.store import Artifact, Workspace
from contrast_engine.store.atomic_files import read_json, write_json
from contrast_engine.store.training_runs import TrainingRun
from contrast_engine.vectors import ImageId, Vectors

if TYPE_CHECKING:
    from contrast_engine.encoders import Encoder, Material
    from contrast_engine.learning.checkpoints import Checkpoint
    from contrast_engine.learning.observer import SixPictures, Wish

STEP = "train"
"""Followed by the version of the encoder."""


@dataclass(frozen=True)
class TrainReport:
    """What training gave.

    Args:
        key: Key of the trained encoder.
        encoder: Its name.
        device: What computed it.
        precision: "float32" or "bfloat16".
        images: Pictures of the collection; a fifth of them were held out.
        epochs: Epochs trained.
        seconds: Time spent training.
        images_per_second: Pictures drawn for training in a second.
        collapsed: The collapse alarm was on at the end.
        ended: "planned", "plateau" or "asked".
        refused: Why the encoder is not to be used, in words; empty where nothing speaks against.
    """

    key: str
    encoder: str
    device: str
    precision: str
    images: int
    epochs: int
    seconds: float
    images_per_second: float
    collapsed: bool
    ended: str
    refused: str = ""


def train(
    workspace: Workspace,
    encoder: str,
    *,
    preset: str = "quick",
    options: Json | None = None,
    seed: int = 0,
    precision: str = "auto",
    progress: Progress = SILENT,
) -> TrainReport:
    """Train an encoder on every readable image, unless it is trained already.

    Every epoch one tick carries loss, val_loss, spread, effective_rank, alignment, uniformity,
    collapsed and images_per_second, and the run (`store.training_runs.TrainingRun`) gains a
    map. A cancelled run goes on from its last epoch when it is asked for again.

    Args:
        workspace: Where the images are.
        encoder: Its name.
        preset: "quick" or "full"; sets size and epochs where `options` do not.
        options: Options of the encoder.
        seed: For weights, order, views and which pictures are held out.
        precision: "float32", "bfloat16", or "auto" for what a three-step probe finds faster; the
            answer is remembered in the workspace, so that the same seed gives the same weights.
        progress: Told after every step.

    Raises:
        NotEnoughData: There are too few images, or no features where they are needed.
        OptionError: An option does not fit.
        UnknownName: There is no such encoder or preset.
        ModelError: The loss became infinite.
        PluginError: An encoder of another package failed.
    """
    pace = of_training(encoder, preset, options)
    progress = paced(progress, pace, workspace, "loading the networks")
    from contrast_engine.encoders import encoders
    from contrast_engine.encoders.model import train_encoder
    from contrast_engine.learning.checkpoints import Checkpoint
    from contrast_engine.learning.devices import in_words, pick_device
    from contrast_engine.learning.schedule import sample_rows

    recipe = recipe_of(encoder, preset, options)
    reading, training = in_parts(progress, 1, 9)
    ids, material = _material(workspace, recipe, reading)
    key = _key(workspace, encoder, recipe, ids, seed)
    if workspace.models.has(key):
        return TrainReport(**workspace.models.load(key)[1]["report"])
    run = TrainingRun(workspace.root, key)
    with workspace.lock(f"train-{key}", 1.0):
        kept = run.checkpoint()
        start = None if kept is None else Checkpoint.of(kept[0], kept[1])
        used = precision if kept is None else str(kept[1]["precision"])
        if used == "auto":
            training.tick(0, 1, "trying how exactly this machine counts fastest")
            used = _precision(workspace, encoder, recipe, material, seed)
        watcher = _Recorder(run, used, [] if start is None else start.history)
        run.write_map_ids([ids[row] for row in sample_rows(len(ids), seed)])
        training.tick(0, 1, "building the network")
        with encoders.running(encoder):
            model, trained = train_encoder(
                encoder, recipe, material, seed=seed, precision=used,
                progress=training, watcher=watcher, start=start,
            )  # fmt: skip
        report = TrainReport(
            key=key,
            encoder=encoder,
            device=in_words(pick_device()),
            precision=used,
            images=len(ids),
            epochs=trained.epochs,
            seconds=round(trained.seconds, 3),
            images_per_second=round(trained.images_per_second, 1),
            collapsed=trained.has_collapsed,
            ended=trained.ended,
            refused=trained.refused,
        )
        run.write_history(trained.history)
        workspace.models.save(key, model.arrays(), {
            "step": f"{STEP}@{recipe.version}", "encoder": encoder, "options": recipe.as_json(),
            "seed": seed, **encoders.made_by(encoder),
            "held_out": [ids[row] for row in trained.held_out], "report": asdict(report),
        })  # fmt: skip
        run.forget_checkpoint()
    return report


def training_key(
    workspace: Workspace, encoder: str, *, preset: str = "quick", options: Json | None = None,
    seed: int = 0,
) -> str:  # fmt: skip
    """The key that `train` would use, for watching or steering the run before it ends."""
    recipe = recipe_of(encoder, preset, options)
    return _key(workspace, encoder, recipe, trainable(workspace), seed)


def estimate(
    workspace: Workspace, encoder: str, *, preset: str = "quick", options: Json | None = None,
    progress: Progress = SILENT,
) -> dict[str, float]:  # fmt: skip
    """Time three steps and say what training would cost here.

    Gives `seconds`, `images_per_second`, `steps`, and the `images` there were to learn from.
    """
    progress = paced(progress, "estimate", workspace, "loading the networks")
    from contrast_engine.encoders.model import plan_of, untrained
    from contrast_engine.learning.schedule import held_out_rows, steps_an_epoch
    from contrast_engine.learning.step_cost import faster_precision, seconds_a_step

    recipe = recipe_of(encoder, preset, options)
    reading, trying = in_parts(progress, 9, 1)
    ids, material = _material(workspace, recipe, reading)
    trying.tick(0, 1, "taking a few steps")
    objective = untrained(recipe, material, 0)
    times = seconds_a_step(objective, material.codes, plan_of(recipe, 0))
    one = times[faster_precision(times)]
    used = len(ids) - len(held_out_rows(len(ids), 0))
    batch = min(recipe.batch_size, used)
    steps = recipe.epochs * steps_an_epoch(used, batch)
    return {"seconds": one * steps, "images_per_second": batch / one, "steps": float(steps),
            "images": float(len(ids))}  # fmt: skip


def discard(workspace: Workspace, key: str) -> None:
    """Throw a trained encoder away, with its curve and its maps.

    Raises:
        ModelError: It is being trained, or an embedding was made with it.
    """
    made = workspace.artifacts("embeddings")
    if any(manifest.recipe.get("model") == key for manifest in made):
        raise ModelError(f"encoder {key} is kept: an embedding was made with it")
    with workspace.lock(f"train-{key}", 1.0):
        workspace.models.forget(key)


def recipe_of(encoder: str, preset: str = "quick", options: Json | None = None) -> "Encoder":
    """An encoder's options: those named, then those of the preset, then the defaults.

    Raises:
        OptionError: An option does not fit.
        UnknownName: There is no such encoder or preset.
    """
    from contrast_engine.encoders import encoders

    kind = encoders[encoder]
    if preset not in kind.presets:
        raise UnknownName(f"no preset {preset!r}; there are: {', '.join(kind.presets)}")
    return kind.of({**kind.presets[preset], **(options or {})})


def trainable(workspace: Workspace) -> tuple[ImageId, ...]:
    """The images that encoders learn from: readable and there, sorted by id."""
    return tuple(workspace.images.present_images)


def reading_of_images(workspace: Workspace, ids: tuple[ImageId, ...]) -> Json:
    """What of the reading of some images belongs into a question; empty for plain files."""
    read = workspace.images.read_otherwise
    found = reading_recipe(read[image] for image in ids if image in read)
    return {"reading": found} if found else {}


def _material(
    workspace: Workspace, recipe: "Encoder", progress: Progress
) -> "tuple[tuple[ImageId, ...], Material]":
    from contrast_engine.encoders import Material
    from contrast_engine.learning.schedule import LEAST

    ids = trainable(workspace)
    features: Vectors | None = None
    if recipe.uses_features:
        key = workspace.current("features")
        if key is None:
            raise NotEnoughData("this encoder learns from measured features; measure them first")
        features = workspace.load(key)
        ids = tuple(image for image in ids if image in features.rows)
    there, codes = copies_on_disk(workspace, ids, recipe.size, progress)
    if len(there) < LEAST:
        raise NotEnoughData(f"training needs at least {LEAST} images, got {len(there)}; add some")
    return there, Material(codes, None if features is None else features.take(there))


def _key(
    workspace: Workspace, encoder: str, recipe: "Encoder", ids: tuple[ImageId, ...], seed: int
) -> str:
    from contrast_engine.encoders import encoders

    question: Json = {"encoder": encoder, "options": recipe.as_json(), **encoders.made_by(encoder)}
    question |= reading_of_images(workspace, ids)
    if recipe.uses_features:
        question["features"] = workspace.current("features")
    return Artifact("models", f"{STEP}@{recipe.version}", question, ids, seed).key


def _precision(
    workspace: Workspace, encoder: str, recipe: "Encoder", material: "Material", seed: int
) -> str:
    """Ask the clock once for each kind of network, and remember the answer."""
    from contrast_engine.encoders.model import plan_of, untrained
    from contrast_engine.learning.devices import in_words, pick_device
    from contrast_engine.learning.step_cost import faster_precision, seconds_a_step

    path = workspace.root / "cache" / "precision.json"
    known = read_json(path) or {}
    name = f"{in_words(pick_device())} {encoder} {recipe.size} {recipe.batch_size}"
    if known.get(name) not in ("float32", "bfloat16"):
        trial = untrained(recipe, material, seed)
        times = seconds_a_step(trial, material.codes, plan_of(recipe, seed))
        known[name] = faster_precision(times)
        write_json(path, known)
    return str(known[name])


class _Recorder:
    """Keeps a run's curve, maps and checkpoints in the workspace, and reads its flags."""

    def __init__(self, run: TrainingRun, precision: str, history: list[Json]) -> None:
        self._run, self._precision, self._history = run, precision, list(history)
        earlier = run.maps()
        self._last: Floats | None = earlier[max(earlier)] if earlier else None

    def epoch(
        self, number: int, metrics: dict[str, float], embedding: Floats, six: "SixPictures"
    ) -> None:
        self._last = aligned(flat(embedding), self._last)
        self._run.write_map(number, self._last)
        if six.reconstructed is not None:
            self._run.write_reconstructions(six.reconstructed)
        if six.nearest is not None:
            self._run.write_nearest(six.nearest)
        self._history.append({"epoch": number, **metrics})
        self._run.write_history(self._history)

    def keep(self, checkpoint: "Checkpoint") -> None:
        state = {**checkpoint.as_json(), "precision": self._precision}
        self._run.save_checkpoint(checkpoint.arrays, state)

    def wish(self) -> "Wish":
        wish: Wish = self._run.wish()
        return wish


def flat(embedding: Floats) -> Floats:
    """The first two principal axes of standardised vectors (m, d): (m, 2), unit spread."""
    centred = embedding - embedding.mean(axis=0)
    centred = centred / np.maximum(centred.std(axis=0), 1e-9)
    u, s, _ = np.linalg.svd(centred, full_matrices=False)
    points = np.zeros((len(embedding), 2))
    points[:, : min(2, len(s))] = (u * s)[:, :2]
    found: Floats = points / max(float(points.std()), 1e-9)
    return found


def aligned(points: Floats, before: Floats | None) -> Floats:
    """Turn and mirror a map (m, 2) so that it lies as near as possible to the one before.

    Source: orthogonal Procrustes, Schoenemann 1966.
    """
    if before is None or before.shape != points.shape:
        return points
    u, _, vt = np.linalg.svd(points.T @ before)
    turned: Floats = points @ (u @ vt)
    return turned
