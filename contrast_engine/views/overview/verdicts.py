"""The seven questions of the evidence, each with its answer."""

from dataclasses import dataclass

from contrast_engine.results import Verdict
from contrast_engine.store.workspace import Workspace
from contrast_engine.validation.questions import Question, questions
from contrast_engine.views.evidence.answers import PLAIN, answer
from contrast_engine.views.outdated import why_outdated
from contrast_engine.views.overview.card import Absent, Card, Number
from contrast_engine.views.structure.cluster_marks import named_report

PAGE = "validate"
ORDER: tuple[Verdict, ...] = ("pass", "warn", "fail", "unknown")


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
    key = workspace.current("reports")
    if key is None:
        return Absent("No check has been run on this collection yet.", PAGE)
    asked = questions(named_report(workspace, key).findings)
    answers = tuple(_answered(question) for question in asked)
    counts = {one: sum(found.verdict == one for found in answers) for one in ORDER}
    return Verdicts(
        sentence=_sentence(counts, len(answers)),
        page=PAGE,
        outdated=why_outdated(workspace, key),
        key=key,
        answers=answers,
        counts=counts,
    )


def _answered(question: Question) -> Answered:
    number = None
    if question.value is not None:
        number = Number(
            question.value, question.n, question.space, question.low, question.high, question.null
        )
    return Answered(
        question.name,
        question.question,
        answer(question),
        question.verdict,
        question.because,
        number,
        question.next,
    )


def _sentence(counts: dict[Verdict, int], n: int) -> str:
    parts = [f"{counts[one]} {PLAIN[one].lower()}" for one in ORDER if counts[one]]
    return f"{n} questions: {', '.join(parts)}."
