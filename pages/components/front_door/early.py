"""The scripts that a page will need, so that the browser asks for them before Streamlit does.

Streamlit asks for the script of an element when it draws the first of its kind, all parts of the
page then wait for the slowest of these, half a second at least, and only a component that stands on
the page asks for ours, and that one for its arrays: round trips one after the other, of which these
addresses take away two while the page waits for the server anyway.
"""

from functools import cache
from pathlib import Path

import streamlit as st

from pages.components import SCRIPTS

ELEMENTS = ("BidiComponent", "Html", "PageLink")
"""Kinds of elements that every page has, as Streamlit names their scripts."""

ELEMENTS_OF = {
    "gallery": ("Selectbox", "Slider", "Button"),
    "map": ("Selectbox", "ButtonGroup", "Slider", "Button", "DownloadButton"),
}
"""Those that pages have besides; a page that is not here asks for its others when it draws them."""

COMPONENTS = ("frame",)
COMPONENTS_OF = {
    "gallery": ("gallery", "filter_bar", "splitter"),
    "map": ("map", "gallery", "filter_bar", "splitter"),
}
"""Our own, in the same way."""


def scripts(page: str) -> list[str]:
    """The addresses of the scripts that a page will need.

    Args:
        page: The address of the page; "" for the start, of which nothing is known.
    """
    if not page:
        return []
    elements = (*ELEMENTS, *ELEMENTS_OF.get(page, ()))
    ours = (*COMPONENTS, *COMPONENTS_OF.get(page, ()))
    asked = [address for kind in elements if (address := _of_streamlit().get(kind))]
    return asked + [SCRIPTS[folder] for folder in ours if folder in SCRIPTS]


@cache
def _of_streamlit() -> dict[str, str]:
    """Where each script of the installed Streamlit lies, by its name without what follows a dot."""
    folder = Path(st.__file__).parent / "static" / "static" / "js"
    return {file.name.split(".")[0]: f"./static/js/{file.name}" for file in folder.glob("*.js")}
