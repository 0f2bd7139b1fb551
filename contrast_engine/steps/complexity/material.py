"""What is known about every image before its complexity is judged."""

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from contrast_engine.arrays import Floats, Json
from contrast_engine.complexity.judging import NAIVE, Inputs
from contrast_engine.complexity.label_free import parts_score
from contrast_engine.errors import ModelError, NotEnoughData
from contrast_engine.progress import SILENT, Progress, in_parts
from contrast_engine.steps.complexity.measured_complexity import measured_complexity
from contrast_engine.steps.structure.spaces import FEATURES, embedding_of
from contrast_engine.store import Workspace
from contrast_engine.store.training_runs import TrainingRun
from contrast_engine.vectors import ImageId, Vectors

ENCODER = "complexity"
"""The encoder whose newest embedding is used where none is named."""


@dataclass(frozen=True, eq=False)
class Material:
    """The images that are measured, and embedded where there is an embedding.

    Args:
        ids: The images, sorted.
        features: Their measured features of contrast.
        measures: Their measures of complexity.
        keys: What names all of it, for the key of what is made of it.
        on: Key of the embedding, or None.
        embedding: The embedding of the same images, or None.
        note: Why there is none, in words.
        masked: `r2` and `neighbours_r2` of the encoder, None where its training tells none.
        entropy: (n,) mean entropy that the encoder predicts of hidden patches, in bits, or None.
    """

    ids: tuple[ImageId, ...]
    features: Vectors
    measures: Vectors
    keys: tuple[str, ...]
    on: str | None = None
    embedding: Vectors | None = None
    note: str = ""
    masked: Json = field(default_factory=dict)
    entropy: Floats | None = None

    @cached_property
    def label_free(self) -> Floats:
        """(n,) complexity 0..100, by no human number."""
        rows = (dict(zip(self.measures.columns, row, strict=True)) for row in self.measures.values)
        return np.array([parts_score(row) for row in rows])

    def inputs(self, ids: tuple[ImageId, ...]) -> Inputs:
        """What is known about some of the images, for judging."""
        features, measures = self.features.take(ids), self.measures.take(ids)
        rows = self.measures.rows_of(ids)
        naive = {
            name: (measures if name in measures.columns else features).column(name)
            for name in NAIVE
        }
        free = {"parts": self.label_free[rows]}
        if self.entropy is not None:
            free["predicted_entropy"] = self.entropy[rows]
        return Inputs(
            free, features.values, measures.values, measures.columns,
            naive, None if self.embedding is None else self.embedding.take(ids).values,
        )  # fmt: skip


def material(workspace: Workspace, on: str | None, progress: Progress = SILENT) -> Material:
    """All that is known; images are measured first where they are not.

    Args:
        workspace: Where the images are.
        on: Key of an embedding or an encoder; None for the newest of a complexity encoder, if any.
        progress: Told on the way.

    Raises:
        NotEnoughData: No image is measured in every way.
        UnknownName: There is no such embedding.
    """
    key = _newest(workspace) if on is None else embedding_of(workspace, on)
    first, second = in_parts(progress, 1, 3)
    features = _features(workspace, first)
    measures = measured_complexity(workspace, second)
    embedding: Vectors | None = None if key is None else workspace.load(key)
    tables = [features, measures, *([] if embedding is None else [embedding])]
    ids = tuple(sorted(i for i in measures.ids if all(i in table.rows for table in tables)))
    if not ids:
        raise NotEnoughData("no image is measured and embedded; measure and embed the images again")
    keys = (str(workspace.current(FEATURES)), *ids)
    note = "" if key else (
        "no complexity encoder is trained and embedded here, so no embedding is used; "
        "`contrast train WS complexity` makes one"
    )  # fmt: skip
    return Material(
        ids, features.take(ids), measures.take(ids), keys, key,
        None if embedding is None else embedding.take(ids), note, _masked(workspace, key),
    )  # fmt: skip


def with_entropy(workspace: Workspace, known: Material, progress: Progress = SILENT) -> Material:
    """The same, with the mean entropy that the encoder predicts, where it was trained to.

    Args:
        workspace: Where the encoder is.
        known: What is known.
        progress: Told on the way.
    """
    from contrast_engine.complexity.entropy_maps import entropy_maps
    from contrast_engine.encoders.model import EncoderModel
    from contrast_engine.steps.collection.training_copies import copies

    model = None if known.on is None else workspace.manifest(known.on).recipe.get("model")
    if model is None:
        return known
    try:
        arrays, recipe = workspace.models.load(str(model))
        encoder = EncoderModel.load(recipe["encoder"], recipe["options"], arrays)
        reading, predicting = in_parts(progress, 1, 9)
        there, codes = copies(workspace, known.ids, encoder.recipe.size, reading)
        entropy = entropy_maps(encoder, codes, predicting).mean_predicted
    except ModelError as error:  # discarded since, or another encoder
        return replace(known, note=f"without the predicted entropy of hidden patches: {error}")
    if there == known.ids:
        return replace(known, entropy=entropy)
    lacking = f"{len(known.ids) - len(there):,} images cannot be read now"
    return replace(known, note=f"without the predicted entropy of hidden patches: {lacking}")


def _newest(workspace: Workspace) -> str | None:
    made = workspace.artifacts("embeddings")
    return next((m.key for m in made if m.details.get("encoder") == ENCODER), None)


def _features(workspace: Workspace, progress: Progress) -> Vectors:
    from contrast_engine.steps.collection.measure import measure

    if workspace.current(FEATURES) is None:
        measure(workspace, progress=progress)
    table: Vectors = workspace.load(str(workspace.current(FEATURES)))
    return table


def _masked(workspace: Workspace, key: str | None) -> Json:
    """How well the encoder guesses the entropy of hidden patches, from its last epoch."""
    model = None if key is None else workspace.manifest(key).recipe.get("model")
    history = [] if model is None else TrainingRun(workspace.root, str(model)).history()
    last = history[-1] if history else {}
    return {"r2": last.get("masked_r2"), "neighbours_r2": last.get("neighbours_r2")}
