"""How many images are worked on at a time, chosen where measuring starts."""

import streamlit as st

from contrast_engine.access import Act, may
from contrast_engine.steps.cores import cores, most_workers


def show() -> dict[str, int]:
    """Draw the setting; gives what a step is to be called with, nothing where all was left."""
    most = most_workers()
    if most == 1 or not may(Act.RUN):
        return {}

    def name(count: int) -> str:
        return f"all {most} cores" if count == most == cores() else f"{count:,}"

    with st.popover("Speed", type="tertiary"):
        chosen = st.selectbox(
            "Images at a time",
            range(most, 0, -1),
            format_func=name,
            key="collection.workers",
            help="Fewer leave the computer free for other work. The numbers that are measured are "
            "the same.",
        )
    return {} if chosen == most else {"workers": chosen}
