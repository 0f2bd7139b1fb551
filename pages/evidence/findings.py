"""Evidence in rows: a verdict in words, the number, its interval, and what it rests on."""

from collections import Counter
from collections.abc import Sequence
from typing import Literal

import streamlit as st

from contrast_engine.as_written import html
from contrast_engine.results import Finding, Report, Verdict
from contrast_engine.store.workspace import Workspace
from contrast_engine.validation import checks
from contrast_engine.views.structure.cluster_marks import named_report
from pages.common.cached import LABELS, cached

Colour = Literal["green", "orange", "red", "gray"]

VERDICTS: dict[Verdict, tuple[str, str, Colour, str]] = {
    "pass": ("Speaks for it", ":material/check:", "green", "&#10003;"),
    "warn": ("Take care", ":material/warning:", "orange", "!"),
    "fail": ("Speaks against it", ":material/close:", "red", "&#10005;"),
    "unknown": ("Not known", ":material/question_mark:", "gray", "?"),
}
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
BETTER = {"higher": "higher is better", "lower": "lower is better", "": ""}


@cached(LABELS)
def report(workspace: Workspace, key: str) -> Report:
    """A validation report by its key, with the names of clusters as they are now."""
    return named_report(workspace, key)


def tally(report: Report) -> None:
    """Say how many findings have which verdict, in one line."""
    counts = Counter(finding.verdict for finding in report.findings)
    with st.container(horizontal=True):
        for verdict, (words, icon, colour, _) in VERDICTS.items():
            if counts[verdict]:
                st.badge(f"{words}: {counts[verdict]:,}", icon=icon, color=colour)


def plain(check: str) -> str:
    """What a check does, in the first line of its own words."""
    return (checks[check].__doc__ or "").partition("\n")[0] if check in checks else ""


def table(found: Sequence[Finding]) -> str:
    """The findings of one check as the rows of a table."""
    heads = "".join(f"<th>{head}</th>" for head in HEADS)
    rows = "".join(_row(finding) for finding in found)
    return f"<table class='evidence'><thead>{heads}</thead><tbody>{rows}</tbody></table>"


def _row(finding: Finding) -> str:
    words, _, _, sign = VERDICTS[finding.verdict]
    better = BETTER[finding.better] if finding.value is not None else ""
    basis = "; ".join(part for part in (finding.space, better) if part)
    cells = (
        f"<b>{sign}</b>{words}",
        score(finding.value),
        _interval(finding),
        score(finding.null),
        f"{finding.n:,}" if finding.n else "",
        f"{html(finding.note)}<small>{html(basis)}</small>"
        + (f"<small>To change this: {html(finding.next)}</small>" if finding.next else ""),
    )
    return f"<tr class='{finding.verdict}'>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _interval(finding: Finding) -> str:
    if finding.low is None or finding.high is None:
        return ""
    return f"{score(finding.low)} to {score(finding.high)}"


def score(value: float | None) -> str:
    """A number with two digits, nothing where there is none."""
    return "" if value is None else f"{value:.2f}"
