"""Evidence in rows: a verdict in words, the number, its interval, and what it rests on."""

from collections import Counter
from collections.abc import Sequence
from typing import Literal

import streamlit as st

from contrast_engine.as_written import html, markdown
from contrast_engine.results import Finding, Report, Verdict
from contrast_engine.store.workspace import Workspace
from contrast_engine.validation import checks
from pages.common import headings
from pages.common.cached import cached

Colour = Literal["green", "orange", "red", "gray"]

VERDICTS: dict[Verdict, tuple[str, str, Colour, str]] = {
    "pass": ("Speaks for it", ":material/check:", "green", "&#10003;"),
    "warn": ("Take care", ":material/warning:", "orange", "!"),
    "fail": ("Speaks against it", ":material/close:", "red", "&#10005;"),
    "unknown": ("Not known", ":material/question_mark:", "gray", "?"),
}
MOST_OPEN = 5
"""A check with more findings than this starts closed, so that the page can be overlooked."""

STYLE = """<style>
.evidence { width: 100%; table-layout: fixed; border-collapse: collapse; }
.evidence { font-variant-numeric: tabular-nums; }
.evidence th { text-align: left; font-weight: 600; font-size: 0.8rem; opacity: 0.7; }
.evidence th, .evidence td { padding: 0.45rem 0.7rem 0.45rem 0; vertical-align: top; }
.evidence tbody tr { border-top: 1px solid rgba(128, 128, 128, 0.28); }
.evidence th:nth-child(1) { width: 9.5rem; } .evidence th:nth-child(2) { width: 4rem; }
.evidence th:nth-child(3) { width: 7.5rem; } .evidence th:nth-child(4) { width: 4.5rem; }
.evidence th:nth-child(5) { width: 3.6rem; }
.evidence td { font-size: 0.9rem; }
.evidence td:not(:last-child) { white-space: nowrap; }
.evidence small { display: block; opacity: 0.65; font-size: 0.78rem; padding-top: 0.1rem; }
.evidence b { display: inline-block; width: 1.2em; }
.evidence .pass b { color: #1a9160; } .evidence .warn b { color: #c96f00; }
.evidence .fail b { color: #d5383b; }
</style>"""
HEADS = ("Verdict", "Value", "95% interval", "Null", "n", "In words")
QUESTIONS = {
    "people_agree": (
        "Agreement of annotators",
        "Do they mean the same by their labels?",
        "krippendorff-alpha",
    ),
    "family_agreement": (
        "Agreement of feature families",
        "Do independent features agree?",
        "rank-correlation",
    ),
    "learned_order": (
        "Learnt order",
        "Does it show in features the model never saw?",
        "rank-correlation",
    ),
    "stability": ("Stability", "Do the same clusters come back on other samples?", "stability"),
    "separate_groups": ("Separation", "Are the clusters separate groups?", "silhouette"),
    "map_faithfulness": (
        "Faithfulness of the map",
        "Does it keep neighbours together?",
        "trustworthiness",
    ),
    "held_out_labels": (
        "Held-out labels",
        "Is the model right about labels it has not seen?",
        "accuracy",
    ),
    "label_coverage": ("Label coverage", "Do the labels reach the whole collection?", "coverage"),
    "missing_evidence": ("Missing evidence", "What is not known?", "validation"),
}
"""What each check is called, the question it answers, and its glossary entry."""

BETTER = {"higher": "higher is better", "lower": "lower is better", "": ""}


@cached()
def report(workspace: Workspace, key: str) -> Report:
    """A validation report by its key."""
    found: Report = workspace.load(key)
    return found


def tally(report: Report) -> None:
    """Say how many findings have which verdict, in one line."""
    counts = Counter(finding.verdict for finding in report.findings)
    with st.container(horizontal=True):
        for verdict, (words, icon, colour, _) in VERDICTS.items():
            if counts[verdict]:
                st.badge(f"{words}: {counts[verdict]:,}", icon=icon, color=colour)


def show(check: str, found: Sequence[Finding]) -> None:
    """Draw one check: the question it answers, and one row per finding."""
    counts = Counter(VERDICTS[finding.verdict][0].lower() for finding in found)
    said = ", ".join(f"{words} {n}" for words, n in counts.items())
    other = (check.replace("_", " ").capitalize(), "", "finding")
    name, question, term = QUESTIONS.get(check, other)
    with st.expander(
        f"**{markdown(name)}** \u2002 {markdown(question)} \u2002 {markdown(said)}",
        expanded=len(found) <= MOST_OPEN,
    ):
        if check in checks:
            plain = (checks[check].__doc__ or "").partition("\n")[0]
            st.caption(headings.with_link(plain, term))
        heads = "".join(f"<th>{head}</th>" for head in HEADS)
        rows = "".join(_row(finding) for finding in found)
        st.html(
            f"{STYLE}<table class='evidence'><thead>{heads}</thead><tbody>{rows}</tbody></table>"
        )


def _row(finding: Finding) -> str:
    words, _, _, sign = VERDICTS[finding.verdict]
    better = BETTER[finding.better] if finding.value is not None else ""
    basis = "; ".join(part for part in (finding.space, better) if part)
    cells = (
        f"<b>{sign}</b>{words}",
        _score(finding.value),
        _interval(finding),
        _score(finding.null),
        f"{finding.n:,}" if finding.n else "",
        f"{html(finding.note)}<small>{html(basis)}</small>",
    )
    return f"<tr class='{finding.verdict}'>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _interval(finding: Finding) -> str:
    if finding.low is None or finding.high is None:
        return ""
    return f"{_score(finding.low)} to {_score(finding.high)}"


def _score(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"
