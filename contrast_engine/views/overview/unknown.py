"""What is not known of a collection, counted."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from contrast_engine.imageset import ImageIds
from contrast_engine.results import Predictions
from contrast_engine.steps.labels.consensus_labels import consensus_labels
from contrast_engine.store.collection import file_name
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId
from contrast_engine.views.collection.issues import unseen_issues
from contrast_engine.views.collection.progress import WorkflowState, workflow_state
from contrast_engine.views.collection.unlike import unlike
from contrast_engine.views.overview.card import Absent, Card
from contrast_engine.views.overview.verdicts import Verdicts

SHOWN = 8
"""Images of each kind that are named (own choice)."""


@dataclass(frozen=True)
class NotKnown:
    """One thing that is not known.

    Args:
        name: Which: "unread", "missing", "unmeasured", "abstained", "unlike", "disputed",
            "unlabelled", "issues" or "checks".
        count: How many images, files or checks that is.
        n: Out of how many.
        what: What of it is not known, as a sentence.
        page: The address of the page where more is to be seen.
        images: A few of the images, where it is about images that can be shown.
        reasons: Why, each with how often, the most frequent first; for files that cannot be used.
        view: Parameters of that address.
    """

    name: str
    count: int
    n: int
    what: str
    page: str
    images: tuple[ImageId, ...] = ()
    reasons: tuple[tuple[str, int], ...] = ()
    view: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Unknown(Card):
    """What is not known; empty where everything is."""

    items: tuple[NotKnown, ...]


def unknown(workspace: Workspace, answers: Verdicts | Absent) -> Unknown:
    """What is not known of the images, the labels and the evidence.

    Args:
        workspace: The open workspace.
        answers: Those of the evidence, or why there are none.
    """
    state = workflow_state(workspace)
    items = (
        *_of_files(workspace, state),
        *_of_answers(workspace),
        *_of_labels(workspace, state),
        *_of_issues(workspace, state),
        *_of_checks(answers, state),
    )
    return Unknown(
        sentence=" ".join(one.what for one in items[:2]) or "Nothing is left open.",
        page=items[0].page if items else "validate",
        items=items,
    )


def _of_files(workspace: Workspace, state: WorkflowState) -> Iterator[NotKnown]:
    if state.problems:
        reasons = Counter(
            problem.reason.replace(problem.path, file_name(problem.path))
            for problem in workspace.images.problems
        )
        yield NotKnown(
            "unread",
            state.problems,
            state.files,
            f"{_count(state.problems, 'file')} of {state.files:,} cannot be used.",
            "collection",
            reasons=tuple(reasons.most_common()),
        )
    if state.missing:
        yield NotKnown(
            "missing",
            state.missing,
            state.images,
            f"{_count(state.missing, 'image')} of {state.images:,}: the file is no longer there.",
            "collection",
            images=_some(workspace, workspace.images.missing_images),
        )
    if state.images and state.unmeasured:
        yield NotKnown(
            "unmeasured",
            state.unmeasured,
            state.images,
            f"{_count(state.unmeasured, 'image')} of {state.images:,} not measured yet.",
            "collection",
        )


def _of_answers(workspace: Workspace) -> Iterator[NotKnown]:
    """Images on which the model abstains, and those of them that are unlike anything labelled."""
    key = workspace.current("predictions")
    if key is None:
        return
    found: Predictions = workspace.load(key)
    silent = ImageIds(found.ids.numbers[found.abstains]).among(workspace.images.images)
    if not silent:
        return
    yield NotKnown(
        "abstained",
        len(silent),
        len(found),
        f"The model gives {_count(len(silent), 'image')} of {len(found):,} no label.",
        "gallery",
        images=_some(workspace, silent),
        view={"f.predicted": "(abstains)"},
    )
    far = unlike(workspace, key)
    if far:
        yield NotKnown(
            "unlike",
            len(far),
            len(found),
            f"{_count(len(far), 'image')} of {len(found):,}: unlike anything that is labelled.",
            "gallery",
            images=_some(workspace, far),
            view={"f.predicted": "(unlike)"},
        )


def _of_labels(workspace: Workspace, state: WorkflowState) -> Iterator[NotKnown]:
    disputed = consensus_labels(workspace).ruled.disputed if state.labelled else ()
    if disputed:
        yield NotKnown(
            "disputed",
            len(disputed),
            state.labelled,
            f"Annotators disagree about {_count(len(disputed), 'image')} "
            f"of {state.labelled:,} labelled.",
            "gallery",
            images=_some(workspace, disputed),
            view={"f.label": "(disputed)"},
        )
    if state.measured and not state.predicted:
        bare = state.images - state.labelled
        yield NotKnown(
            "unlabelled",
            bare,
            state.images,
            f"{_count(bare, 'image')} of {state.images:,} without a label, and no model that "
            "gives one.",
            "label",
        )


def _of_issues(workspace: Workspace, state: WorkflowState) -> Iterator[NotKnown]:
    if not state.measured:
        return
    bare = unseen_issues(workspace)
    if bare:
        titles = " and ".join(issue.title.lower() for issue in bare)
        yield NotKnown(
            "issues",
            state.measured,
            state.measured,
            f"Nobody has looked for {titles} yet.",
            "issues",
            view={"issue": bare[0].name},
        )


def _of_checks(answers: Verdicts | Absent, state: WorkflowState) -> Iterator[NotKnown]:
    if isinstance(answers, Absent):
        if state.measured:
            yield NotKnown("checks", 7, 7, answers.reason, "validate")
        return
    n, bare = len(answers.answers), [one for one in answers.answers if one.verdict == "unknown"]
    if bare:
        what = f"{len(bare)} of {n} questions about the evidence are open: "
        asked = " ".join(one.question for one in bare)
        yield NotKnown("checks", len(bare), n, what + asked, "validate")


def _some(workspace: Workspace, images: Sequence[ImageId]) -> tuple[ImageId, ...]:
    """The first few that are still in the collection."""
    files, each = workspace.images, (images[place] for place in range(len(images)))
    return tuple(islice((image for image in each if image in files), SHOWN))


def _count(n: int, what: str) -> str:
    return f"{n:,} {what}" + ("" if n == 1 else "s")
