"""What the page Monitor reads more than once."""

from contrast_engine.steps.monitoring.candidates import Candidate
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.monitoring.candidate_maps import MapPair, map_figures
from contrast_engine.views.monitoring.pictures import Picture, of_images
from contrast_engine.views.monitoring.retraining import ChangedLabel, changed_labels
from pages.common.cached import LABELS, cached


def changes(workspace: Workspace, candidate: Candidate) -> tuple[ChangedLabel, ...]:
    """The images whose predicted label a candidate would change."""
    return _changes(workspace, candidate.id, candidate)


def maps(workspace: Workspace, candidate: Candidate) -> MapPair | None:
    """The old and the new map of a candidate."""
    return _maps(workspace, candidate.id, candidate)


def pictures(workspace: Workspace, found: tuple[ChangedLabel, ...]) -> list[Picture]:
    """The pictures of images that would get another label."""
    return of_images(workspace, [(one.change.id, one.words, one.name) for one in found])


@cached(LABELS, entries=4)
def _changes(
    workspace: Workspace, name: str, _candidate: Candidate
) -> tuple[ChangedLabel, ...]:
    return changed_labels(workspace, _candidate)


@cached(entries=4)
def _maps(workspace: Workspace, name: str, _candidate: Candidate) -> MapPair | None:
    return map_figures(workspace, _candidate)
