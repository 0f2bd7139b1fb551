"""Who labels, as the frame shows it, and the way to say another name."""

import streamlit as st

from contrast_engine.as_written import markdown
from pages.common import faults, identity


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
    with opened:
        identity.question("frame.person", after=st.rerun)
