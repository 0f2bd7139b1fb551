"""The seven questions in rows: an answer, the deciding number drawn, and what would change it."""

from collections.abc import Sequence

import streamlit as st

from contrast_engine.as_written import html
from contrast_engine.results import Finding
from contrast_engine.validation.questions import Question
from contrast_engine.views.evidence.answers import CHECKS, answer
from contrast_engine.views.evidence.interval import drawn
from pages.evidence import findings

STYLE = """<style>
.asked { border-top: 1px solid rgba(128, 128, 128, 0.28); font-size: 0.92rem; }
.asked:last-child { border-bottom: 1px solid rgba(128, 128, 128, 0.28); }
.asked > summary { display: grid; grid-template-columns: 0.8rem 13rem minmax(14rem, 1fr) 14rem;
  column-gap: 1rem; padding: 0.6rem 0; cursor: pointer; list-style: none; align-items: start; }
.asked > summary::-webkit-details-marker { display: none; }
.asked > summary:hover { background: rgba(128, 128, 128, 0.08); }
.asked > summary::before { content: "\\203a"; font-size: 1.2rem; line-height: 1.3rem; }
.asked[open] > summary::before { transform: rotate(90deg); }
.asked strong { display: block; font-weight: 600; }
.asked small { display: block; opacity: 0.75; font-size: 0.82rem; padding-top: 0.15rem; }
.asked .answer b { display: inline-block; width: 1.2em; }
.asked .answer { font-weight: 600; }
.asked .answer.pass { color: light-dark(#147a50, #4fc793); }
.asked .answer.warn { color: light-dark(#a65a00, #f0a648); }
.asked .answer.fail { color: light-dark(#c4262c, #ff7b7e); }
.asked .line { display: block; position: relative; height: 12px; margin: 4px 0 2px; }
.asked .line i { position: absolute; top: 6px; height: 0; border-top: 1px solid;
  left: 0; right: 0; opacity: 0.35; }
.asked .line .range { right: auto; top: 4px; border-top-width: 5px; opacity: 0.45; }
.asked .line .null { right: auto; top: 0; height: 12px; border-top: 0;
  border-left: 2px dotted; opacity: 0.8; }
.asked .line .value { right: auto; top: 2px; width: 9px; height: 9px; margin-left: -4.5px;
  border: 0; border-radius: 5px; background: currentColor; opacity: 1; }
.asked .ends { display: flex; justify-content: space-between; font-size: 0.75rem; opacity: 0.75; }
.asked .number { font-variant-numeric: tabular-nums; }
.asked a { color: inherit; text-decoration: underline; }
.asked .below { padding: 0 0 1.2rem 1.8rem; }
.asked h3 { margin: 1rem 0 0.1rem; font-size: 0.92rem; padding: 0; }
@media (max-width: 900px) { .asked > summary { grid-template-columns: 0.8rem 1fr; }
  .asked > summary > * { grid-column: 2; } }
</style>"""


def show(asked: Sequence[Question], found: Sequence[Finding]) -> None:
    """Draw one row a question, with the findings of its checks folded below it.

    Findings of checks that belong to no question follow in a row of their own.
    """
    rows = [
        _row(question, [f for check in question.checks for f in found if f.check == check])
        for question in asked
    ]
    known = {check for question in asked for check in question.checks}
    others = [finding for finding in found if finding.check not in known]
    if others:
        rows.append(f"<details class='asked'><summary><span><strong>Other checks</strong></span>"
                    f"</summary>{_below(others)}</details>")  # fmt: skip
    st.html(f"{findings.STYLE}{STYLE}<div>{''.join(rows)}</div>")


def _row(question: Question, found: Sequence[Finding]) -> str:
    sign = findings.VERDICTS[question.verdict][3]
    said = f"<span class='answer {question.verdict}'><b>{sign}</b>{html(answer(question))}</span>"
    of = "" if question.value is None else f"<small>{html(question.space)}</small>"
    change = f"<small>To change this: {html(question.next)}</small>" if question.next else ""
    return (
        f"<details class='asked'><summary>"
        f"<span><strong>{html(question.question)}</strong>{said}</span>"
        f"<span>{html(question.because)}{of}{change}</span>"
        f"<span class='number'>{_number(question)}</span>"
        f"</summary>{_below(found)}</details>"
    )


def _number(question: Question) -> str:
    """The deciding number on a line, with its interval and its null reference."""
    if question.value is None:
        return ""
    at = drawn(question.value, question.low, question.high, question.null)
    parts = ["<i></i>"]
    if at.low is not None and at.high is not None:
        parts.append(f"<i class='range' style='left:{at.low:.1f}%;width:{at.high - at.low:.1f}%'>"
                     "</i>")  # fmt: skip
    if at.null is not None:
        parts.append(f"<i class='null' style='left:{at.null:.1f}%'></i>")
    parts.append(f"<i class='value' style='left:{at.value:.1f}%'></i>")
    words = findings.score(question.value)
    if question.low is not None and question.high is not None:
        words += f" ({findings.score(question.low)} to {findings.score(question.high)})"
    if question.null is not None:
        words += f", null {findings.score(question.null)}"
    return (
        f"{words}<span class='line' aria-hidden='true'>{''.join(parts)}</span>"
        f"<span class='ends'><span aria-hidden='true'>{at.left:.3g}</span>"
        f"<span>n = {question.n:,}</span><span aria-hidden='true'>{at.right:.3g}</span></span>"
    )


def _below(found: Sequence[Finding]) -> str:
    checks = dict.fromkeys(finding.check for finding in found)
    parts = [_check(check, [f for f in found if f.check == check]) for check in checks]
    return f"<div class='below'>{''.join(parts)}</div>"


def _check(check: str, found: Sequence[Finding]) -> str:
    other = (check.replace("_", " ").capitalize(), "", "finding")
    name, question, term = CHECKS.get(check, other)
    link = f"<a href='/glossary?term={term}' target='_self'>Glossary</a>"
    return (
        f"<h3>{html(name)}</h3><small>{html(question)} {html(findings.plain(check))} {link}</small>"
        f"{findings.table(found)}"
    )
