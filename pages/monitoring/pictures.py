"""Small pictures in rows on neutral grey, with a few words below each."""

from collections.abc import Sequence

import streamlit as st

from contrast_engine.as_written import html
from contrast_engine.views.monitoring.pictures import Picture

STYLE = """<style>
.small { display: flex; flex-wrap: wrap; gap: 2px; background: var(--surround); padding: 10px; }
.small figure { margin: 0; padding: 6px; width: 116px; }
.small .frame { height: 104px; display: flex; align-items: center; justify-content: center; }
.small img { max-width: 104px; max-height: 104px; }
.small figcaption { color: #fff; font-size: 0.72rem; line-height: 1.25; padding-top: 4px;
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
