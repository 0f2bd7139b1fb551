"""issues: what is wrong with the contrast of which image."""

from collections.abc import Mapping

from contrast_engine.errors import NotEnoughData
from contrast_engine.issues import FlaggedImages, find_issues
from contrast_engine.store import Workspace


def issues(
    workspace: Workspace, thresholds: Mapping[str, float] | None = None
) -> tuple[FlaggedImages, ...]:
    """Every contrast issue, with the measured images of a workspace that have it.

    Raises:
        NotEnoughData: Nothing is measured yet.
        OptionError: There is no such issue, or a threshold is outside 0..1.
    """
    key = workspace.current("features")
    if key is None:
        raise NotEnoughData("there are no measured images in this workspace; measure them first")
    return find_issues(workspace.load(key), thresholds)
