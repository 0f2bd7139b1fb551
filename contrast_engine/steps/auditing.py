"""sensitivity, shortcuts: what an embedding sees, and what it should not follow."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from contrast_engine.arrays import Floats, Json
from contrast_engine.errors import ImageError, NotEnoughData, UnknownName, WorkspaceError
from contrast_engine.progress import SILENT, Progress
from contrast_engine.randomness import generator
from contrast_engine.results import Finding, Report
from contrast_engine.steps.side_by_side import side_by_side
from contrast_engine.steps.spaces import FEATURES, Space, embedding_of, space
from contrast_engine.store import Artifact, Workspace
from contrast_engine.vectors import ImageId, Vectors

if TYPE_CHECKING:
    from contrast_engine.encoders.model import EncoderModel
    from contrast_engine.scaling import QuantileScaling

SENSITIVITY = "sensitivity@1"
SHORTCUTS = "shortcuts@1"

LEAST = 20
MOST = 2000
"""Images the probe and the neighbours are computed on at most, drawn by seed."""

_LADDER_IMAGES = 40
_MEASURED_LADDER_IMAGES = 12
"""Fewer for the features: each step of a ladder is measured at full analysis size."""


@dataclass(frozen=True, eq=False)
class _Tested:
    """One embedding under test."""

    on: str
    vectors: Vectors
    embed: Callable[[Sequence[Floats]], Floats] | None
    has_score: bool
    size: int
    held_out: tuple[ImageId, ...] | None  # None: nothing was trained, so every image is unseen
    images: int
    why_not: str


def sensitivity(
    workspace: Workspace, on: str, *, seed: int = 0, progress: Progress = SILENT
) -> str:
    """Test what an embedding sees, unless it is tested already; give the key of the report.

    The details hold `ladders` {scale, haze, s_curve} (mean Spearman on held-out images, by the
    embedding's own score or by an axis fitted on other images' ladders: `by`), `invariance`
    {crop, flip, chroma, content} (0 unmoved, 1 as far as another image), `probe` {feature: {r2,
    null}}, `neighbours` {value, chance}, `radar` and `passes`.

    Args:
        workspace: Where all of it is.
        on: "features", or the key of an embedding or of its encoder.
        seed: Draws images, folds and permutations.
        progress: Told after each part.

    Raises:
        NotEnoughData: Fewer than twenty images are measured and embedded.
        UnknownName: There is no such embedding.
    """
    from contrast_engine.validation import sensitivity as test

    measured = _measured(workspace)
    tested = _tested(workspace, on)
    artifact = Artifact("reports", SENSITIVITY, {"on": tested.on},
                        (str(workspace.current(FEATURES)),), seed)  # fmt: skip
    if workspace.has(artifact):
        return artifact.key
    ids = _common(tested.vectors, measured, seed)
    details: Json = {"on": on, "images": len(ids), "ladders": None, "invariance": None, "by": None,
                     "why_not": tested.why_not, "passes": False}  # fmt: skip
    found, moved = None, {}
    if tested.embed is not None:
        progress.tick(0, 4, "climbing ladders")
        held_out, others = _pictures(workspace, tested, ids, seed)
        found = test.response(
            tested.embed, list(held_out.values()), list(others.values()),
            has_score=tested.has_score,
        )  # fmt: skip
        progress.tick(1, 4, "looking for invariance")
        shown = {**held_out, **others}
        contrast = measured.take(shown).column("sigma_l")
        moved = test.invariance(tested.embed, list(shown.values()), contrast, seed)
        details |= {"ladders": found.ladders, "by": found.by, "passes": found.passes,
                    "ladder_images": found.images, "fitted_on": found.fitted_on,
                    "invariance": moved}  # fmt: skip
    progress.tick(2, 4, "probing")
    values = tested.vectors.take(ids).values
    details["probe"] = test.probe(values, measured.take(ids), seed)
    progress.tick(3, 4, "comparing neighbours")
    features = space(workspace, FEATURES).vectors.take(ids)
    details["neighbours"] = test.neighbour_overlap(values, features.values)
    details["radar"] = test.radar(found, moved, details["probe"])
    workspace.save(artifact, Report(tuple(_ladder_findings(details))), details)
    progress.tick(4, 4, "tested")
    return artifact.key


def shortcuts(workspace: Workspace, on: str, *, seed: int = 0, progress: Progress = SILENT) -> str:
    """Ask whether a score follows brightness, size, compression, sharpness or noise instead.

    The score is the embedding's own; where it has none, what a linear map fitted on other images
    reads of their measured contrast.

    Args:
        workspace: Where all of it is.
        on: "features", or the key of an embedding or of its encoder.
        seed: Draws the images.
        progress: Told at the start and the end.

    Raises:
        NotEnoughData: Fewer than twenty images are measured and embedded.
        UnknownName: There is no such embedding.
    """
    from contrast_engine.validation.shortcuts import CONTRAST, amount, audit

    measured = _measured(workspace)
    source, vectors = _vectors(workspace, on)
    artifact = Artifact("reports", SHORTCUTS, {"on": source},
                        (str(workspace.current(FEATURES)),), seed)  # fmt: skip
    if not workspace.has(artifact):
        progress.tick(0, 1, "auditing")
        ids = _common(vectors, measured, seed)
        features = measured.take(ids)
        contrast = features.select(CONTRAST).values
        score = _score(vectors.take(ids), amount(contrast), seed)
        found = audit(score, contrast, _confounders(workspace, features))
        note = Finding("shortcuts", found.contrast, found.images, f"{found.images:,} images",
                       found.verdict, found.note)  # fmt: skip
        details = {**asdict(found), "on": on}
        workspace.save(artifact, Report((note,)), details)
        progress.tick(1, 1, "audited")
    return artifact.key


def _measured(workspace: Workspace) -> Vectors:
    key = workspace.current(FEATURES)
    if key is None:
        raise NotEnoughData("embeddings are tested against measured features; measure the images")
    table: Vectors = workspace.load(key)
    return table


def _vectors(workspace: Workspace, on: str) -> tuple[str, Vectors]:
    if "+" in on:
        raise UnknownName(f"test one embedding at a time, got {on!r}")
    if on == FEATURES:
        here: Space = space(workspace, FEATURES)
        return here.key, here.vectors
    key = embedding_of(workspace, on)
    return key, workspace.load(key)


def _tested(workspace: Workspace, on: str) -> _Tested:
    key, vectors = _vectors(workspace, on)
    if on == FEATURES:
        from contrast_engine.features import ANALYSIS_SIZE
        from contrast_engine.scaling import QuantileScaling

        scaling = space(workspace, FEATURES).scaling
        assert isinstance(scaling, QuantileScaling)
        return _Tested(key, vectors, _measuring(scaling), False, ANALYSIS_SIZE, None,
                       _MEASURED_LADDER_IMAGES, "")  # fmt: skip
    model_key = workspace.manifest(key).recipe.get("model")
    if model_key is None:
        why = (
            "the vectors were brought along, so altered images cannot be put through what made them"
        )
        return _Tested(key, vectors, None, False, 0, (), 0, why)
    from contrast_engine.encoders.model import EncoderModel

    arrays, recipe = workspace.models.load(model_key)
    model = EncoderModel.load(recipe["encoder"], recipe["options"], arrays)
    held_out = tuple(ImageId(image) for image in recipe["held_out"])
    return _Tested(key, vectors, _seeing(model), model.recipe.has_score, 2 * model.recipe.size,
                   held_out, _LADDER_IMAGES, "")  # fmt: skip


def _seeing(model: "EncoderModel") -> Callable[[Sequence[Floats]], Floats]:
    from contrast_engine.encoders.copies import training_copy

    def embed(pictures: Sequence[Floats]) -> Floats:
        size = model.recipe.size
        return model.embed(np.stack([training_copy(rgb, size) for rgb in pictures]))

    return embed


def _measuring(scaling: "QuantileScaling") -> Callable[[Sequence[Floats]], Floats]:
    from contrast_engine.features import measure_image
    from contrast_engine.images import LinearImage

    def ask(rgb: Floats) -> dict[str, float]:
        return measure_image(LinearImage(rgb))

    def embed(pictures: Sequence[Floats]) -> Floats:
        rows = [row for _, row in side_by_side(ask, pictures)]
        columns = tuple(rows[0])
        ids = tuple(ImageId(f"{number:016x}") for number in range(len(rows)))
        table = Vectors(ids, np.array([list(row.values()) for row in rows]), columns)
        return scaling.transform(table).values

    return embed


def _common(vectors: Vectors, measured: Vectors, seed: int) -> tuple[ImageId, ...]:
    ids = sorted(image for image in vectors.ids if image in measured.rows)
    if len(ids) < LEAST:
        raise NotEnoughData(
            f"the test needs at least {LEAST} images that are measured and embedded, "
            f"got {len(ids)}; add and measure more"
        )
    if len(ids) <= MOST:
        return tuple(ids)
    drawn = generator(seed, "auditing", "images").choice(len(ids), MOST, replace=False)
    return tuple(ids[row] for row in sorted(drawn))


def _pictures(
    workspace: Workspace, tested: _Tested, ids: tuple[ImageId, ...], seed: int
) -> tuple[dict[ImageId, Floats], dict[ImageId, Floats]]:
    """Read images to climb ladders with: those never trained on, and others to fit an axis on."""
    from contrast_engine.images import read_image

    order = generator(seed, "auditing", "ladders").permutation(len(ids))
    mixed = [ids[row] for row in order]
    if tested.held_out is None:
        unseen = mixed[: len(mixed) // 2]
    else:
        unseen = [image for image in mixed if image in set(tested.held_out)]
    if not unseen:
        raise NotEnoughData(
            "none of the images that were kept out of training is in the collection any more; "
            "train the encoder again"
        )
    held_out = unseen[: tested.images]
    kept_apart = set(held_out) | set(tested.held_out or ())
    others = [image for image in mixed if image not in kept_apart][: tested.images]
    found: list[dict[ImageId, Floats]] = []
    for wanted in (held_out, others):
        read: dict[ImageId, Floats] = {}
        for image in wanted:
            try:
                pixels = read_image(workspace.original_bytes(image), tested.size).rgb
                read[image] = pixels.astype(np.float64)  # what ladders are climbed in
            except (ImageError, WorkspaceError):
                continue  # gone since it was embedded
        found.append(read)
    if not found[0] or not found[1]:
        raise NotEnoughData("the files of the images are not there; scan their folder again")
    return found[0], found[1]


def _ladder_findings(details: Json) -> list[Finding]:
    from contrast_engine.validation.sensitivity import LADDER_LIMITS

    if details["ladders"] is None:
        return [Finding("sensitivity", None, 0, details["on"], "unknown",
                        f"No ladders: {details['why_not']}.")]  # fmt: skip
    return [
        Finding(
            "sensitivity", value, details["ladder_images"], f"{name} ladder, by {details['by']}",
            "pass" if value >= LADDER_LIMITS[name] else "fail",
            f"Follows {name.replace('_', '-')} ladders of held-out images at {value:.2f}; "
            f"{LADDER_LIMITS[name]:.2f} is needed.",
        )
        for name, value in details["ladders"].items()
    ]  # fmt: skip


def _score(vectors: Vectors, contrast: Floats, seed: int) -> Floats:
    """Give the embedding's own score, or what folds it was not fitted on read of contrast."""
    from contrast_engine.validation.sensitivity import read_out

    if "score" in vectors.columns:
        return vectors.column("score")
    return read_out(vectors.values, contrast, seed)


def _confounders(workspace: Workspace, features: Vectors) -> dict[str, Floats]:
    """Give what a contrast score must not follow, for the same images."""
    facts = [workspace.images.facts(image) for image in features.ids]
    pixels = np.array([max(fact.width * fact.height, 1) for fact in facts], dtype=np.float64)
    stored = np.array([fact.bytes for fact in facts], dtype=np.float64)
    return {
        "brightness": features.column("mean_y"),
        "size": pixels,
        "compression": stored / pixels,
        "sharpness": features.column("blur"),
        "noise": features.column("noise_sigma"),
    }
