"""Who is at this page, and what they may do: what every page asks before it acts.

A page hides or closes what somebody may not do, and says why. That is for them, not for safety:
what a page forgets is refused where it would be written (`contrast_engine.access`).
"""

from typing import Any

import streamlit as st

from contrast_engine import access, server
from contrast_engine.access import Act, Person, Role
from contrast_engine.access.gate import only
from contrast_engine.as_written import markdown

__all__ = ["Act", "button", "closed", "closed_button", "may", "need", "person", "way_out"]

_KEPT = ("key", "type", "width")
"""What a button that is closed has of one that is open."""

_LOCK = ":material/lock:"

may, need = access.may, access.need


def person() -> Person:
    """Who is at this page: who logged in, else an owner under the name that was typed."""
    from pages.common import identity

    return access.acting() or Person(identity.typed(), Role.OWNER)


def closed(act: Act, words: str = "") -> bool:
    """True, with the reason drawn here, where who is at this page may not do something.

    Args:
        act: What is not done.
        words: What cannot be done here, as a sentence; without it the act stands there.
    """
    if may(act):
        return False
    st.caption(f"{_LOCK} {markdown(words or _why(act))}")
    return True


def button(act: Act, label: str, **options: Any) -> bool:
    """A button of Streamlit's; closed, with the reason, where somebody may not do what it does.

    Args:
        act: What it does.
        label: What stands on it, as Markdown.
        options: As `st.button` takes them.
    """
    if may(act):
        return st.button(label, **options)
    closed_button(act, label, **{name: options[name] for name in _KEPT if name in options})
    return False


def closed_button(act: Act, label: str, **options: Any) -> None:
    """Draw a button that is closed, with a lock on it, and says why.

    Args:
        act: What it would do.
        label: What stands on it, as Markdown.
        options: As `st.button` takes them, without what it calls.
    """
    st.button(label, icon=_LOCK, disabled=True, help=markdown(_why(act)), **options)


def way_out() -> str:
    """The address that logs out; "" where there is none."""
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    return f"{'/' if base else ''}{base}{server.visits.out}" if server.visits.out else ""


def _why(act: Act) -> str:
    return f"{only(act).capitalize()}."
