"""Who labels in this tab: the annotator's name, and whether they label blind."""

import streamlit as st

WHO = "who"
BLIND = "blind"
KNOWN_AS = "known as"
SWITCH = "labels blind"
"""The key of the switch that `go_blind` follows."""


def who() -> str:
    """The name under which this tab labels."""
    return str(st.query_params.get(WHO) or st.session_state.get(KNOWN_AS) or "me")


def is_blind() -> bool:
    """True if this tab labels without seeing the labels of others or what the model predicts."""
    return st.query_params.get(BLIND) == "1"


def go_blind() -> None:
    """Do as the switch says; the address keeps it through a reload."""
    if st.session_state[SWITCH]:
        st.query_params[BLIND] = "1"
    else:
        st.query_params.pop(BLIND, None)


def call_me(name: str) -> None:
    """Label under this name from now on, in this tab and in addresses made from it."""
    st.session_state[KNOWN_AS] = st.query_params[WHO] = name.strip() or "me"


def parameters() -> dict[str, str]:
    """The address parameters that carry the annotator to another page."""
    kept = {WHO: st.session_state.get(KNOWN_AS), BLIND: st.query_params.get(BLIND)}
    return {name: value for name, value in kept.items() if value}
