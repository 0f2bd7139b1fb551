"""A bar between two parts of a page that somebody drags to give one of them more room."""

import streamlit as st

from pages.components import events, register

FEWEST, MOST = 14, 86
"""Per cent that a part must have at least to be worth its room; less closes it."""


def show(
    *, key: str, panes: str, share: int, home: int, left: str, right: str, parameter: str
) -> None:
    """Draw the bar; the share of the left part stands in the address.

    Drag it, use the arrow keys, Home or End, or double-click to close or open the left part.

    Args:
        key: Names this bar.
        panes: Key of the container that holds both parts and the bar.
        share: Per cent of the width that the left part has: 0 for none, 100 for all.
        home: The share where the address names none.
        left: What stands at the left, for the words on the bar.
        right: What stands at the right.
        parameter: The parameter of the address.
    """

    def act(entries: list[events.Entry]) -> None:
        chosen = at_rest(int(entries[-1]["share"]))
        if chosen == home:
            st.query_params.pop(parameter, None)
        else:
            st.query_params[parameter] = str(chosen)

    data = {
        "panes": panes, "share": share, "open": home or 50, "left": left, "right": right,
        "fewest": FEWEST, "most": MOST,
    }  # fmt: skip
    events.draw(_splitter, key, data, act)


def share_in_address(parameter: str, home: int) -> int:
    """The share that the address names, else the one it has at home."""
    named = st.query_params.get(parameter, "")
    return at_rest(int(named)) if named.isdecimal() else home


def at_rest(share: int) -> int:
    """The share that a bar left at `share` has: a part too narrow to be of use is closed."""
    if share < FEWEST:
        return 0
    return 100 if share > MOST else share


_splitter = register("splitter", '<div class="splitter"></div>')
