"""Seven questions that a person asks of the results, each answered by the findings."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from contrast_engine.results import Finding, Verdict
from contrast_engine.validation.context import unknown

ORDER: tuple[Verdict, ...] = ("fail", "warn", "unknown", "pass")
"""Which verdict decides among several: what speaks against outweighs what is not known."""

NOT_RUN = "A check that answers this was not run."


@dataclass(frozen=True)
class _Asked:
    """What is asked, and which checks answer it.

    Args:
        question: In words.
        deciding: Checks whose findings give the verdict; all of them have to pass.
        first: Only the first finding of a deciding check decides, the others explain it.
        beside: Checks that are shown with it and decide nothing.
        open: What to do where it is not known and the finding does not say.
    """

    question: str
    deciding: tuple[str, ...]
    open: str
    first: bool = False
    beside: tuple[str, ...] = ()


ASKED: Mapping[str, _Asked] = {
    "features": _Asked(
        "Are the features right?", ("known_answers",), "Run the checks.",
        beside=("family_agreement",),
    ),
    "known_changes": _Asked(
        "Do they follow known changes?", ("known_changes",), "Run the checks.",
    ),
    "groups": _Asked(
        "Are there groups?", ("separate_groups",), "Cluster the collection.", first=True,
    ),
    "stable": _Asked(
        "Are they stable?", ("stability",), "Cluster the collection.", first=True,
        beside=("map_faithfulness",),
    ),
    "labels": _Asked(
        "Can the labels be believed?", ("people_agree", "label_shortcuts"),
        "Label images, and let a second annotator label some of them.",
        beside=("learned_order", "label_coverage"),
    ),
    "model": _Asked(
        "Does the model know what it does not know?", ("promises", "held_out_labels"),
        "Train a model on the labels.",
    ),
    "helps": _Asked(
        "Does it help anything?", ("downstream",),
        "Give a later result for each image: contrast downstream WORKSPACE OUTCOMES.csv",
        beside=("missing_evidence",),
    ),
}  # fmt: skip
"""The questions in their order, from what needs least to what needs most."""


@dataclass(frozen=True)
class Question:
    """One question with its verdict and the number that decided it.

    Args:
        name: Short name of the question.
        question: In words.
        verdict: pass, warn, fail or unknown.
        value: The deciding number, None where there is none.
        low, high: Its 95 % interval, where one exists.
        null: What chance or the null reference gives, where that is defined.
        n: How many images, labels or resamples it rests on.
        space: The space and sample it was computed in.
        check: The check that decided; empty where none was run.
        because: The sentence of the deciding finding.
        next: What would change the verdict.
        checks: Every check that belongs to the question.
    """

    name: str
    question: str
    verdict: Verdict
    value: float | None
    low: float | None
    high: float | None
    null: float | None
    n: int
    space: str
    check: str
    because: str
    next: str
    checks: tuple[str, ...]


def questions(findings: Iterable[Finding]) -> tuple[Question, ...]:
    """The seven questions, answered by the findings of one report."""
    by_check: dict[str, list[Finding]] = {}
    for finding in findings:
        by_check.setdefault(finding.check, []).append(finding)
    return tuple(_answered(name, asked, by_check) for name, asked in ASKED.items())


def _answered(name: str, asked: _Asked, findings: Mapping[str, list[Finding]]) -> Question:
    checks = (*asked.deciding, *asked.beside)
    deciding = [
        finding
        for check in asked.deciding
        for finding in (findings.get(check) or unknown(check, NOT_RUN, space="not run"))[
            : 1 if asked.first else None
        ]
    ]
    one = min(deciding, key=lambda finding: ORDER.index(finding.verdict))
    following = one.next or (asked.open if one.verdict == "unknown" else "")
    return Question(name, asked.question, one.verdict, one.value, one.low, one.high, one.null,
                    one.n, one.space, one.check, one.note, following, checks)  # fmt: skip
