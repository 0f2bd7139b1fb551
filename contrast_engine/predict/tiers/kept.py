"""Tiers that were made of a model, kept in its workspace beside it."""

from collections.abc import Collection
from dataclasses import replace

from contrast_engine.arrays import Json
from contrast_engine.errors import ModelError
from contrast_engine.predict.model import FULL, TIERS, PredictionModel
from contrast_engine.predict.model_file.reading import model_of
from contrast_engine.predict.model_file.safe_tensors import Contents
from contrast_engine.predict.model_file.writing import contents_of
from contrast_engine.store import Artifact, Workspace

STEP = "tiers@1"

SMALL = 256
"""Longest side in pixels at which the fast tier measures."""

ON_CARD = ("tiers", "tier_notes")
"""What a card says of tiers."""


def kept_tiers(workspace: Workspace, model: PredictionModel) -> PredictionModel:
    """A model of a workspace with all its tiers if they were made before; none are made."""
    try:
        return with_kept(workspace, model, kept_key(workspace, model.key, TIERS))
    except ModelError:
        return model


def ways_to_an_answer(workspace: Workspace) -> tuple[str, ...]:
    """The names of the tiers of the current model; nothing is read of the images.

    Raises:
        NotEnoughData: There is no model.
        ModelError: It cannot be used.
    """
    return kept_tiers(workspace, PredictionModel.alone(workspace)).tier_names


def kept_card(workspace: Workspace, model_key: str) -> Json | None:
    """What the card says of the tiers of a model; None before they were made.

    Args:
        workspace: The workspace.
        model_key: Key of its predictions.
    """
    try:
        recipe = workspace.models.load(kept_key(workspace, model_key, TIERS))[1]
    except ModelError:
        return None
    card = recipe["document"]["card"]
    return {name: card[name] for name in ON_CARD}


def kept_key(workspace: Workspace, model_key: str, wanted: Collection[str]) -> str:
    """Under which key the tiers of a model are kept."""
    inputs = (model_key, workspace.current("clusterings") or "")
    return Artifact("models", STEP, {"tiers": sorted({*wanted, FULL}), "small": SMALL}, inputs).key


def keep(workspace: Workspace, key: str, model: PredictionModel) -> None:
    """Save the tiers of a model."""
    contents = contents_of(replace(model, reference=None, scale=None, clusters=None))
    workspace.models.save(key, contents.arrays, {"step": STEP, "document": contents.document})


def with_kept(workspace: Workspace, model: PredictionModel, key: str) -> PredictionModel:
    """A model with the tiers that were saved under a key.

    Raises:
        ModelError: There are none, or they are damaged.
    """
    arrays, recipe = workspace.models.load(key)
    kept = model_of(Contents(dict(recipe["document"]), arrays))
    tiers = {**kept.tiers, FULL: model.tiers[FULL]}
    return replace(
        model,
        tiers={name: tiers[name] for name in TIERS if name in tiers},
        same=kept.same,
        cascade=kept.cascade,
        card={**model.card, **{name: kept.card[name] for name in ON_CARD}},
    )
