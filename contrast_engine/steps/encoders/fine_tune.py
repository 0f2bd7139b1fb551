"""fine_tune: an encoder pre-trained without labels learns the labels of now, honestly scored."""

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from contrast_engine.arrays import Floats, Json
from contrast_engine.errors import ModelError, NotEnoughData, OptionError, UnknownName
from contrast_engine.pace import paced
from contrast_engine.progress import SILENT, Progress, in_parts
from contrast_engine.pseudo_labels.folds import stratified
from contrast_engine.results import Finding, Report
from contrast_engine.steps.collection.training_copies import copies
from contrast_engine.steps.encoders import label_efficiency, unseen_spaces
from contrast_engine.steps.encoders.embed import embed
from contrast_engine.steps.encoders.label_ways import (
    TITLES,
    TUNED,
    Gain,
    WayScore,
    best_gain,
    said,
    scored,
    standardised,
    ways,
)  # fmt: skip
from contrast_engine.steps.encoders.tuned_encoders import TunedEncoders
from contrast_engine.steps.encoders.unseen_spaces import FINE_TUNED
from contrast_engine.steps.models.label_pipeline import Prepared, prepare
from contrast_engine.steps.structure.spaces import FEATURES, embedding_of, space
from contrast_engine.store import Artifact, Workspace
from contrast_engine.vectors import Vectors

STEP = "fine-tune@1"
CURVE = "label-efficiency@1"

AUTO = "auto"
DEPTHS = ("head", "last-block", "all")
LEAST = 10
"""Fewer different pictures than this cannot be dealt into folds within folds."""

EPOCHS = 12
MOST_EPOCHS = 200


@dataclass(frozen=True)
class FineTuneReport:
    """What fine-tuning gave.

    Args:
        key: Key of the fine-tuned encoder.
        encoder: Its registered name.
        parent: Key of the encoder it was pre-trained as.
        embedding: Key of the embedding of all images through it.
        asked: What may be tuned: "auto" or a depth.
        depth: What was tuned: "head" (the encoder is as it was), "last-block" or "all".
        epochs: Passes over the labels; 0 for the head.
        labels: Labels learnt from, and the different
        pictures: they are of.
        ways: Accuracy on labels that neither the classifier nor its encoder had seen, depth and
            epochs chosen anew without them, for each way of learning from the labels.
        gain: The better fine-tuned way against the best simpler one.
        is_recommended: That gain is clear of 0.
        words: What follows, in words.
        seconds: How long it took.
        curve: Accuracy by number of labels, where asked for.
        left_out: Sizes of the curve that the labels do not allow.
    """

    key: str
    encoder: str
    parent: str
    embedding: str
    asked: str
    depth: str
    epochs: int
    labels: int
    pictures: int
    ways: tuple[WayScore, ...]
    gain: Gain
    is_recommended: bool
    words: str
    seconds: float
    curve: tuple[Json, ...] = field(default_factory=tuple)
    left_out: tuple[int, ...] = field(default_factory=tuple)


def fine_tune(
    workspace: Workspace,
    encoder: str,
    *,
    depth: str = AUTO,
    epochs: int = EPOCHS,
    curve: bool = False,
    seed: int = 0,
    progress: Progress = SILENT,
) -> FineTuneReport:
    """Fine-tune a trained encoder on the labels of now and embed all images with the result.

    What is tuned and for how long is chosen by cross-validation; the scores come from a second
    cross-validation around that choice. A fine-tuned encoder is tuned again from where its
    pre-training ended.

    Args:
        workspace: With labels of at least two kinds.
        encoder: Key of a trained encoder, or of its embedding.
        depth: "auto", or what to tune: "head", "last-block" or "all".
        epochs: The most passes over the labels.
        curve: Also measure accuracy at 10, 20, 40 and 80 labels.
        seed: For folds, views and order.
        progress: Told on the way.

    Raises:
        UnknownName: There is no such encoder.
        OptionError: The depth is unknown, or the epochs are not 1 to 200.
        NotEnoughData: There are too few labels.
        ModelError: The encoder was refused after its training.

    Source: docs/methods.md#fine-tuning.
    """
    progress = paced(progress, "fine-tune", workspace, "loading the encoder")
    if depth not in (AUTO, *DEPTHS):
        raise OptionError(f"no depth {depth!r}; there are: {', '.join((AUTO, *DEPTHS))}")
    if not 1 <= epochs <= MOST_EPOCHS:
        raise OptionError(f"epochs must be 1 to {MOST_EPOCHS}, got {epochs}")
    parent = _parent(workspace, encoder)
    reading, tuning, curving, embedding_again = in_parts(progress, 1, 8, 8 if curve else 0.01, 1)
    frozen = embed(workspace, parent, use=False, progress=reading).key
    prepared = prepare(workspace, space(workspace, frozen), seed=seed)
    if prepared.labelled.effective < LEAST:
        raise NotEnoughData(
            f"fine-tuning needs labels of at least {LEAST} different pictures, got "
            f"{prepared.labelled.effective}; label more images"
        )
    artifact = question(workspace, prepared, parent, frozen, depth, epochs, seed)
    run = _Run(workspace, parent, frozen, prepared, depth, epochs, seed, tuning)
    with workspace.lock(f"train-{artifact.key}", 1.0):
        if not workspace.models.has(artifact.key):
            run.make(artifact.key)
        recipe = workspace.models.load(artifact.key)[1]
        run.progress = curving
        points, left_out = run.curve() if curve else ((), ())
    embedding = embed(workspace, artifact.key, progress=embedding_again).key
    told = dict(recipe["report"]["fine_tuning"])
    told["ways"] = tuple(WayScore(**one) for one in told["ways"])
    told["gain"] = Gain(**told["gain"])
    return FineTuneReport(
        key=artifact.key, parent=parent, embedding=embedding, curve=points, left_out=left_out,
        **told,
    )  # fmt: skip


def question(
    workspace: Workspace, prepared: Prepared, parent: str, frozen: str, depth: str, epochs: int,
    seed: int,
) -> Artifact:  # fmt: skip
    """The question that a fine-tuned encoder answers; its key is that of the encoder."""
    return Artifact(
        "models", STEP,
        {"parent": parent, "depth": depth, "epochs": epochs,
         "classes": list(prepared.labelled.classes), "is_ordered": prepared.labelled.is_ordered,
         **prepared.of_pictures},
        (frozen, prepared.labels_hash, str(workspace.current(FEATURES))), seed,
    )  # fmt: skip


def recommendation(workspace: Workspace, on: str, labels_hash: str) -> str:
    """A sentence on a fine-tuned encoder that beats the simpler ways on labels; else empty.

    Args:
        workspace: Where the encoders are.
        on: The space that is learnt in: nothing is said of its own encoder.
        labels_hash: Names the labels of now.
    """
    for key, recipe in workspace.models.recipes().items():
        told = recipe.get("report", {}).get("fine_tuning")
        known = recipe.get(FINE_TUNED)
        if not (told and known and told["is_recommended"] and known["epochs"]):
            continue
        made = {m.key for m in workspace.artifacts("embeddings") if m.recipe.get("model") == key}
        if known["labels_hash"] == labels_hash and made and not made & set(on.split("+")):
            space_name = min(made) if told["gain"]["way"] == TUNED else f"features+{min(made)}"
            return (
                f"The fine-tuned encoder {key} is recommended for these labels: learn on it by "
                f"--on {space_name}. {told['words']}"
            )
    return ""


class _Run:
    """One fine-tuning, from labels to a saved encoder."""

    def __init__(
        self, workspace: Workspace, parent: str, frozen: str, prepared: Prepared, depth: str,
        epochs: int, seed: int, progress: Progress,
    ) -> None:  # fmt: skip
        self.workspace, self.parent, self.prepared = workspace, parent, prepared
        self.labelled = prepared.labelled
        self.asked, self.most, self.seed, self.progress = depth, epochs, seed, progress
        self.table: Vectors = workspace.load(frozen)
        self.ids = tuple(self.labelled.space.ids[row] for row in self.labelled.rows)
        self._encoders: TunedEncoders | None = None

    @property
    def encoders(self) -> TunedEncoders:
        if self._encoders is None:
            depths = DEPTHS if self.asked == AUTO else (self.asked,)
            self._encoders = TunedEncoders(
                self.workspace, self.parent, self.labelled, self.table, depths, self.most,
                self.seed,
            )  # fmt: skip
        return self._encoders

    def make(self, key: str) -> None:
        """Tune on the labels without each fold, then on all of them, and save what came out."""
        began, labelled = time.monotonic(), self.labelled
        folds = stratified(labelled.codes, labelled.pictures, seed=self.seed).once()
        held_out: dict[str, Floats] = {}
        seen_by_fold, depths = [], []
        all_ids, codes = copies(
            self.workspace, tuple(self.table.ids), self.encoders.model.recipe.size
        )
        for number, hidden in enumerate(folds.held_out):
            self.progress.tick(number, len(folds) + 1, f"fine-tuning without part {number + 1}")
            tuned = self.encoders.tune(~hidden)
            depths.append(tuned.choice.depth)
            vectors = Vectors(all_ids, self.encoders.model.embed(codes), self.table.columns)
            seen_by_fold.append(vectors)
            for way, there in self._ways(vectors).items():
                k = len(labelled.classes)
                found = held_out.setdefault(way, np.zeros((len(labelled), k)))
                found[hidden] = said(there, labelled, ~hidden)[hidden]
        self.progress.tick(len(folds), len(folds) + 1, "fine-tuning on all labels")
        final = self.encoders.tune(np.ones(len(labelled), dtype=np.bool_))
        gain = best_gain(held_out, labelled, self.seed)
        told: Json = {
            "encoder": self.encoders.model.name, "asked": self.asked,
            "depth": final.choice.depth, "epochs": final.choice.epochs,
            "labels": len(labelled), "pictures": labelled.effective,
            "ways": [asdict(one) for one in scored(held_out, labelled, self.seed)],
            "gain": asdict(gain), "is_recommended": gain.is_clear,
            "words": verdict(gain, final.choice.depth, labelled.effective),
            "seconds": round(time.monotonic() - began, 1),
        }  # fmt: skip
        fold_of = dict(zip(self.ids, folds.held_out.argmax(axis=0).tolist(), strict=True))
        self._save(key, final.arrays, told, fold_of, depths, tuple(seen_by_fold))

    def curve(self) -> tuple[tuple[Json, ...], tuple[int, ...]]:
        """The label-efficiency curve, kept once made, and the sizes left out."""
        _, left_out = label_efficiency.sizes_of(self.labelled.effective)
        recipe = {"depth": self.asked, "epochs": self.most, **self.prepared.of_pictures}
        inputs = (self.parent, self.prepared.here.key, self.prepared.labels_hash,
                  str(self.workspace.current(FEATURES)))  # fmt: skip
        artifact = Artifact("reports", CURVE, recipe, inputs, self.seed)
        if not self.workspace.has(artifact):
            points = tuple(label_efficiency.efficiency(
                self.encoders, self.labelled, self._features(),
                self.table.take(self.ids).values, seed=self.seed, progress=self.progress,
            ))  # fmt: skip
            name = self.prepared.here.name
            findings = tuple(
                Finding("label_efficiency", p.accuracy[TUNED][0], p.judged, name, "unknown",
                        f"Fine-tuned on {p.labels} labels.",
                        low=p.accuracy[TUNED][1], high=p.accuracy[TUNED][2])
                for p in points
            )  # fmt: skip
            details = {"points": [point.as_json() for point in points], "parent": self.parent}
            self.workspace.save(artifact, Report(findings), details)
        return tuple(self.workspace.manifest(artifact.key).details["points"]), left_out

    def _features(self) -> Vectors | None:
        """Scaled features of the labelled images; None where some are not measured."""
        if self.workspace.current(FEATURES) is None:
            return None
        vectors = space(self.workspace, FEATURES).vectors
        is_whole = all(image in vectors.rows for image in self.ids)
        return vectors.take(self.ids) if is_whole else None

    def _ways(self, tuned: Vectors) -> dict[str, Vectors]:
        """The labelled images in the space of every way, scaled on the collection."""
        one, other = (
            standardised(table.ids, table.values, table.columns).take(self.ids)
            for table in (self.table, tuned)
        )
        return ways(self._features(), one, other)

    def _save(
        self, key: str, arrays: Mapping[str, Any], told: Json, fold_of: dict[Any, int],
        depths: list[str], vectors: tuple[Vectors, ...],
    ) -> None:  # fmt: skip
        recipe = self.workspace.models.load(self.parent)[1]
        untouched = [image for image in recipe["held_out"] if image not in fold_of]
        ended = "the head alone: the encoder is as it was" if told["depth"] == "head" else (
            f"{told['depth'].replace('-', ' ')} tuned on {told['labels']:,} labels")  # fmt: skip
        report = {
            **recipe["report"], "key": key, "epochs": told["epochs"], "seconds": told["seconds"],
            "ended": f"fine-tuned, {ended}", "fine_tuning": told,
        }  # fmt: skip
        unseen_spaces.keep(self.workspace, key, vectors)
        self.workspace.models.save(key, arrays, {
            "step": STEP, "encoder": recipe["encoder"], "options": recipe["options"],
            "seed": self.seed, "held_out": untouched or recipe["held_out"], "report": report,
            FINE_TUNED: {
                "parent": self.parent, "depth": told["depth"], "epochs": told["epochs"],
                "labels": told["labels"], "labels_hash": self.prepared.labels_hash,
                "classes": list(self.labelled.classes), "seen": fold_of, "folds": len(vectors),
                "depths_of_folds": depths,
            },
        })  # fmt: skip


def verdict(gain: Gain, depth: str, pictures: int) -> str:
    """Whether fine-tuning is recommended, in words.

    Args:
        gain: What it added.
        depth: What was tuned in the end.
        pictures: Different pictures among the labels.
    """
    ends = f"{gain.value:+.2f} ({gain.low:+.2f} to {gain.high:+.2f}, n = {pictures:,} pictures)"
    one, other = TITLES[gain.way].lower(), TITLES[gain.over].lower()
    if gain.is_clear:
        return (
            f"Recommended: {one} named held-out pictures right more often than {other}, the best "
            f"simpler way, by {ends}."
        )
    tail = (
        " The held-out labels do not bear out a deeper change, so the encoder is as it was."
        if depth == "head" else ""
    )  # fmt: skip
    return (
        f"Not recommended: {one} against {other}, the best simpler way, {ends}; the interval does "
        f"not leave 0 below it, so these labels are better used in the simpler way.{tail}"
    )


def _parent(workspace: Workspace, encoder: str) -> str:
    """The pre-trained encoder behind a key of an encoder or of its embedding."""
    key = encoder
    if any(made.key == encoder for made in workspace.artifacts("embeddings")):
        key = str(workspace.manifest(embedding_of(workspace, encoder)).recipe.get("model", ""))
    recipe = workspace.models.recipes().get(key, {})
    if "encoder" not in recipe:
        raise UnknownName(
            f"no trained encoder {encoder!r} in this workspace; `contrast train` makes one"
        )
    if refused := recipe["report"].get("refused"):
        raise ModelError(f"encoder {key} is refused: {refused}")
    return str(recipe[FINE_TUNED]["parent"]) if FINE_TUNED in recipe else key
