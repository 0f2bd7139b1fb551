"""The seven questions of the evidence, each with its answer."""

from dataclasses import dataclass

from contrast_engine.results import Verdict
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.overview.card import Absent, Card, Number


@dataclass(frozen=True)
class Answered:
    """One question with its answer.

    Args:
        name: Short name of the question.
        question: In words.
        answer: In one to four words.
        verdict: pass, warn, fail or unknown.
        because: Why, as a sentence.
        number: The number that decided it; None where there is none.
        next: What would change the answer; "" where nothing would.
    """

    name: str
    question: str
    answer: str
    verdict: Verdict
    because: str
    number: Number | None
    next: str


@dataclass(frozen=True, kw_only=True)
class Verdicts(Card):
    """The answers of the report in use.

    Args:
        key: Of the report.
        answers: All seven, in their order.
        counts: How many have each verdict.
    """

    key: str
    answers: tuple[Answered, ...]
    counts: dict[Verdict, int]


def verdicts(workspace: Workspace) -> Verdicts | Absent:
    """The seven answers; an out-of-date report is marked, and shown."""
    return Absent("Not made yet.", "validate")
