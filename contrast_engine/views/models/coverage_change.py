"""What the last label did to the live model's coverage, and which labels it contradicts."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from contrast_engine.as_written import plain
from contrast_engine.pseudo_labels.contradiction import Contradiction, contradiction
from contrast_engine.steps.models.live_model import LiveModel
from contrast_engine.store.collection import file_name
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId
from contrast_engine.views.models.live_model import ModelUpdate

FALL = 0.1
"""Share of all images by which coverage falls before it is called a fall (docs/methods.md)."""


@dataclass(frozen=True)
class CoverageChange:
    """What the last label did.

    Args:
        words: Covered images and accuracy before and after.
        warning: What a fall comes from; empty without one.
        label: Number of the label that is named, 0 for none.
        who: Who gave it.
        against: That image first, then those it contradicts, each with its label.
    """

    words: str
    warning: str = ""
    label: int = 0
    who: str = ""
    against: tuple[tuple[ImageId, str], ...] = ()


def coverage_change(
    workspace: Workspace, marks: Sequence[ModelUpdate], update: LiveModel
) -> CoverageChange | None:
    """What happened from the update before the last label to that of now; None at the first.

    A label is named only where coverage fell by a tenth of the images and it contradicts those
    most like it; of a fall without such a label only the cause is told.

    Args:
        workspace: With the labels.
        marks: The updates on the way to the labels of now, that of now last.
        update: What was learnt from the labels of now.
    """
    if len(marks) < 2:
        return None
    before, now = marks[-2], marks[-1]
    more = now.labels - before.labels
    since = "With the last label" if more == 1 else f"With the last {more:,} labels"
    if more < 1:
        since = "With the last change"
    words = (
        f"{since}: covered {_count(before, update):,} \N{RIGHTWARDS ARROW} "
        f"{_count(now, update):,} of {update.images:,} images, accuracy on held-out labels "
        f"{before.accuracy:.0%} \N{RIGHTWARDS ARROW} {now.accuracy:.0%}."
    )
    if before.coverage - now.coverage < FALL:
        return CoverageChange(words)
    fall = f"Coverage fell from {_count(before, update):,} to {_count(now, update):,} images. "
    seq, who, found = _last_contradiction(workspace, update)
    if found is None:
        return CoverageChange(words, fall + _cause(before, now))
    return CoverageChange(
        words, fall + _named(workspace, found), seq, who,
        ((found.image, found.label), *found.against),
    )  # fmt: skip


def _last_contradiction(
    workspace: Workspace, update: LiveModel
) -> tuple[int, str, Contradiction | None]:
    """Number and annotator of the last label, and where it contradicts most; none if nowhere."""
    given = workspace.labels.current()
    if update.labelled is None or not given:
        return 0, "", None
    last = max(given.values(), key=lambda label: label.seq)
    together = (image for image, label in given.items() if label.seq == last.seq)
    found = [contradiction(update.labelled, image) for image in together]
    worst = max((one for one in found if one), key=lambda one: len(one.against), default=None)
    return last.seq, last.who, worst


def _named(workspace: Workspace, found: Contradiction) -> str:
    path = workspace.images.paths.get(found.image, found.image)
    given = Counter(label for _, label in found.against)
    said = [(name, given[name]) for name in workspace.labels.label_set().labels if given[name]]
    others = (
        f"labelled {plain(said[0][0])!r}" if len(said) == 1
        else "labelled " + ", ".join(f"{plain(label)!r} ({n})" for label, n in said)
    )  # fmt: skip
    return (
        f"{plain(found.label)!r} on {plain(file_name(str(path)))} contradicts {len(found.against)} "
        f"of the {found.of} most similar labelled images, {others}."
    )


def _cause(before: ModelUpdate, now: ModelUpdate) -> str:
    if now.sureness > before.sureness > 0:
        return (
            f"The last label agrees with those around it: the model now answers only from a "
            f"sureness of {now.sureness:g} on instead of {before.sureness:g}, for then the labels "
            "bear out that few of its answers are wrong."
        )
    return (
        "The last label does not contradict those around it by the rule used here, so no label is "
        "named: with few labels one more can change what a model is sure of. More labels settle it."
    )


def _count(mark: ModelUpdate, update: LiveModel) -> int:
    return round(mark.coverage * update.images)
