"""Who labels here together, and how far each has come; and the agreement as it grows."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache

import numpy as np

from contrast_engine.access import unseen
from contrast_engine.arrays import Json
from contrast_engine.errors import NotEnoughData
from contrast_engine.imageset import ImageSet
from contrast_engine.pseudo_labels.scores import wilson
from contrast_engine.ranking.agreement import Agreement, Ratings, agreement
from contrast_engine.ranking.consensus_rule import apply_rule
from contrast_engine.simulated import is_simulated
from contrast_engine.steps.labels.overlap_sample import overlap_sample
from contrast_engine.store.team import Present
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.input_checks import sentence

NEEDED = 20
"""Images labelled by two people from which alpha is more than a first impression (own choice).

A consensus needs as many (`ranking.consensus_rule.ENOUGH`).
"""

PAGES = {"label": "labels", "pairs": "compares pairs", "agreement": "looks at agreement"}
"""What somebody does on a page, by its address."""


@dataclass(frozen=True)
class Work:
    """How much one annotator has done.

    Args:
        labelled: Images they gave a label.
        unsure: Images of which they cannot tell.
        comparisons: Pairs they compared.
    """

    labelled: int = 0
    unsure: int = 0
    comparisons: int = 0


@dataclass(frozen=True)
class GrowingAgreement:
    """How far people agree so far.

    Args:
        words: Alpha with its interval and its basis, or what is missing.
        sample: How much of the overlap sample two people have labelled.
        is_enough: It rests on enough images.
    """

    words: str
    sample: str
    is_enough: bool


def team_now(workspace: Workspace) -> Json:
    """Who is here now, and how many images are labelled: what the browser asks for."""
    done = work_by_person(workspace)
    people = [
        {
            "name": one.who,
            "does": PAGES.get(one.page, "is here"),
            "doing": one.doing,
            "labelled": done.get(one.who, Work()).labelled,
            "comparisons": done.get(one.who, Work()).comparisons,
        }
        for one in workspace.team.people()
        if one.is_here
    ]
    people.sort(key=lambda one: str(one["name"]).casefold())
    with unseen():
        labelled = len(workspace.labels.current())
    return {
        "people": people,
        "labelled": labelled,
        "images": len(workspace.images),
    }


def work_by_person(workspace: Workspace) -> dict[str, Work]:
    """How much everybody has done, by name."""
    labels = workspace.labels
    with unseen():  # how much, and not what
        version = (labels.version(), labels.file, workspace.removals.version)
        return _work(workspace, version, workspace.comparisons.version())


@lru_cache(maxsize=4)
def _work(workspace: Workspace, _labels: object, _comparisons: int) -> dict[str, Work]:
    answers: dict[str, int] = {}
    for one in workspace.comparisons.all():
        answers[one.who] = answers.get(one.who, 0) + 1
    said = workspace.labels.by_person()
    unsure = {who: int((own.codes < 0).sum()) for who, own in said.items()}
    return {
        who: Work(
            len(said.get(who, ())) - unsure.get(who, 0), unsure.get(who, 0), answers.get(who, 0)
        )
        for who in sorted({*said, *answers})
    }


def has_team(workspace: Workspace, who: str) -> bool:
    """True if somebody else labelled here, or is here now."""
    known = {name for name, work in work_by_person(workspace).items() if work.labelled}
    known |= {one.who for one in workspace.team.people() if one.is_here}
    return any(name != who and not is_simulated(name) for name in known)


def team_rows(workspace: Workspace) -> list[dict[str, str]]:
    """Everybody who labelled, compared or was here: what they do, and how far they have come."""
    done = work_by_person(workspace)
    here = {one.who: one for one in workspace.team.people()}
    names = sorted({*done, *here}, key=lambda who: (not _is_here(here, who), who.casefold()))
    return [
        {
            "Annotator": who,
            "Now": _now(here.get(who)) if not is_simulated(who) else "simulated",
            "Labelled": f"{done.get(who, Work()).labelled:,}",
            "Unsure": f"{done.get(who, Work()).unsure:,}",
            "Pairs compared": f"{done.get(who, Work()).comparisons:,}",
        }
        for who in names
    ]


def growing_agreement(workspace: Workspace) -> GrowingAgreement:
    """Agreement on the overlap sample so far, with what it rests on.

    Only these images are asked of everybody and drawn at random: agreement on them is agreement on
    the collection.
    """
    overlap = workspace.labels.label_set().overlap
    sample = overlap_sample(workspace, overlap)
    said = _of_two(workspace, sample)
    shared = len(said.ids)
    basis = (
        f"{shared:,} of the {len(sample):,} images that everybody is asked about "
        f"({overlap:.0%} of the collection, drawn at random) have labels of two annotators; others "
        "may have been chosen because they are hard"
    )
    try:
        found: Agreement = agreement(said)
    except NotEnoughData:
        return GrowingAgreement(
            f"No agreement on the overlap sample yet: needs {NEEDED} images of it that two "
            "annotators labelled.",
            f"{basis}.",
            False,
        )
    words = f"On the overlap sample: alpha {found.alpha:.2f} ({found.low:.2f} to {found.high:.2f})"
    words = f"{words}, n = {found.n:,} images"
    if found.n < NEEDED:
        return GrowingAgreement(
            f"{words}: a first impression; needs at least {NEEDED} images.", f"{basis}.", False
        )
    return GrowingAgreement(f"{words}. {sentence(found.verdict)}", f"{basis}.", True)


@dataclass(frozen=True)
class OwnWork:
    """What one annotator did, for their own eyes.

    Args:
        words: How much they labelled.
        same: How often they say what the others agree upon, with its interval; why not, without.
    """

    words: str
    same: str


def own_work(workspace: Workspace, who: str) -> OwnWork:
    """How much one annotator has done, and how often the consensus of the others is theirs."""
    done = work_by_person(workspace).get(who, Work())
    words = (
        f"You labelled {_count(done.labelled, 'image')}, are unsure about "
        f"{_count(done.unsure, 'image')} and compared {_count(done.comparisons, 'pair')}."
    )
    said = _of_two(workspace, None)
    if who not in said.people:
        return OwnWork(words, "No image that you labelled has a label of somebody else yet.")
    column = said.people.index(who)
    rest = [k for k in range(len(said.people)) if k != column]
    others = replace(said, people=tuple(said.people[k] for k in rest), codes=said.codes[:, rest])
    meant = apply_rule(others).of
    own = {
        image: said.labels[code]
        for image, code in zip(said.ids, said.codes[:, column], strict=True)
        if code >= 0 and image in meant
    }
    if not own:
        return OwnWork(words, "No image that you labelled has a label that others agree upon yet.")
    right = sum(meant[image] == label for image, label in own.items())
    low, high = wilson(right, len(own))
    return OwnWork(
        words,
        f"Of {_count(len(own), 'image')} that others labelled too, you said what they say of "
        f"{right:,}: {right / len(own):.0%} ({low:.0%} to {high:.0%}).",
    )


def _of_two(workspace: Workspace, sample: ImageSet | None) -> Ratings:
    """What was said of the images that at least two people labelled, of some images or of all."""
    by_person = workspace.labels.by_person()
    own = {who: said.among(said.codes >= 0) for who, said in by_person.items()}
    numbers = np.concatenate([np.zeros(0, np.uint64), *(one.numbers for one in own.values())])
    found, heard = np.unique(numbers, return_counts=True)
    shared = ImageSet(found[heard >= 2])
    shared = shared if sample is None else shared & sample
    known = workspace.labels.label_set()
    meant = {
        who: {image: str(one[image]) for image in one.images & shared} for who, one in own.items()
    }
    used = sorted({label for one in meant.values() for label in one.values()})
    labels = tuple(dict.fromkeys([*known.labels, *used]))
    return Ratings.of(meant, labels, is_ordered=known.is_ordered)


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def _is_here(here: dict[str, Present], who: str) -> bool:
    return who in here and here[who].is_here


def _now(one: Present | None) -> str:
    """What somebody does now, or how long ago they were here."""
    if one is None:
        return "not seen in the app"
    if one.is_here:
        return f"{PAGES.get(one.page, 'is here')}{f' ({one.doing})' if one.doing else ''}"
    minutes = (datetime.now(UTC) - datetime.fromisoformat(one.at)).total_seconds() / 60
    if minutes < 90:
        return f"was here {max(round(minutes), 1):,} min ago"
    return f"was here {minutes / 60:,.0f} h ago" if minutes < 2880 else f"was here on {one.at[:10]}"
