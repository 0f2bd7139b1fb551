"""Lights in rows: a swatch on neutral grey, then numbers."""

from collections.abc import Sequence

import streamlit as st

from contrast_engine.as_written import html

STYLE = """<style>
.lights { border-collapse: collapse; font-variant-numeric: tabular-nums; width: 100%; }
.lights th { text-align: left; font-weight: 600; font-size: 0.8rem; opacity: 0.75; }
.lights th, .lights td { padding: 0.3rem 0.8rem 0.3rem 0; vertical-align: middle; }
.lights tbody tr { border-top: 1px solid rgba(128, 128, 128, 0.28); }
.lights td { font-size: 0.9rem; }
.lights .number { text-align: right; white-space: nowrap; }
.lights .swatch { background: var(--surround); padding: 6px; width: 56px; line-height: 0; }
.lights .swatch span { display: block; width: 44px; height: 24px; }
.lights .first { padding-left: 0.8rem; }
</style>"""


def show(heads: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]]) -> None:
    """Draw a table of lights.

    Args:
        heads: Over the columns after the swatch.
        rows: Colour of the swatch, and the cells after it: a name, then numbers.
    """

    def cell(tag: str, at: int, text: str) -> str:
        return f"<{tag} class='{'number' if at else 'first'}'>{html(text)}</{tag}>"

    top = "".join(cell("th", at, head) for at, head in enumerate(heads))
    body = "".join(
        f"<tr><td class='swatch'><span style='background:{html(colour)}'></span></td>"
        + "".join(cell("td", at, text) for at, text in enumerate(cells))
        + "</tr>"
        for colour, cells in rows
    )
    st.html(
        f"{STYLE}<table class='lights'><thead><tr><th>Light</th>{top}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )
