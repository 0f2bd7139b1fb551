"""withdraw_labels: all that one person said taken out of what counts, and given back."""

from dataclasses import dataclass, replace

import numpy as np

from contrast_engine.errors import UnknownName
from contrast_engine.ranking.consensus_rule import apply_rule
from contrast_engine.simulated import is_simulated
from contrast_engine.steps.labels.annotator_agreement import ratings
from contrast_engine.store import Workspace
from contrast_engine.store.label_withdrawals import LabelWithdrawal


@dataclass(frozen=True)
class PlannedWithdrawal:
    """What it would do to withdraw all that one person said.

    Args:
        person: Whose labels.
        annotations: How many annotations count, those imported under this name too.
        images: Of how many images.
        comparisons: How many comparisons of pairs count.
        left: Images with no label of anybody else.
        changed: Images that others labelled too and whose consensus label changes.
        learnt: There is a model in use, which may have learnt from labels of this person.
        imported: How many of the annotations came in by an import.
    """

    person: str
    annotations: int
    images: int
    comparisons: int
    left: int
    changed: int
    learnt: bool
    imported: int = 0

    @property
    def is_nothing(self) -> bool:
        """True if nothing of this person counts."""
        return not (self.annotations or self.comparisons)


@dataclass(frozen=True)
class Withdrawal:
    """What became of one person's labels.

    Args:
        person: Whose labels.
        labels: The withdrawal in the log; None where no label was concerned.
        comparisons: How many comparisons were withdrawn, or count again.
        counting: How many annotations count again, where it was taken back.
    """

    person: str
    labels: LabelWithdrawal | None
    comparisons: int
    counting: int = 0


def planned_withdrawal(workspace: Workspace, person: str) -> PlannedWithdrawal:
    """What withdrawing all that one person said would change; nothing is written.

    Raises:
        UnknownName: Nobody of that name labelled or compared here.
    """
    person = _known(workspace, person)
    annotations, images, imported = workspace.labels.counted_of(person)
    answers = sum(one.who == person for one in workspace.comparisons.all())
    said = ratings(workspace)
    column = said.people.index(person) if person in said.people else -1
    left = changed = 0
    if column >= 0:
        own = said.codes[:, column] >= 0
        alone = own & (said.counts.sum(axis=1) == 1)
        left = int(alone.sum())
        rest = said.codes[:, [k for k in range(len(said.people)) if k != column]]
        rows = np.flatnonzero((rest >= 0).any(axis=1))
        others = replace(
            said,
            ids=tuple(said.ids[int(row)] for row in rows),
            people=tuple(one for one in said.people if one != person),
            codes=rest[rows],
        )
        both = {said.ids[row] for row in (own & ~alone).nonzero()[0]}
        now, then = apply_rule(said).of, apply_rule(others).of if others.people else {}
        changed = sum(now.get(image) != then.get(image) for image in both)
    learnt = bool(annotations) and workspace.current("predictions") is not None
    return PlannedWithdrawal(person, annotations, images, answers, left, changed, learnt, imported)


def withdraw_labels(workspace: Workspace, person: str, *, who: str = "me") -> Withdrawal:
    """Take all labels and comparisons of one person out of what counts; nothing is deleted.

    Labels that came in by an import under that name are among them; what others said counts as
    before. All labels go in one transaction, or none. Done again, nothing changes.

    Args:
        workspace: With the labels.
        person: Whose.
        who: Who withdraws them, kept with it.

    Raises:
        UnknownName: Nobody of that name labelled or compared here.
        WorkspaceError: It could not be written.
    """
    person = _known(workspace, person)
    labels = workspace.labels.withdraw(person, who)
    return Withdrawal(person, labels, workspace.comparisons.withdraw(person, who))


def give_back_labels(workspace: Workspace, person: str, *, who: str = "me") -> Withdrawal:
    """Take the last withdrawal of a person's labels back: all of them count as before it.

    Raises:
        UnknownName: Nothing of that person is withdrawn.
        WorkspaceError: It could not be written.
    """
    person = _known(workspace, person)
    standing = [
        one for one in workspace.labels.withdrawals() if one.person == person and not one.is_undone
    ]
    counting = workspace.labels.give_back(standing[-1].seq, who) if standing else 0
    answers = workspace.comparisons.give_back(person, who)
    if not standing and not answers:
        raise UnknownName(f"nothing of {person!r} is withdrawn, so there is nothing to give back")
    return Withdrawal(person, standing[-1] if standing else None, answers, counting)


def _known(workspace: Workspace, person: str) -> str:
    name = " ".join(person.split())
    known = {*workspace.labels.everyone(), *workspace.comparisons.everyone()}
    if name not in known:
        people = ", ".join(sorted(one for one in known if not is_simulated(one))) or "nobody yet"
        raise UnknownName(f"nobody called {name!r} labelled here; there are: {people}")
    return name
