"""The journey from photographs to a table: how each step stands, and which one is next."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from contrast_engine.views.collection.progress import ENOUGH_LABELS, WorkflowState
from contrast_engine.views.collection.running import GATHERING, Running

Standing = Literal["done", "out of date", "running", "to do"]

JOBS = {
    "collected": GATHERING[:2],
    "measured": ("gather", "measure"),
    "clustered": ("cluster",),
    "labelled": (),
    "trained": ("pseudo_label", "retrain"),
    "validated": ("validate",),
    "exported": ("export",),
}
"""The steps of the journey in their order, and what runs while each is made."""

PAGES = {
    "collected": "collection",
    "measured": "collection",
    "clustered": "clusters",
    "labelled": "label",
    "trained": "model",
    "validated": "validate",
    "exported": "export",
}

FEWEST_TO_CLUSTER = 3
"""Fewer images than this are not clustered: there is nothing to tell apart."""

RESULT = {
    "clustered": "clusterings",
    "trained": "predictions",
    "validated": "reports",
    "exported": "exported",
}
"""What in `WorkflowState.changed` makes a step out of date."""


@dataclass(frozen=True)
class Stage:
    """One step of the journey.

    Args:
        name: What is done once it is over, "measured".
        standing: How it stands.
        page: The address of the page on which it is taken.
        words: How far it is, or why it is out of date, in a few words.
    """

    name: str
    standing: Standing
    page: str
    words: str


@dataclass(frozen=True)
class NextStep:
    """What a person would do next.

    Args:
        words: What to do, in a few words; while it is being done, how far that is.
        why: Why this, in one sentence.
        page: The address of the page on which it is done; empty where all is done.
        is_running: Whether it is being done just now.
    """

    words: str
    why: str
    page: str
    is_running: bool = False


def stages(state: WorkflowState, running: Sequence[Running] = ()) -> tuple[Stage, ...]:
    """Each step of the journey, in order.

    Args:
        state: How far the collection has come.
        running: What is under way in it.
    """
    return tuple(_stage(name, state, running) for name in JOBS)


def next_step(state: WorkflowState, running: Sequence[Running] = ()) -> NextStep:
    """The first step that is not done, or what is being done about it.

    While images are brought in or measured, nothing else is asked for: all later steps rest on it.

    Args:
        state: How far the collection has come.
        running: What is under way in it.
    """
    name = next((one.name for one in stages(state) if one.standing != "done"), "")
    waited_for = {*GATHERING, *JOBS.get(name, ())}
    job = next((one for one in running if one.step in waited_for), None)
    if job:
        return NextStep(job.words, "It goes on when you leave the page.", job.page, True)
    if not name:
        return NextStep(
            "All steps are done", "Nothing has changed since the table was exported.", ""
        )
    if name == "clustered" and state.measured < FEWEST_TO_CLUSTER:
        return NextStep("Add photographs", few_to_cluster(state.measured), PAGES["collected"])
    words, why = _asked(name, state)
    return NextStep(words, why, PAGES[name])


def few_to_cluster(measured: int) -> str:
    """Why so few images are not clustered; "" where there are enough."""
    if measured >= FEWEST_TO_CLUSTER:
        return ""
    there = "there is one" if measured == 1 else f"there are {measured:,}"
    return f"Clusters need at least {FEWEST_TO_CLUSTER} different images; {there}."


def _stage(name: str, state: WorkflowState, running: Sequence[Running]) -> Stage:
    job = next((one for one in running if one.step in JOBS[name]), None)
    if job:
        return Stage(name, "running", PAGES[name], job.words)
    standing, words = _standing(name, state)
    return Stage(name, standing, PAGES[name], words)


def _standing(name: str, state: WorkflowState) -> tuple[Standing, str]:
    """How a step stands while nothing runs, and what is said of it."""
    waiting = state.unmeasured
    there: dict[str, tuple[bool, str]] = {
        "collected": (state.images > 0, _count(state.images, "image")),
        "measured": (state.measured > 0, f"{state.measured:,} of {state.images:,} images"),
        "clustered": (state.clusters > 0, _count(state.clusters, "cluster")),
        "labelled": (_is_labelled(state), _labels(state)),
        "trained": (state.predicted > 0, f"from {_count(state.learnt, 'label')}"),
        "validated": (state.is_validated, "the evidence is in"),
        "exported": (state.is_exported, "as everything is now"),
    }
    is_there, words = there[name]
    if name == "measured" and state.is_outdated:
        return "out of date", "measured by an earlier version of the features"
    if not is_there:
        return "to do", words if name in ("measured", "labelled") else ""
    if name == "measured" and waiting:
        return "out of date", f"{_count(waiting, 'image')} to measure"
    why = state.changed.get(RESULT.get(name, ""), "")
    return ("out of date", why) if why else ("done", words)


def _is_labelled(state: WorkflowState) -> bool:
    return state.labelled >= ENOUGH_LABELS and state.kinds >= 2


def _labels(state: WorkflowState) -> str:
    if state.labelled >= ENOUGH_LABELS:
        return _count(state.labelled, "label")
    return f"{state.labelled:,} of {ENOUGH_LABELS} labels"


def _asked(name: str, state: WorkflowState) -> tuple[str, str]:
    """What to do about a step that is not done, and why."""
    why = state.changed.get(RESULT.get(name, ""), "")
    since = f"{why[:1].upper()}{why[1:]} since." if why else ""
    if name == "trained" and why and state.learnt != state.labelled:
        since = f"It has learnt from {_count(state.learnt, 'label')}; {state.labelled:,} are given."
    if name == "collected":
        return "Add photographs", "There are no photographs in this collection yet."
    if name == "measured":
        return _to_measure(state)
    if name == "labelled":
        return _to_label(state)
    return {
        "clustered": (
            "Cluster again" if why else "Cluster the images",
            since or "The images are measured; clusters show which are alike.",
        ),
        "trained": (
            "Train again" if why else "Train the model",
            since or f"{_count(state.labelled, 'label')}: enough to learn from.",
        ),
        "validated": (
            "Check the evidence again" if why else "Check the evidence",
            since or "Every image has a predicted label; see what bears it out.",
        ),
        "exported": (
            "Export again" if why else "Export the table",
            since or "The evidence is in.",
        ),
    }[name]


def _to_measure(state: WorkflowState) -> tuple[str, str]:
    count = _count(state.unmeasured, "image")
    if state.is_outdated:
        return "Measure again", "The features have become better; old and new values do not mix."
    if not state.measured:
        return f"Measure {count}", "All else rests on what is measured."
    if state.read_again and state.images <= state.measured:
        return f"Measure {count} again", "They were read in another way since."
    return f"Measure {_count(state.unmeasured, 'new image')}", "They were added after measuring."


def _to_label(state: WorkflowState) -> tuple[str, str]:
    left = ENOUGH_LABELS - state.labelled
    if state.labelled and state.kinds < 2:
        return "Give another label", (
            f"All {_count(state.labelled, 'label')} are the same; a model learns from at least two "
            "kinds."
        )
    if not state.labelled:
        return f"Label {ENOUGH_LABELS} images", (
            f"{ENOUGH_LABELS} well-chosen labels make a first useful model."
        )
    if state.predicted:
        why = f"The model is very rough: it has learnt from {_count(state.learnt, 'label')}."
    else:
        why = (
            f"{_count(state.labelled, 'label')} so far; from {ENOUGH_LABELS} on a model is useful."
        )
    return f"Label {left:,} more", why


def _count(n: int, what: str) -> str:
    return f"{n:,} {what}" + ("" if n == 1 else "s")
