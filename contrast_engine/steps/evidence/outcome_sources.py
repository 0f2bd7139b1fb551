"""What an outcome may be predicted from: features, labels, an embedding; brightness and bytes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.errors import NotEnoughData
from contrast_engine.imageset import ImageId, ImageIds
from contrast_engine.randomness import generator
from contrast_engine.results import Predictions
from contrast_engine.steps.encoders.unseen_spaces import fine_tuned_parts
from contrast_engine.steps.labels.consensus_labels import consensus_labels
from contrast_engine.steps.models.label_pipeline import pairs_hash, same_pictures_among
from contrast_engine.steps.structure.spaces import FEATURES, embedding_of, space
from contrast_engine.store import Workspace
from contrast_engine.validation.outcome_gain import BRIGHTNESS, BYTES, flexible
from contrast_engine.vectors import Vectors

CONTRAST, PREDICTED, GIVEN, EMBEDDING = (
    "contrast features", "predicted labels", "labels given", "embedding",
)  # fmt: skip

MOST = 5000
"""Images that models are fitted on at most; of more so many are drawn, and it is said."""

_WIDEST = 256  # numbers of an embedding: of more, the first so many principal components


@dataclass(frozen=True, eq=False)
class Sources:
    """What is known of the images with an outcome.

    Args:
        ids: Those that are measured, sorted; a part drawn by seed where they are many.
        measured: All measured images.
        not_drawn: How many with an outcome were not drawn.
        tables: What each source knows of its images.
        brightness: (mean luminance, mean lightness) of every image of `ids`.
        stored: (log bytes, log bytes a pixel) of every image of `ids`.
        keys: What names all of it.
        made_of: The key of each kind of current result that it used.
        left_out: What cannot be asked about, and why.
        notes: What else is to be known of them, in words.
    """

    ids: tuple[ImageId, ...]
    measured: frozenset[ImageId]
    not_drawn: int
    tables: Mapping[str, Vectors]
    brightness: Vectors
    stored: Vectors
    keys: tuple[str, ...]
    made_of: dict[str, str]
    left_out: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The sources."""
        return tuple(self.tables)

    def of(self, name: str) -> Mapping[ImageId, int]:
        """The images a source knows."""
        return self.tables[name].rows

    def blocks(self, name: str, ids: Iterable[ImageId]) -> list[Floats]:
        """The inputs of a source: features also squared, as the middle of one may be best."""
        values = self.tables[name].take(ids).values
        return [values, values**2] if name == CONTRAST else [values]

    def baseline(self, ids: Iterable[ImageId]) -> dict[str, Floats]:
        """Brightness and bytes, each by any curve."""
        ids = tuple(ids)
        return {
            BRIGHTNESS: flexible(self.brightness.take(ids).values),
            BYTES: flexible(self.stored.take(ids).values),
        }


def sources(workspace: Workspace, wanted: set[ImageId], on: str | None, seed: int) -> Sources:
    """What may predict the outcome of some images.

    Args:
        workspace: Measured.
        wanted: The images with an outcome.
        on: Key of an embedding or encoder; the newest embedding, if any, where not given.
        seed: Draws a part where there are many.

    Raises:
        NotEnoughData: Nothing is measured.
        UnknownName: There is no such embedding.
    """
    key = workspace.current(FEATURES)
    if key is None:
        raise NotEnoughData("outcomes are predicted from measured features; measure the images")
    features: Vectors = workspace.load(key)
    here = sorted(image for image in features.ids if image in wanted)
    ids = here
    if len(here) > MOST:
        drawn = generator(seed, "downstream", "images").choice(len(here), MOST, replace=False)
        ids = [here[row] for row in sorted(drawn)]
    tables: dict[str, Vectors] = {CONTRAST: space(workspace).vectors}
    left_out: dict[str, str] = {}
    made_of, keys = {FEATURES: key}, [key]
    predicted = workspace.current("predictions")
    if predicted is None:
        left_out[PREDICTED] = "no model was trained; label images and train one"
    else:
        tables[PREDICTED] = _unseen_probabilities(workspace, predicted)
        made_of["predictions"] = predicted
        keys.append(predicted)
    labels = consensus_labels(workspace).of
    if len(set(labels.values())) > 1:
        tables[GIVEN] = _given(labels)
        keys.append(pairs_hash(labels))
    embedding = _embedding(workspace, on)
    notes: tuple[str, ...] = ()
    if embedding is not None:
        tables[EMBEDDING], notes = _unlearnt(workspace, embedding)
        keys.append(embedding)
    known = features.take(ids)
    return Sources(
        tuple(ids), frozenset(features.ids), len(here) - len(ids), tables, _brightness(known),
        _stored(workspace, known.ids), tuple(keys), made_of, left_out, notes,
    )  # fmt: skip


def _brightness(features: Vectors) -> Vectors:
    """Mean luminance and mean lightness: no function of each other, and both are brightness."""
    mean_y, ratio = features.column("mean_y"), features.column("lum_contrast")
    flat = 116 * np.cbrt(mean_y) - 16
    lightness = np.where(ratio > 1e-6, features.column("sigma_l") / np.maximum(ratio, 1e-6), flat)
    return Vectors(features.ids, np.column_stack([mean_y, lightness]), ("mean_y", "lightness"))


def _stored(workspace: Workspace, ids: ImageIds) -> Vectors:
    """How many bytes a file has, and how many for each pixel, as logarithms."""
    facts = [workspace.images.facts(image) for image in ids]
    stored = np.log([max(fact.bytes, 1) for fact in facts])
    pixels = np.log([max(fact.width * fact.height, 1) for fact in facts])
    values = np.column_stack([stored, stored - pixels])
    return Vectors(ids, values, ("bytes", "bytes_a_pixel"))


def _unseen_probabilities(workspace: Workspace, key: str) -> Vectors:
    """Probabilities of labels; of labelled images by models that had not seen their label."""
    found: Predictions = workspace.load(key)
    probability = np.array(found.probability)
    arrays = workspace.models.load(key)[0] if workspace.models.has(key) else {}
    if "held_out" in arrays:
        images = [ImageId(f"{int(number):016x}") for number in arrays["held_out.ids"]]
        for image, held_out in zip(images, np.asarray(arrays["held_out"]), strict=True):
            if image in found.rows:
                probability[found.rows[image]] = held_out
    return Vectors(found.ids, probability[:, 1:], found.labels[1:])


def _given(labels: Mapping[ImageId, str]) -> Vectors:
    """The labels that annotators gave, one column for each kind but the first."""
    ids, kinds = tuple(sorted(labels)), sorted(set(labels.values()))
    one = np.array([[labels[image] == kind for kind in kinds[1:]] for image in ids])
    return Vectors(ids, one.astype(np.float64), tuple(kinds[1:]))


def _embedding(workspace: Workspace, on: str | None) -> str | None:
    if on is not None:
        return embedding_of(workspace, on)
    made = workspace.artifacts("embeddings")
    return made[0].key if made else None


def _unlearnt(workspace: Workspace, embedding: str) -> tuple[Vectors, tuple[str, ...]]:
    """An embedding without the images whose labels its encoder learnt, and a note of them.

    Where an outcome follows the labels, an encoder that learnt them would seem to foretell it.
    """
    table = workspace.load(embedding)
    known = fine_tuned_parts(workspace, embedding).get(embedding)
    if known is None:
        return _narrow(table), ()
    alike = same_pictures_among(workspace, list(table.ids))
    learnt = set(known["seen"])
    learnt |= {image for group in alike if learnt & set(group) for image in group}
    kept = [image for image in table.ids if image not in learnt]
    note = (
        f"the encoder of the embedding was fine-tuned on {known['labels']:,} labels, so the "
        f"embedding is asked about without the {len(table) - len(kept):,} images of those pictures"
    )
    return _narrow(table).take(kept), (note,)


def _narrow(table: Vectors) -> Vectors:
    """An embedding, its first principal components where it is very wide."""
    if len(table.columns) <= _WIDEST:
        return table
    centred = table.values - table.values.mean(axis=0)
    u, s, _ = np.linalg.svd(centred, full_matrices=False)
    width = min(_WIDEST, len(s))
    names = tuple(f"component {place + 1}" for place in range(width))
    return Vectors(table.ids, u[:, :width] * s[:width], names)
