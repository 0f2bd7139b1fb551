"""The look, in one place: colours of the chrome, the grey around images, small corrections."""

import streamlit as st

from contrast_engine.colouring import OTHER_COLOUR, PALETTE, RAMPS

__all__ = ["ACCENT", "OTHER_COLOUR", "PALETTE", "RAMPS", "SURROUND", "apply"]

ACCENT = "#0b6bcb"
"""The one accent colour of the light theme; the dark one is in `.streamlit/config.toml`."""

SURROUND = "#777777"
"""What lies around an image: neutral, L* 50, so that the grey does not change its contrast."""

_CSS = """
:root { --surround: #777777; }
.block-container { padding: 2.6rem 2rem 3rem; max-width: 1760px; }
h1 { letter-spacing: -0.012em; padding: 0 0 0.2rem; }
h2, h3 { letter-spacing: -0.006em; }
[data-testid="stMetricValue"] { font-variant-numeric: tabular-nums; }
[data-testid="stCaptionContainer"] { font-variant-numeric: tabular-nums; }
[data-testid="stImage"] img {
  background: var(--surround); border-radius: 2px;
  padding: 20px; box-sizing: content-box; max-width: calc(100% - 40px) !important;
}
[data-testid="stSidebarHeader"]::before {
  content: "Contrast atlas"; flex: 1; font-size: 1.05rem; font-weight: 600;
}
[data-testid="stHeader"] { background: transparent; }
[data-testid="stColumn"]:has(.st-key-beside) > * {
  position: sticky; top: 3.5rem; max-height: calc(100vh - 4rem); overflow-y: auto;
}
"""


def apply() -> None:
    """Put the style sheet of the app on this page; called once, by the shell."""
    st.html(f"<style>{_CSS}</style>")
