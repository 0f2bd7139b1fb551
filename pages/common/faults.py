"""What a page says when the disk refuses: what happened, what was not saved, what to do.

Around the page and each of its parts stands a `boundary`. What a person does is `tried`: why it
could not be done stands where they did it until it could. What no part of the page has shown is
shown by the frame, so that nothing is lost in silence.
"""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

import streamlit as st

from contrast_engine.access import Act, may
from contrast_engine.as_written import markdown
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.outcomes import result_or_reason, telling
from pages.common import address

P = ParamSpec("P")
T = TypeVar("T")

NOTES = "faults"
"""Why what was done last could not be done, by the place where it was done."""

SHOWN = "faults.shown"
PAGE = "faults.page"
READ_ONLY = "This collection is read-only: you can look, nothing can be saved."


@contextmanager
def page(name: str) -> Iterator[None]:
    """Around a whole page: it ends with a sentence where it cannot go on.

    Args:
        name: Of the page; what could not be done on another one is forgotten.
    """
    if st.session_state.get(PAGE) != name:
        st.session_state[PAGE], st.session_state[NOTES] = name, {}
    st.session_state[SHOWN] = set()
    above = st.container()
    try:
        with address.Visit(), telling(_say):
            yield
    finally:
        for place in [place for place in _notes() if place not in st.session_state[SHOWN]]:
            with above:
                show(place)


def boundary(draw: Callable[P, T]) -> Callable[P, T | None]:
    """A decorator for a part of a page: what cannot be read or written is said in its place."""

    @functools.wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> T | None:
        with telling(_say):
            return draw(*args, **kwargs)
        return None

    return drawn


def tried(act: Callable[P, object], place: str, unsaved: str) -> Callable[P, None]:
    """An act as a callback; why it could not be done stands at a place until it could.

    Args:
        act: What is done.
        place: Where `show` stands; an act that is done clears it.
        unsaved: What is not saved then, as a sentence.
    """

    @functools.wraps(act)
    def acted(*args: P.args, **kwargs: P.kwargs) -> None:
        attempt(place, unsaved, act, *args, **kwargs)

    return acted


def attempt(
    place: str, unsaved: str, act: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs
) -> T | None:
    """What an act gives; None, and a note of why at a place, where it could not be done."""
    found, reason = result_or_reason(act, *args, **kwargs)
    note(place, f"{unsaved} {reason}".strip() if reason else "")
    return found


def note(place: str, words: str) -> None:
    """Keep what is to be said at a place; "" says that all is well there."""
    _notes().pop(place, None)
    if words:
        _notes()[place] = words


def is_well(place: str) -> bool:
    """True if what was done last at a place could be done."""
    return place not in _notes()


def show(place: str) -> None:
    """Say why what was done last at a place could not be done, where it could not."""
    words = _notes().get(place)
    if words:
        st.error(markdown(words))
        shown(place)


def shown(place: str) -> None:
    """What is to be said at a place is said there already."""
    st.session_state.setdefault(SHOWN, set()).add(place)


def read_only(workspace: Workspace) -> None:
    """Say once, at the top of a page, that nothing can be saved in a collection."""
    if may(Act.CHANGE) and workspace.is_read_only:
        st.warning(READ_ONLY, icon=":material/lock:")


def _notes() -> dict[str, str]:
    found: dict[str, Any] = st.session_state.setdefault(NOTES, {})
    return found


def _say(words: str) -> None:
    st.error(markdown(words))
