"""The menu at the side, of ten entries, and the pages of one entry as tabs at the top."""

from dataclasses import dataclass

import streamlit as st

from contrast_engine.as_written import markdown
from pages.common import headings, navigation

Tab = tuple[str, str]
"""A page as the navigation names it, and what its tab says."""


@dataclass(frozen=True)
class Entry:
    """One entry of the menu.

    Args:
        title: What it says.
        icon: What stands before it.
        tabs: Its pages, the one that it leads to first.
    """

    title: str
    icon: str
    tabs: tuple[Tab, ...]


MENU = (
    Entry("Overview", "dashboard", ((navigation.OVERVIEW, "Overview"),)),
    Entry("Collection", "folder_open", ((navigation.COLLECTION, "Collection"),)),
    Entry(
        "Pictures",
        "photo_library",
        (
            (navigation.GALLERY, "Gallery"),
            (navigation.MAP, "Map"),
            (navigation.INSPECT, "Image"),
        ),
    ),
    Entry(
        "Issues",
        "report",
        ((navigation.ISSUES, "Issues"), (navigation.SIMILAR, "Similar images and outliers")),
    ),
    Entry(
        "Features",
        "tune",
        (
            (navigation.FEATURES, "Features"),
            (navigation.AXES, "Axes"),
            (navigation.COMPLEXITY, "Complexity"),
            (navigation.ILLUMINANTS, "Illuminants"),
        ),
    ),
    Entry("Clusters", "bubble_chart", ((navigation.CLUSTERS, "Clusters"),)),
    Entry(
        "Label",
        "label",
        (
            (navigation.LABEL, "Label"),
            (navigation.PAIRS, "Pairs"),
            (navigation.AGREEMENT, "Agreement"),
        ),
    ),
    Entry(
        "Model",
        "model_training",
        (
            (navigation.MODEL, "Model"),
            (navigation.ENCODERS, "Encoders"),
            (navigation.MONITOR, "Monitor"),
        ),
    ),
    Entry("Evidence", "fact_check", ((navigation.VALIDATE, "Evidence"),)),
    Entry("Export", "download", ((navigation.EXPORT, "Export"),)),
)
"""Everything that a person can open, in the order of the work; help is reached by its button."""


def side(page: str) -> None:
    """Draw the menu, with the entry of the page that is open marked.

    Args:
        page: The page that is open, as the navigation names it.
    """
    with st.sidebar, st.container(key="menu", gap=None):
        for entry in MENU:
            names = [name for name, _ in entry.tabs]
            with st.container(key="menu-here" if page in names else f"menu-{entry.icon}"):
                st.page_link(
                    names[0],
                    label=markdown(entry.title),
                    icon=f":material/{entry.icon}:",
                    width="stretch",
                    query_params=navigation.address_of(names[0]),
                )


def top(page: str) -> None:
    """Draw the pages of the entry that is open as tabs; none where it has only one.

    Args:
        page: The page that is open, as the navigation names it.
    """
    tabs = next((entry.tabs for entry in MENU if page in [name for name, _ in entry.tabs]), ())
    headings.take_room(None)
    if len(tabs) < 2:
        return
    row = st.container(key="tabs", horizontal=True, gap=None, vertical_alignment="bottom")
    headings.take_room(row)
    with row:
        for name, title in tabs:
            with st.container(
                key="tab-here" if name == page else f"tab-{title.replace(' ', '-')}",
                width="content",
            ):
                st.page_link(name, label=markdown(title), query_params=navigation.address_of(name))


def marks(page: str) -> dict[str, str]:
    """What marks each address that is open: "page" for the page, "true" for its entry."""
    addresses = {name: address for address, name in navigation.PAGES.items()}
    first = next((e.tabs[0][0] for e in MENU if page in [name for name, _ in e.tabs]), "")
    found = {addresses[first]: "true"} if first else {}
    return found | ({addresses[page]: "page"} if page in addresses else {})
