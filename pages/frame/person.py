"""Who is here, as the frame shows it, and the way to say another name or to log out."""

import streamlit as st

from contrast_engine.as_written import html, markdown
from pages.common import faults, identity
from pages.frame import access

MAY = {
    "viewer": "You may look at everything and download it.",
    "annotator": "You may look at everything, and label and compare under this name.",
    "owner": "You may do everything.",
}

_STYLE = """<style>
.log-out { display: inline-block; padding: 0.3rem 0.8rem; border-radius: 4px; color: inherit;
  border: 1px solid light-dark(#c8c8c8, #4a4a4a); text-decoration: none; }
.log-out:hover { border-color: light-dark(#0962bb, #5aa9f5); color: light-dark(#0962bb, #5aa9f5); }
</style>"""


@st.fragment(key="frame-person")
@faults.boundary
def show() -> None:
    """Draw the name under which this browser labels; behind it, who that is can be changed."""
    person = access.person()
    who, role = person.name, markdown(person.role.word)
    with st.container(key="frame-person", width="content"):
        opened = st.popover(
            markdown(who) if who else "Your name",
            icon=":material/person:",
            type="tertiary",
            help=f"Logged in as {role}" if person.is_known else "Who labels here",
            key="frame.person",
            on_change="rerun",
        )
    if not opened.open:
        return
    with opened:
        if not person.is_known:
            identity.question("frame.person", after=st.rerun)
            return
        st.markdown(f"**{markdown(who)}**, {role}")
        st.caption(markdown(MAY.get(person.role.word, "")))
        _leave()


def _leave() -> None:
    """Draw the way out, where there is one: a proxy has its own.

    A link of Streamlit's would open another tab, and leave this one to somebody logged out.
    """
    at = access.way_out()
    if at:
        st.html(f"{_STYLE}<a class='log-out' href='{html(at)}'>Log out</a>")
