"""One piece of evidence as a row: a verdict in words, the number, its interval and its basis."""

from collections import Counter

import streamlit as st

from contrast_engine.results import Finding, Report
from contrast_engine.summaries import number

VERDICTS = {
    "pass": ("Speaks for it", ":material/check:", "green"),
    "warn": ("Take care", ":material/warning:", "orange"),
    "fail": ("Speaks against it", ":material/close:", "red"),
    "unknown": ("Not known", ":material/question_mark:", "gray"),
}
BETTER = {"higher": "Higher is better.", "lower": "Lower is better.", "": ""}


def tally(report: Report) -> None:
    """Say how many findings have which verdict, in one line."""
    counts = Counter(finding.verdict for finding in report.findings)
    with st.container(horizontal=True):
        for verdict, (words, icon, colour) in VERDICTS.items():
            if counts[verdict]:
                st.badge(f"{words}: {counts[verdict]}", icon=icon, color=colour)


def show(finding: Finding) -> None:
    """Draw one finding: what was checked and the verdict left, the number and its basis right."""
    words, icon, colour = VERDICTS[finding.verdict]
    with st.container(border=True):
        left, middle, right = st.columns([2, 2, 5], gap="medium")
        with left:
            st.markdown(f"**{finding.check.replace('_', ' ').capitalize()}**")
            st.badge(words, icon=icon, color=colour)
        with middle:
            st.markdown(f"**{number(finding.value)}**")
            st.caption("  \n".join(_beside(finding)))
        with right:
            st.markdown(finding.note)
            st.caption(f"{finding.space}; n = {finding.n:,}" if finding.n else finding.space)


def _beside(finding: Finding) -> list[str]:
    lines = []
    if finding.low is not None and finding.high is not None:
        lines.append(f"95 % interval {number(finding.low)} to {number(finding.high)}")
    if finding.null is not None:
        lines.append(f"chance or no structure: {number(finding.null)}")
    if finding.value is not None and BETTER[finding.better]:
        lines.append(BETTER[finding.better])
    return lines
