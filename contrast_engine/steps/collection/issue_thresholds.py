"""The thresholds of issues that somebody decided on: who, when, and how to take them back."""

from dataclasses import dataclass

from contrast_engine.arrays import Json
from contrast_engine.errors import OptionError
from contrast_engine.store import Workspace

TOPIC = "issue-thresholds"


@dataclass(frozen=True)
class ChosenThreshold:
    """A decision about one issue.

    Args:
        issue: Name of the issue.
        threshold: The score below which it counts; None where a share was chosen.
        worst: Percent of the collection that count as its worst; None where a score was chosen.
        who: Who decided.
        at: When, as an ISO date in UTC.
    """

    issue: str
    threshold: float | None
    worst: float | None
    who: str
    at: str


def chosen_thresholds(workspace: Workspace) -> dict[str, ChosenThreshold]:
    """What holds now, by issue; issues at their calibrated thresholds are not among it."""
    found: dict[str, ChosenThreshold] = {}
    for event in workspace.edits.events(TOPIC):
        if event.is_undone:
            continue
        name, threshold, worst = (event.body.get(key) for key in ("issue", "threshold", "worst"))
        found.pop(str(name), None)
        if threshold is not None or worst is not None:
            found[str(name)] = ChosenThreshold(str(name), threshold, worst, event.who, event.at)
    return found


def choose_threshold(
    workspace: Workspace,
    issue: str,
    who: str,
    *,
    threshold: float | None = None,
    worst: float | None = None,
    of: str = "",
) -> None:
    """Decide from where on an issue counts; with neither, from its calibrated threshold again.

    The decision holds for pages, exports, filters and commands until another one.

    Args:
        workspace: Where it holds.
        issue: Name of the issue.
        who: Who decides.
        threshold: A score, 0..1.
        worst: Percent of the collection, 0..100.
        of: Names the decision where it is about several issues; they are undone as one.

    Raises:
        OptionError: Both are given, or one is out of range.
    """
    if threshold is not None and worst is not None:
        raise OptionError(f"{issue} has a threshold or a worst share, not both; give one of them")
    for value, most in ((threshold, 1), (worst, 100)):
        if value is not None and not 0 <= value <= most:
            raise OptionError(f"what decides about {issue} must be from 0 to {most}, got {value:g}")
    body: Json = {"issue": issue, "threshold": threshold, "worst": worst}
    if of:
        body["of"] = of
    workspace.edits.append(TOPIC, who, body)


def undo_threshold(workspace: Workspace, who: str) -> str | None:
    """The issues of the last decision of this person, undone now; None where none is left."""
    undone = workspace.edits.undo(TOPIC, who)
    if undone is None:
        return None
    names, of = [str(undone.body["issue"])], undone.body.get("of")
    while of and _last_of(workspace, undone.who) == of:
        undone = workspace.edits.undo(TOPIC, who)
        if undone is None:
            break
        names.append(str(undone.body["issue"]))
    return ", ".join(reversed(names))


def _last_of(workspace: Workspace, who: str) -> object:
    """Which decision the last event of a person that stands is of."""
    events = [one for one in workspace.edits.events(TOPIC) if one.who == who and not one.is_undone]
    return events[-1].body.get("of") if events else None
