"""issues: what is wrong with the contrast, and with the light, of which image."""

from collections.abc import Mapping
from dataclasses import replace

from contrast_engine.errors import NotEnoughData, OptionError, UnknownName
from contrast_engine.illuminants.casts import STRONG_CAST
from contrast_engine.issues import HAZE, ISSUES, FlaggedImages, Issue, find_issues
from contrast_engine.steps.attributes import attribute_tables
from contrast_engine.steps.collection.issue_thresholds import chosen_thresholds
from contrast_engine.store import Workspace
from contrast_engine.vectors import Vectors

ATTRIBUTE = "cast_angle"
"""The attribute that the issue of strong casts is read from."""

BESIDE = {"cast_angle": STRONG_CAST, "veil": HAZE}
"""The issues that no feature shows, by the attribute each is read from."""


def issues(
    workspace: Workspace,
    thresholds: Mapping[str, float] | None = None,
    *,
    worst: Mapping[str, float] | None = None,
    as_chosen: bool = True,
) -> tuple[FlaggedImages, ...]:
    """Every issue, with the measured images of a workspace that have it.

    Strong colour cast and haze come last, once they were looked for, for the images that have a
    number.

    Args:
        workspace: Where the images are.
        thresholds: Own thresholds by issue, as scores.
        worst: Percent of the collection that count as its worst, by issue.
        as_chosen: Whether what was decided in the workspace holds for the others; else they are at
            their calibrated thresholds.

    Raises:
        NotEnoughData: Nothing is measured yet, or by a version that lacks a feature of today.
        OptionError: There is no such issue, nobody has looked for it, or a threshold is outside
            0..1.
    """
    key = workspace.current("features")
    if key is None:
        raise NotEnoughData("there are no measured images in this workspace; measure them first")
    features: Vectors = workspace.load(key)
    beside = _beside(workspace, features)
    given, shares = dict(thresholds or {}), dict(worst or {})
    there = {issue.name for issue, _ in beside}
    unseen = {one.name for one in BESIDE.values()} - there
    if asked := sorted(unseen & {*given, *shares}):
        raise OptionError(f"no image was looked at for {asked[0]} yet; look for it first")
    decided = chosen_thresholds(workspace) if as_chosen else {}
    known = there | set(ISSUES)
    held = {n: one for n, one in decided.items() if n in known and n not in given | shares}
    try:
        found = find_issues(
            features,
            given | {n: one.threshold for n, one in held.items() if one.threshold is not None},
            beside,
            worst=shares | {n: one.worst for n, one in held.items() if one.worst is not None},
        )
    except UnknownName as error:
        raise NotEnoughData(
            "the features have become better since these images were measured, and issues need "
            f"them ({str(error).partition(';')[0]}); measure again with `contrast measure`"
        ) from error
    return tuple(
        replace(one, whose="chosen") if one.whose == "given" and one.issue.name in held else one
        for one in found
    )


def why_no_issues(workspace: Workspace) -> str:
    """Why no issue can be looked for here; "" where they can."""
    try:
        issues(workspace)
    except NotEnoughData as error:
        return str(error)
    return ""


def not_looked_for(workspace: Workspace) -> dict[str, int]:
    """How many measured images lack the number of an issue that no feature shows, by its name."""
    key = workspace.current("features")
    if key is None:
        return {}
    features: Vectors = workspace.load(key)
    tables = attribute_tables(workspace)
    lacking = {
        issue.name: len(features.images - workspace.load(tables[attribute]).images)
        if attribute in tables else len(features)
        for attribute, issue in BESIDE.items()
    }  # fmt: skip
    return {name: images for name, images in lacking.items() if images}


def _beside(workspace: Workspace, features: Vectors) -> list[tuple[Issue, Vectors]]:
    """Issues of attributes, each with its table for images that are measured."""
    tables, found = attribute_tables(workspace), []
    for attribute, issue in BESIDE.items():
        if attribute in tables:
            table: Vectors = workspace.load(tables[attribute])
            there = table
            if table.ids != features.ids:
                there = table.take(features.ids.among(table.images))
            if len(there):
                found.append((issue, there))
    return found
