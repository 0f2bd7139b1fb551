"""What stands around a page, drawn before the page itself."""

import streamlit as st

from pages.common import navigation
from pages.frame import menu


def draw(here: str) -> None:
    """Draw the menu and the tabs.

    Args:
        here: The address of the page that is open, without its parameters.
    """
    st.session_state[navigation.HERE] = here
    page = navigation.PAGES.get(here, "")
    menu.side(page)
    menu.top(page)
