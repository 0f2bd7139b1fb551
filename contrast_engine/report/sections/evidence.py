"""The evidence: seven questions, and every number with its space, n, interval and null."""

from contrast_engine.report.charts import Row, ranges
from contrast_engine.report.document import Figure, Heading, Paragraph, Part, Section, Table
from contrast_engine.report.material import Material, lacking, number_words
from contrast_engine.results import Finding, Verdict
from contrast_engine.validation import checks
from contrast_engine.views.evidence.answers import CHECKS
from contrast_engine.views.overview import Answered, Verdicts
from contrast_engine.views.structure.cluster_marks import named_report

NAME, TITLE = "evidence", "Evidence"
WORDS = "What speaks for the results above, what against, and what is not known."

COLOURS: dict[Verdict, str] = {
    "pass": "#1a9160", "warn": "#c96f00", "fail": "#d5383b", "unknown": "#8d8d8d",
}  # fmt: skip
VERDICTS: dict[Verdict, str] = {
    "pass": "Speaks for it", "warn": "Take care", "fail": "Speaks against it",
    "unknown": "Not known",
}  # fmt: skip
BETTER = {"higher": "higher is better", "lower": "lower is better"}


def evidence(material: Material) -> Section:
    """The report of the evidence in use."""
    found = material.overview.verdicts
    if found is None:
        return lacking(NAME, TITLE, WORDS, material.overview.absent["verdicts"].reason)
    parts: list[Part] = [Paragraph(found.sentence, "lead")]
    if found.outdated:
        parts.append(Paragraph(found.outdated, "warning"))
    parts += [_chart(found), _questions(found.answers)]
    report = named_report(material.workspace, found.key)
    for check in dict.fromkeys(one.check for one in report.findings):
        parts += _check(check, report.of(check))
    return Section(NAME, TITLE, WORDS, tuple(parts))


def _chart(found: Verdicts) -> Figure:
    rows = []
    for one in found.answers:
        number = one.number
        if number is None or number.value is None:
            rows.append(Row(one.question, None, one.answer, colour=COLOURS[one.verdict]))
            continue
        rows.append(Row(one.question, number.value, f"{one.answer}: {number.value:.2f}", number.low,
                        number.high, number.null, number.n, number.space,
                        COLOURS[one.verdict]))  # fmt: skip
    title = "The number that decides each question"
    caption = (
        f"{title}, with its 95% interval; dashed: its null reference. Each is a measure of its "
        "own, said in the table: they are not to be compared with each other."
    )
    return Figure(ranges("evidence.answers", title, rows, unit="no unit"), caption)


def _questions(answers: tuple[Answered, ...]) -> Table:
    rows = tuple(
        (one.answer, one.question, number_words(one.number) if one.number else "no number",
         f"{one.because} To change this: {one.next}" if one.next else one.because)
        for one in answers
    )  # fmt: skip
    columns = ("Answer", "Question", "Number", "Because")
    return Table("The seven questions", columns, rows, verdicts=tuple(a.verdict for a in answers))


def _check(check: str, found: tuple[Finding, ...]) -> list[Part]:
    title, question, _ = CHECKS.get(check, (check.replace("_", " ").capitalize(), "", ""))
    plain = (checks[check].__doc__ or "").partition("\n")[0] if check in checks else ""
    rows = tuple(
        (
            VERDICTS[one.verdict],
            _score(one.value),
            f"{_score(one.low)} to {_score(one.high)}" if one.low is not None else "",
            _score(one.null),
            f"{one.n:,}" if one.n else "",
            "; ".join(filter(None, (one.space, _better(one)))),
            f"{one.note} To change this: {one.next}" if one.next else one.note,
        )
        for one in found
    )
    columns = ("Verdict", "Value", "95% interval", "Null", "n", "Space", "In words")
    return [
        Heading(title),
        Paragraph(f"{question} {plain}".strip()),
        Table(title, columns, rows, frozenset({1, 2, 3, 4}), tuple(one.verdict for one in found)),
    ]


def _better(one: Finding) -> str:
    return BETTER.get(one.better, "") if one.value is not None else ""


def _score(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"
