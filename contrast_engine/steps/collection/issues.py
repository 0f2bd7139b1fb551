"""issues: what is wrong with the contrast, and with the light, of which image."""

from collections.abc import Mapping

from contrast_engine.errors import NotEnoughData
from contrast_engine.illuminants.casts import STRONG_CAST
from contrast_engine.issues import FlaggedImages, Issue, find_issues
from contrast_engine.steps.attributes import attribute_tables
from contrast_engine.store import Workspace
from contrast_engine.vectors import Vectors

ATTRIBUTE = "cast_angle"
"""The attribute that the issue of strong casts is read from."""


def issues(
    workspace: Workspace, thresholds: Mapping[str, float] | None = None
) -> tuple[FlaggedImages, ...]:
    """Every contrast issue, with the measured images of a workspace that have it.

    Strong colour cast comes last, once illuminants were estimated, for the images that have one.

    Raises:
        NotEnoughData: Nothing is measured yet.
        OptionError: There is no such issue, or a threshold is outside 0..1.
    """
    key = workspace.current("features")
    if key is None:
        raise NotEnoughData("there are no measured images in this workspace; measure them first")
    features: Vectors = workspace.load(key)
    return find_issues(features, thresholds, _beside(workspace, features))


def _beside(workspace: Workspace, features: Vectors) -> list[tuple[Issue, Vectors]]:
    """Issues of attributes, each with its table for images that are measured."""
    key = attribute_tables(workspace).get(ATTRIBUTE)
    if key is None:
        return []
    table: Vectors = workspace.load(key)
    return [(STRONG_CAST, table.take([image for image in features.ids if image in table.rows]))]
