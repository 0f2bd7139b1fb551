"""The parts of a page that Streamlit does not have: one folder each, Python face, JS and CSS."""

from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

HOME = Path(__file__).parent
"""Where the components lie."""


def register(
    folder: str, scripts: tuple[str, ...], html: str, *, isolate: bool = True
) -> ComponentRenderer:
    """Register the component in `folder`, its scripts joined into one module in the order given.

    The browser gets the module as one text, so the scripts of a component share one scope and
    need no import; the last one has the default export.
    """
    home = HOME / folder
    return st.components.v2.component(
        f"contrast.{folder}",
        html=html,
        js="\n".join((home / script).read_text("utf-8") for script in scripts),
        css=(home / f"{folder}.css").read_text("utf-8"),
        isolate_styles=isolate,
    )
