"""The cheaper tiers of a model: fitted on the labels it learnt from, compared with it, and kept."""

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from contrast_engine.errors import ContrastError, OptionError
from contrast_engine.placing import Placer, SpacePart
from contrast_engine.predict.model import FAST, FULL, HYBRID, TIERS, PredictionModel
from contrast_engine.predict.tiers.kept import SMALL, keep, kept_key, with_kept
from contrast_engine.predict.tiers.learning import Lesson, Trained
from contrast_engine.predict.tiers.table import (
    cascade_of,
    cascade_row,
    others,
    tier_row,
    with_speeds,
)
from contrast_engine.progress import SILENT, Progress, within
from contrast_engine.randomness import generator
from contrast_engine.scaling import QuantileScaling
from contrast_engine.steps.models.small_features import measured_at
from contrast_engine.steps.structure.space_encoder import SpaceEncoder
from contrast_engine.steps.structure.spaces import FEATURES, Space, space, space_of
from contrast_engine.store import Artifact, Workspace
from contrast_engine.vectors import ImageId

OTHERS = 1_000
"""Images without a label that are measured small too, drawn at random where there are more."""

SCALING = f"quantile-scaling-{SMALL}@1"

TIMED = 16
"""Files on which speed is measured."""

SAME = "Hybrid and full are one tier here: the model needs no other network than hybrid would."


def with_tiers(
    workspace: Workspace,
    model: PredictionModel,
    wanted: Collection[str] = TIERS,
    *,
    workers: int | None = None,
    progress: Progress = SILENT,
) -> PredictionModel:
    """A model of a workspace with its cheaper tiers, and what each costs on its card.

    Made once and kept in the workspace, the measured speeds too.

    Args:
        workspace: Where it was trained.
        model: The model.
        wanted: Which tiers; the full one is always there.
        workers: Images measured at a time.
        progress: Told what is being done.

    Raises:
        OptionError: There is no such tier.
    """
    unknown = sorted(set(wanted) - set(TIERS))
    if unknown:
        raise OptionError(f"there is no tier {unknown[0]!r}; there are: {', '.join(TIERS)}")
    key = kept_key(workspace, model.key, wanted)
    if not workspace.models.has(key):
        keep(workspace, key, _made(workspace, model, wanted, workers, progress))
    return with_kept(workspace, model, key)


def _made(
    workspace: Workspace,
    model: PredictionModel,
    wanted: Collection[str],
    workers: int | None,
    progress: Progress,
) -> PredictionModel:
    lesson = Lesson(workspace, model.key)
    notes: list[str] = []
    made: dict[str, Trained] = {}
    same: dict[str, str] = {}
    images = sorted({*lesson.labels, *_drawn(workspace, lesson)})
    if FAST in wanted:
        progress.tick(0, 3, "the fast tier")
        try:
            made[FAST] = _fast(lesson, model, images, workers, within(progress, 0, 1, 3))
        except ContrastError as error:
            notes.append(f"No fast tier: {error}.")
    if HYBRID in wanted:
        progress.tick(1, 3, "the hybrid tier")
        found = _hybrid_space(workspace, model)
        if found is None:
            same[HYBRID] = FULL
            notes.append(SAME)
        else:
            placer, here = found
            size = model.tiers[FULL].size
            made[HYBRID] = lesson.learn(HYBRID, size, placer, here.vectors, here)
    progress.tick(2, 3, "comparing the tiers")
    return _compared(workspace, model, lesson, made, same, notes)


def _compared(
    workspace: Workspace,
    model: PredictionModel,
    lesson: Lesson,
    made: dict[str, Trained],
    same: dict[str, str],
    notes: list[str],
) -> PredictionModel:
    known = workspace.load(model.key)
    k, ordered = len(model.classes), model.is_ordered
    full = _full(workspace, model, lesson)
    rows = [tier_row(name, made[name], known, k, ordered=ordered) for name in TIERS if name in made]
    rows.append(tier_row(FULL, full, known, k, ordered=ordered))
    cascade = None
    if FAST in made:
        beside = full
        if full.labelled.pairs != made[FAST].labelled.pairs:
            beside = _full(workspace, model, lesson, dict(made[FAST].labelled.pairs))
            notes.append(f"The cascade was judged on the {len(made[FAST].labelled):,} labels whose "
                         "files are still there.")  # fmt: skip
        cascade, scores = cascade_of(lesson, made[FAST], beside)
        rows.append(cascade_row(cascade, scores, made[FAST], known, k, ordered=ordered))
    tiers = {name: made[name].tier for name in made} | {FULL: model.tiers[FULL]}
    found = replace(model, tiers={n: tiers[n] for n in TIERS if n in tiers}, same=same,
                    cascade=cascade)  # fmt: skip
    files = _files(workspace, others(made[FAST]) if FAST in made else list(lesson.labels))
    card = {**model.card, "tiers": with_speeds(found, rows, files), "tier_notes": notes}
    return replace(found, card=card)


def _fast(
    lesson: Lesson,
    model: PredictionModel,
    images: list[ImageId],
    workers: int | None,
    progress: Progress,
) -> Trained:
    table = measured_at(
        lesson.workspace, images, SMALL, model.reading, workers=workers, progress=progress
    )
    scaling = QuantileScaling.fit(table)
    key = Artifact("models", SCALING, {"columns": table.columns}, tuple(table.ids)).key
    placer = Placer(key, (SpacePart(scaling),))
    return lesson.learn(FAST, SMALL, placer, scaling.transform(table))


def _hybrid_space(workspace: Workspace, model: PredictionModel) -> tuple[Placer, Space] | None:
    """The space of the hybrid tier: the hybrid network where the model uses it, else features.

    None where that is the space of the model itself.
    """
    parts = model.tiers[FULL].placer.parts
    is_hybrid = [part.encoder is not None and part.encoder.name == HYBRID for part in parts]
    if not model.tiers[FULL].placer.has_network or (len(parts) == 1 and is_hybrid[0]):
        return None
    recipe = workspace.models.load(model.tiers[FULL].placer.key)[1]
    if any(is_hybrid):
        key = recipe["parts"][is_hybrid.index(True)]
    else:
        key = space(workspace, FEATURES, save=True).key
    return SpaceEncoder(workspace, key).placer, space_of(workspace, key)


def _full(
    workspace: Workspace,
    model: PredictionModel,
    lesson: Lesson,
    labels: dict[ImageId, str] | None = None,
) -> Trained:
    """The full tier once more, for what its models say of labels they had not seen."""
    way = model.tiers[FULL]
    here = space_of(workspace, way.placer.key)
    vectors = here.vectors
    if labels is not None:
        gone = set(lesson.labels) - set(labels)
        vectors = vectors.take(image for image in vectors.ids if image not in gone)
    return lesson.learn(FULL, way.size, way.placer, vectors, here)


def _drawn(workspace: Workspace, lesson: Lesson) -> list[ImageId]:
    """Images without a label that are measured small too."""
    predictions = workspace.load(lesson.key)
    free = [image for image in sorted(predictions.ids) if image not in lesson.labels]
    if len(free) <= OTHERS:
        return free
    rows = generator(0, "predict", "tiers").choice(len(free), OTHERS, replace=False)
    return [free[row] for row in np.sort(rows)]


def _files(workspace: Workspace, images: list[ImageId]) -> list[bytes]:
    """The contents of a few originals; those that are gone are passed over."""
    found: list[bytes] = []
    for image in images[:: max(1, len(images) // TIMED)][:TIMED]:
        try:
            found.append(workspace.original_bytes(image))
        except ContrastError:
            continue
    return found
