"""known_changes: how the space in use follows a few photographs changed by known amounts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from contrast_engine.arrays import Floats, Json
from contrast_engine.errors import ImageError, NotEnoughData, UnknownName, WorkspaceError
from contrast_engine.progress import SILENT, Progress
from contrast_engine.results import Report
from contrast_engine.steps.encoders.audit_material import (
    EncoderUnderTest,
    common_images,
    ladder_pictures,
    measured_features,
    under_test,
)
from contrast_engine.steps.structure.spaces import FEATURES
from contrast_engine.store import Artifact, Workspace
from contrast_engine.vectors import Vectors

STEP = "known-changes@1"

CLIMBING, FITTED_ON = 12, 10
"""Photographs that are changed, and others that show the direction of growing contrast."""

STEPS = 5
SIZE = 192
"""Longest side the photographs are measured at: what must follow is the order of five steps."""


@dataclass(frozen=True)
class KnownChanges:
    """How the space follows known changes.

    Args:
        key: Names the result; without ladders it says why there are none.
        details: `ladders` {change: rank correlation of each photograph} or None, `why_not`, `by`
            ("score" or "axis"), `images` and `fitted_on`.
    """

    key: str
    details: Json


def known_changes(
    workspace: Workspace, on: str, *, seed: int = 0, progress: Progress = SILENT
) -> KnownChanges:
    """Change a few photographs by known amounts and ask the space for their order, once.

    What was found is kept; where originals are gone or vectors were brought along nothing is, so
    that it is tried again.

    Args:
        workspace: Measured.
        on: The space: "features", an embedding, or "features+KEY".
        seed: Draws the photographs.
        progress: Told before and after.
    """
    try:
        parts = [under_test(workspace, _named(workspace, part)) for part in on.split("+")]
    except (UnknownName, NotEnoughData) as error:
        return _without(str(error))
    missing = next((part.why_not for part in parts if part.embed is None), None)
    if missing is not None:
        return _without(missing)
    question = {"on": "+".join(part.on for part in parts)}
    artifact = Artifact("reports", STEP, question, (str(workspace.current(FEATURES)),), seed)
    if not workspace.has(artifact):
        progress.tick(0, 1, "changing photographs by known amounts")
        try:
            details = _climbed(workspace, parts, seed)
        except (NotEnoughData, ImageError, WorkspaceError) as error:
            return _without(str(error))
        workspace.save(artifact, Report(()), details)
    return KnownChanges(artifact.key, workspace.manifest(artifact.key).details)


def _named(workspace: Workspace, part: str) -> str:
    """The measured features for any table of them."""
    is_table = any(made.key == part for made in workspace.artifacts(FEATURES))
    return FEATURES if is_table else part.strip()


def _without(why: str) -> KnownChanges:
    return KnownChanges(f"ladders not run: {why}", {"ladders": None, "why_not": why.rstrip(".")})


def _climbed(workspace: Workspace, parts: list[EncoderUnderTest], seed: int) -> Json:
    from contrast_engine.validation.sensitivity import response

    tested = _together(parts)
    ids = common_images(tested.vectors, measured_features(workspace), seed)
    held_out, others = ladder_pictures(
        workspace, replace(tested, images=CLIMBING, size=min(tested.size, SIZE)), ids, seed
    )
    assert tested.embed is not None  # was asked before
    found = response(
        tested.embed, list(held_out.values()), list(others.values())[:FITTED_ON],
        has_score=tested.has_score, steps=STEPS,
    )  # fmt: skip
    return {
        "ladders": {name: list(each) for name, each in found.each.items()}, "by": found.by,
        "images": found.images, "fitted_on": found.fitted_on, "why_not": "",
    }  # fmt: skip


def _together(parts: list[EncoderUnderTest]) -> EncoderUnderTest:
    """Two spaces side by side as one; images that either was trained on are not held out."""
    if len(parts) == 1:
        return parts[0]
    kept = [set(part.held_out) for part in parts if part.held_out is not None]
    ids = parts[0].vectors.ids.among(parts[1].vectors.images)
    return replace(
        parts[0],
        on="+".join(part.on for part in parts),
        vectors=Vectors(ids, np.zeros((len(ids), 1)), ("any",)),
        embed=_side_by_side([part.embed for part in parts if part.embed is not None]),
        has_score=False,
        size=max(part.size for part in parts),
        held_out=tuple(sorted(set.intersection(*kept))) if kept else None,
    )


def _side_by_side(
    embeds: list[Callable[[Sequence[Floats]], Floats]],
) -> Callable[[Sequence[Floats]], Floats]:
    def embed(pictures: Sequence[Floats]) -> Floats:
        return np.column_stack([one(pictures) for one in embeds])

    return embed
