"""What the page Monitor reads more than once."""

from dataclasses import dataclass

from contrast_engine.monitor import MonitorLog
from contrast_engine.monitor.watching import monitored
from contrast_engine.predict import PredictionModel
from contrast_engine.steps.monitoring.candidates import Candidate, decisions
from contrast_engine.steps.monitoring.new_files import LOG
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.monitoring.candidate_maps import MapPair, map_figures
from contrast_engine.views.monitoring.drift_card import DriftCard, drift_card
from contrast_engine.views.monitoring.pictures import Picture, of_images
from contrast_engine.views.monitoring.retraining import ChangedLabel, changed_labels
from contrast_engine.views.monitoring.scored_by import scored_by_another
from contrast_engine.views.outcomes import result_or_reason
from pages.common.cached import IMAGES, LABELS, cached


@dataclass(frozen=True)
class Watched:
    """What is known of new images.

    Args:
        card: Of those that the current model scored; None where it scored none.
        waiting: Images of the reservoir, whichever model scored them, that are not in the
            collection.
        reason: Why there is no card where there should be one; else empty.
        other: That another model than the one in use scored last; else empty.
    """

    card: DriftCard | None
    waiting: int
    reason: str = ""
    other: str = ""


def watched(workspace: Workspace) -> Watched:
    """What is known of new images now; a look that is due is taken."""
    log = MonitorLog(workspace.root / LOG)
    try:
        batches = log.batches(last=1)
        version = batches[-1].number if batches else 0
        return _watched(workspace, version)
    finally:
        log.close()


def is_decided(workspace: Workspace) -> bool:
    """True where something was ever retrained here."""
    return bool(decisions(workspace))


def changes(workspace: Workspace, candidate: Candidate) -> tuple[ChangedLabel, ...]:
    """The images whose predicted label a candidate would change."""
    return _changes(workspace, candidate.id, candidate)


def maps(workspace: Workspace, candidate: Candidate) -> MapPair | None:
    """The old and the new map of a candidate."""
    return _maps(workspace, candidate.id, candidate)


def pictures(workspace: Workspace, found: tuple[ChangedLabel, ...]) -> list[Picture]:
    """The pictures of images that would get another label."""
    return of_images(workspace, [(one.change.id, one.words, one.name) for one in found])


@cached(
    IMAGES, "predictions", "clusterings", "features", entries=4, spinner="Looking at new images"
)
def _watched(workspace: Workspace, version: int) -> Watched:
    log = MonitorLog(workspace.root / LOG)
    try:
        known = workspace.images
        n = sum(row.id not in known for row in log.reservoir())
        model, reason = result_or_reason(PredictionModel.of, workspace)
        other = scored_by_another(workspace, log)
        if model is None or model.reference is None or model.scale is None:
            return Watched(None, n, reason, other)
        if not log.images(model.key):
            return Watched(None, n, "", other)
        found, reason = result_or_reason(monitored, log, model.key, model.reference, model.scale)
        return Watched(drift_card(workspace, found) if found else None, n, reason, other)
    finally:
        log.close()


@cached(LABELS, entries=4)
def _changes(workspace: Workspace, name: str, _candidate: Candidate) -> tuple[ChangedLabel, ...]:
    return changed_labels(workspace, _candidate)


@cached(entries=4)
def _maps(workspace: Workspace, name: str, _candidate: Candidate) -> MapPair | None:
    return map_figures(workspace, _candidate)
