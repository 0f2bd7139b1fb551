"""Who is here, as the frame shows it, and the way to say another name or to log out."""

import streamlit as st

from contrast_engine.as_written import markdown
from pages.common import faults, identity
from pages.frame import access

MAY = {
    "viewer": "You may look at everything and download it.",
    "annotator": "You may look at everything, and label and compare under this name.",
    "owner": "You may do everything.",
}


@st.fragment(key="frame-person")
@faults.boundary
def show() -> None:
    """Draw the name under which this browser labels; behind it, who that is can be changed."""
    person = access.person()
    who = person.name
    with st.container(key="frame-person", width="content"):
        opened = st.popover(
            markdown(who) if who else "Your name",
            icon=":material/person:",
            type="tertiary",
            help=f"Logged in as {person.role.word}" if person.is_known else "Who labels here",
            key="frame.person",
            on_change="rerun",
        )
    if not opened.open:
        return
    with opened:
        if not person.is_known:
            identity.question("frame.person", after=st.rerun)
            return
        st.markdown(f"**{markdown(who)}**, {person.role.word}")
        st.caption(MAY.get(person.role.word, ""))
        _leave()


def _leave() -> None:
    """Draw the way out, where there is one: a proxy has its own."""
    at = access.way_out()
    if at:
        st.link_button("Log out", at, icon=":material/logout:")
