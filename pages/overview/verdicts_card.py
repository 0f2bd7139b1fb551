"""The seven questions of the evidence with their answers."""

import streamlit as st

from contrast_engine.as_written import html
from contrast_engine.views.overview import Answered, Verdicts
from pages.overview import card, style

SIGNS = {"pass": "&#10003;", "warn": "!", "fail": "&#10005;", "unknown": "?"}

STYLE = """<style>
.ov-asked .ov-row { grid-template-columns: 1.1rem minmax(0, 1fr) 7.5rem 4.5rem;
  padding: 0.22rem 0; border-top: 1px solid rgba(128, 128, 128, 0.25); }
.ov-asked b { font-weight: 600; }
.ov-asked small { text-align: right; opacity: 0.75; }
.ov-asked .pass b { color: light-dark(#147a50, #4fc793); }
.ov-asked .warn b { color: light-dark(#a65a00, #f0a648); }
.ov-asked .fail b { color: light-dark(#c4262c, #ff7b7e); }
</style>"""


def show(found: Verdicts) -> None:
    """Draw one row a question."""
    rows = "".join(_row(one) for one in found.answers)
    with card.frame("verdicts", "Evidence", found):
        st.html(f"{STYLE}{style.note(found.sentence)}<div class='ov-asked'>{rows}</div>")


def _row(one: Answered) -> str:
    n = f"n = {one.number.n:,}" if one.number is not None else ""
    return (
        f"<div class='ov-row {one.verdict}'>"
        f"<b aria-hidden='true'>{SIGNS[one.verdict]}</b><span>{html(one.question)}</span>"
        f"<b>{html(one.answer)}</b><small class='ov-num'>{n}</small></div>"
    )
