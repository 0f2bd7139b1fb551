"""Spaces to hold labels out in, where the encoder of a space was fine-tuned on labels.

A fine-tuned encoder keeps, beside its weights, how encoders that were tuned without one fold of
the labels see the collection. What is held out of a classifier is then unknown to its encoder too.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from contrast_engine.arrays import Floats32, Ints, Json
from contrast_engine.errors import ModelError, NotEnoughData
from contrast_engine.placing import joined
from contrast_engine.pseudo_labels import Labelled
from contrast_engine.pseudo_labels.crossed import Crossed
from contrast_engine.pseudo_labels.folds import FOLDS, Folds
from contrast_engine.randomness import generator
from contrast_engine.scaling import Standardising
from contrast_engine.steps.structure.spaces import Space, space
from contrast_engine.store import Workspace
from contrast_engine.store.models import ModelStore
from contrast_engine.vectors import ImageId, Vectors

FINE_TUNED = "fine_tuned"
"""Entry of a recipe: what a fine-tuned encoder was made of and which labels it has seen."""

_SLOT = "f" * 16
"""The spaces of the folds are a model of their own, below that of the encoder."""


def keep(workspace: Workspace, key: str, vectors: tuple[Vectors, ...]) -> None:
    """Save how the encoder of each fold sees the collection.

    Args:
        workspace: Where the encoder is.
        key: Of the fine-tuned encoder.
        vectors: One table for each fold, the same images in each.
    """
    arrays: dict[str, Any] = {
        f"fold.{number}": each.values.astype(np.float32) for number, each in enumerate(vectors)
    }
    arrays["ids"] = np.array([int(image, 16) for image in vectors[0].ids], dtype=np.uint64)
    recipe: Json = {"columns": list(vectors[0].columns), "folds": len(vectors)}
    _store(workspace, key).save(_SLOT, arrays, recipe)


def fine_tuned_parts(workspace: Workspace, on: str) -> dict[str, Json]:
    """The encoders of a space that learnt labels: what is known of each by its part of `on`.

    Args:
        workspace: Where they are.
        on: "features", the key of an embedding, or "features+KEY".
    """
    made = {m.key: m.recipe.get("model") for m in workspace.artifacts("embeddings")}
    found = {}
    for part in on.split("+"):
        key = made.get(part)
        if key is None or not workspace.models.has(key):
            continue
        known = workspace.models.load(key)[1].get(FINE_TUNED)
        if known and known["epochs"]:  # the head alone leaves the encoder as it was
            found[part] = {**known, "key": key}
    return found


def has_seen_labels(workspace: Workspace, space_key: str) -> bool:
    """Whether an encoder of a saved space learnt labels."""
    recipe = workspace.models.load(space_key)[1]
    inputs = [
        str(workspace.models.load(part)[1]["input"]) for part in recipe.get("parts", [space_key])
    ]
    return bool(fine_tuned_parts(workspace, "+".join(inputs)))


def crossed(workspace: Workspace, here: Space, labelled: Labelled, *, seed: int) -> Labelled:
    """Labels with spaces to hold them out in, where an encoder of their space has seen labels.

    Args:
        workspace: Where the encoders are.
        here: The space.
        labelled: The labels in it.
        seed: Deals pictures that the encoder has not seen.

    Raises:
        NotEnoughData: Some labels cannot be held out from the encoder; it has to be tuned anew.
    """
    parts = fine_tuned_parts(workspace, here.on)
    if not parts:
        return labelled
    if len(parts) > 1:
        raise NotEnoughData(
            "two fine-tuned encoders have seen labels in folds of their own, so none can be held "
            "out of both; learn on one of them, or on features and one of them"
        )
    part, known = next(iter(parts.items()))
    folds, n_seen = _folds(labelled, known, seed)
    numbers, ids, columns = _kept(workspace, known["key"])
    row_of = dict(zip(ids, range(len(ids)), strict=True))
    lacking = [i for i in (labelled.space.ids[r] for r in labelled.rows) if i not in row_of]
    if lacking:
        raise NotEnoughData(
            f"{len(lacking)} labelled images came after encoder {known['key']} was fine-tuned, so "
            f"what it would say of them unseen is not known; fine-tune {known['parent']} again"
        )
    others = [space(workspace, other).vectors for other in here.on.split("+") if other != part]
    first = here.on.split("+")[0] == part

    def space_of(fold: int) -> Vectors:
        raw = Vectors(ids, numbers[f"fold.{fold}"].astype(np.float64), columns)
        scaled = Standardising.fit(raw).transform(raw)
        # images that came later have no label here, and are put in the middle
        rows = np.array([row_of.get(image, -1) for image in labelled.space.ids])
        there = np.where(rows[:, None] >= 0, scaled.values[rows], 0.0)
        own = Vectors(labelled.space.ids, there, columns)
        if not others:
            return own
        beside = others[0].take(own.ids)
        return joined([own, beside] if first else [beside, own])

    return replace(labelled, crossed=Crossed(folds, lru_cache(maxsize=FOLDS)(space_of), n_seen))


def _folds(labelled: Labelled, known: Json, seed: int) -> tuple[Folds, int]:
    """The folds of the encoder, pictures it has not seen dealt among them; how many it has."""
    seen: Mapping[str, int] = known["seen"]
    ids = [labelled.space.ids[row] for row in labelled.rows]
    n_folds = int(known["folds"])
    fold = np.full(labelled.effective, -1, dtype=np.int64)
    for image, picture in zip(ids, labelled.pictures, strict=True):
        own = seen.get(image)
        if own is None:
            continue
        if fold[picture] not in (-1, own):
            raise NotEnoughData(
                "labels that are now known to be of nearly one picture were on both sides of a "
                f"fold when encoder {known['key']} was tuned; fine-tune {known['parent']} again"
            )
        fold[picture] = own
    fold = _dealt(fold, n_folds, seed)
    of_label: Ints = fold[labelled.pictures]
    held_out = of_label[None, :] == np.arange(n_folds)[:, None]
    return Folds(held_out, 1), sum(image in seen for image in ids)


def _dealt(fold: Ints, n_folds: int, seed: int) -> Ints:
    """Pictures that no encoder has seen (-1) dealt evenly among the folds."""
    new = np.flatnonzero(fold < 0)
    order = generator(seed, "pseudo_labels", "folds", "unseen").permutation(len(new))
    found = fold.copy()
    found[new[order]] = np.arange(len(new)) % n_folds
    return found


@lru_cache(maxsize=4)
def _read(root: str, key: str) -> tuple[dict[str, Floats32], tuple[ImageId, ...], tuple[str, ...]]:
    arrays, recipe = ModelStore(Path(root) / "models" / key).load(_SLOT)
    ids = tuple(ImageId(f"{int(number):016x}") for number in arrays["ids"])
    return arrays, ids, tuple(recipe["columns"])


def _kept(workspace: Workspace, key: str) -> tuple[dict[str, Floats32], tuple[ImageId, ...],
                                                   tuple[str, ...]]:  # fmt: skip
    try:
        return _read(str(workspace.root), key)
    except ModelError as error:
        raise ModelError(
            f"encoder {key} is fine-tuned, but how its folds see the images is not there, so no "
            "label can be held out from it; fine-tune it again"
        ) from error


def _store(workspace: Workspace, key: str) -> ModelStore:
    return ModelStore(workspace.root / "models" / key)
