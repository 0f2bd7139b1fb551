"""Headings: the standard term, the plain sentence below it, and a link to the glossary entry."""

from typing import TYPE_CHECKING

import streamlit as st

from contrast_engine.as_written import markdown
from contrast_engine.glossary import term as term_of

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator


ROOM = "headings.room"


def page(title: str, term: str, plain: str) -> None:
    """Draw the title of a page, what the page is for, and a link to the glossary.

    Args:
        title: What the navigation calls the page.
        term: Slug of the glossary entry that explains it.
        plain: What the page is for, in plain sentences.
    """
    room = st.session_state.get(ROOM)
    with room if room is not None else st.container(key="page-head", horizontal=True):
        st.title(markdown(title), width="content")
        st.caption(with_link(plain, term), width="content")


def take_room(row: "DeltaGenerator | None") -> None:
    """Where the title of the page stands: in the row of its tabs, which name it already.

    Args:
        row: The row; None where the page has no tabs, so that its title stands on its own.
    """
    st.session_state[ROOM] = row


def section(title: str, term: str, plain: str) -> None:
    """Draw the heading of a section with the same parts as a page's.

    Args:
        title: The standard term.
        term: Slug of the glossary entry that explains it.
        plain: What the section says, in plain sentences.
    """
    st.subheader(markdown(title))
    st.caption(with_link(plain, term))


def small(title: str, term: str) -> None:
    """Draw the heading of a part of a section; its glossary entry is one tooltip away."""
    st.markdown(f"**{markdown(title)}**", help=help_text(term))


def help_text(term: str) -> str:
    """The sentence of a glossary entry with a link to it, for the tooltip of a number."""
    return with_link(term_of(term).sentence, term)


def with_link(plain: str, term: str) -> str:
    """A plain sentence with a link to a glossary entry at its end, so on no line of its own."""
    words = f"Glossary: {term_of(term).name}".replace(" ", "\N{NO-BREAK SPACE}")
    return f"{markdown(plain)} [{words}](/glossary?term={term})"


def page_that_begins_with(title: str, term: str, plain: str) -> "DeltaGenerator":
    """Draw the title of a page with room below it for what is to be read first, and give the room.

    Args:
        title: What the navigation calls the page.
        term: Slug of the glossary entry that explains it.
        plain: What the page is for, in plain sentences.
    """
    row = st.session_state.get(ROOM)
    with row if row is not None else st.container():
        st.title(markdown(title))
    first = st.container()
    st.caption(with_link(plain, term))
    return first
