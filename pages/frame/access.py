"""Who is at this page, and what they may do: what every page asks before it acts.

A page hides or closes what somebody may not do, and says why. That is for them, not for safety:
what a page forgets is refused where it would be written (`contrast_engine.access`).
"""

import streamlit as st

from contrast_engine import access
from contrast_engine.access import Act, Person, Role
from contrast_engine.as_written import markdown

__all__ = ["closed", "may", "need", "person"]

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
    who = access.least(act).word
    article = "an" if who[0] in "ao" else "a"
    said = words or f"To {act} takes {article} {who}."
    st.caption(f":material/lock: {markdown(said)}")
    return True
