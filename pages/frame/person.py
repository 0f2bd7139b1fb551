"""Who labels, as the frame shows it, and the way to say another name."""

import streamlit as st

from contrast_engine.as_written import markdown
from pages.common import faults, identity

NAME = "frame.name"


@st.fragment(key="frame-person")
@faults.boundary
def show() -> None:
    """Draw the name under which this browser labels; behind it, another name can be said."""
    who = identity.who()
    with st.container(key="frame-person", width="content"):
        opened = st.popover(
            markdown(who) if who else "Your name",
            icon=":material/person:",
            type="tertiary",
            help="Who labels here",
            key="frame.person",
            on_change="rerun",
        )
    if not opened.open:
        return
    with opened, st.form("frame.person.form", border=False):
        name = st.text_input("Your name", who, key=NAME, help="It stands beside every label.")
        if st.form_submit_button("This is me"):
            identity.call_me(name)
            st.rerun()
