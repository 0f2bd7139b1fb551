"""From labels to coverage to expected error, in three large figures."""

import streamlit as st

from contrast_engine.as_written import html
from contrast_engine.views.overview import Labels
from pages.overview import card, style


def show(found: Labels) -> None:
    """Draw what was given, what it carried to, and how much of that is wrong."""
    with card.frame("labels", "Labels, coverage, expected error", found):
        st.html(f"<dl class='ov-figures'>{''.join(_figures(found))}</dl>{_below(found)}")


def _figures(found: Labels) -> list[str]:
    figures = [_figure(f"{found.labelled:,}", f"images labelled by {found.by}")]
    if found.coverage is not None and found.coverage.value is not None:
        figures.append(
            _figure(
                f"{found.coverage.value:.0%}",
                f"{found.answered:,} of {found.coverage.n:,} images answered",
            )
        )
    if found.error is not None and found.error.value is not None:
        figures.append(
            _figure(
                f"{found.error.value:.0%}",
                f"of answers wrong, at most {found.error.high:.0%} "
                f"(n = {found.error.n:,} held-out answers)",
            )
        )
    return figures


def _figure(value: str, words: str) -> str:
    return f"<div><dt>{html(words)}</dt><dd>{html(value)}</dd></div>"


def _below(found: Labels) -> str:
    kinds = ", ".join(
        f"{one.label} {one.given:,}" + (f" → {one.carried:,}" if found.coverage else "")
        for one in found.kinds
    )
    parts = [kinds + "." if kinds else ""]
    if found.disputed:
        parts.append(f"{found.disputed:,} labelled images disputed.")
    if found.coverage is None:
        parts.append("No model has learnt from them yet.")
    return style.note(" ".join(part for part in parts if part))
