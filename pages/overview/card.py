"""One card of the overview: a frame around what it shows, all of it a link to its page."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import streamlit as st

from contrast_engine.as_written import html
from contrast_engine.views.overview import Absent, Card
from pages.common import navigation
from pages.overview import style


@contextmanager
def frame(name: str, title: str, card: Card) -> Iterator[None]:
    """A block that is drawn inside a card.

    Args:
        name: Names the card.
        title: What it says at its head; the link.
        card: Where it leads, and whether it is out of date.
    """
    with st.container(border=True, key=f"overview-{name}", height="stretch"):
        link(card.page, title, card.view)
        if card.outdated:
            st.html(f"<p class='ov-old'>Out of date: {html(card.outdated)}.</p>")
        yield


def absent(name: str, title: str, why: Absent) -> None:
    """Draw a card that is not there yet: why, and the way to where it is made."""
    with st.container(border=True, key=f"overview-{name}", height="stretch"):
        link(why.page, title)
        st.html(style.note(why.reason))


def link(page: str, title: str, view: Mapping[str, str] | None = None) -> None:
    """Draw a link to the page of that address."""
    navigation.link(navigation.PAGES[page], title, **(view or {}))
