"""Small pictures in rows on neutral grey, with a few words below each."""

from collections.abc import Sequence

import streamlit as st

from contrast_engine.as_written import html
from contrast_engine.views.monitoring.pictures import Picture

STYLE = """<style>
.small { display: grid; grid-template-columns: repeat(auto-fill, minmax(112px, 1fr)); gap: 6px; }
.small figure { margin: 0; max-width: 148px; }
.small .frame { aspect-ratio: 1; padding: 8px; box-sizing: border-box; border-radius: 2px;
  background: var(--surround); display: flex; align-items: center; justify-content: center; }
.small img { max-width: 100%; max-height: 100%; }
.small figcaption { font-size: 0.78rem; line-height: 1.3; padding: 3px 0 4px;
  overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
</style>"""
NONE_KEPT = "no picture kept"


def show(pictures: Sequence[Picture]) -> None:
    """Draw pictures in the order given."""
    st.html(f"{STYLE}<div class='small'>{''.join(map(_one, pictures))}</div>")


def _one(one: Picture) -> str:
    inside = f"<img src='{html(one.data)}' alt='{html(one.name)}'>" if one.data else html(NONE_KEPT)
    words = f"<figcaption>{html(one.words)}</figcaption>" if one.words else ""
    return f"<figure title='{html(one.name)}'><div class='frame'>{inside}</div>{words}</figure>"
