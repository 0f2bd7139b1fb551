"""The keys of each page, and the way to the glossary and the methods."""

import streamlit as st

from contrast_engine.as_written import markdown
from pages.common import faults, navigation

Keys = tuple[tuple[str, str], ...]

PICTURES: Keys = (
    ("Click, Enter", "look at a picture"),
    ("Arrows", "go from picture to picture"),
    ("Ctrl click, Space", "select it"),
    ("Shift click", "select all up to it"),
    ("Esc", "select nothing"),
)
IMAGE: Keys = (
    ("Left, right", "the image before, the next"),
    ("0", "fit the picture"),
    ("1", "true pixels"),
    ("Wheel, + and −", "zoom"),
    ("C", "clipped shadows and highlights"),
    ("L", "luminance in colours"),
    ("D", "local contrast"),
    ("F", "the whole window; Esc closes it"),
)
KEYS: dict[str, Keys] = {
    "image": IMAGE,
    "whatif": IMAGE[:1],
    "gallery": PICTURES,
    "issues": PICTURES,
    "odd": PICTURES,
    "map": (
        ("Drag", "move the map"),
        ("Wheel, + and −", "zoom"),
        ("0", "the whole map"),
        ("L", "outline a group with the lasso"),
        ("Arrows", "go from point to point"),
        ("Enter", "look at the picture"),
        ("Esc", "select nothing"),
    ),
    "label": (
        ("1 to 9", "give the label and go on"),
        ("0", "unsure"),
        ("Space", "skip"),
        ("Arrows", "go back or on"),
        ("U", "undo"),
        ("Shift U", "redo"),
    ),
    "pairs": (
        ("Left, right", "the one with more contrast"),
        ("Down", "no difference"),
        ("U", "undo"),
    ),
}
EVERYWHERE: Keys = (("?", "this help"), ("Tab", "go from control to control"))


@st.fragment(key="frame-help")
@faults.boundary
def help_with(here: str) -> None:
    """Draw the button with the keys of a page behind it; the key ? presses it.

    Args:
        here: The address of the page, without its parameters.
    """
    with st.container(key="frame-help", width="content"):
        opened = st.popover(
            "Help", icon=":material/help:", type="tertiary", key="frame.help", on_change="rerun"
        )
    if not opened.open:
        return
    with opened:
        st.markdown("**Keys of this page**" if here in KEYS else "**Keys**")
        for key, what in (*KEYS.get(here, ()), *EVERYWHERE):
            st.markdown(f"**{markdown(key)}** \N{EN DASH} {markdown(what)}")
        for page, title, icon in (
            (navigation.GLOSSARY, "Glossary: what the words mean", "menu_book"),
            (navigation.METHODS, "Methods: how it is computed", "function"),
        ):
            st.page_link(
                page,
                label=markdown(title),
                icon=f":material/{icon}:",
                query_params=navigation.address(),
            )
