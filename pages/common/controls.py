"""Menus whose choice stands in the address, and one widget per declared option of a method."""

from collections.abc import Callable, Container, Sequence
from typing import Any, TypeVar, cast

import streamlit as st

from contrast_engine.arrays import Json
from contrast_engine.as_written import markdown, plain
from contrast_engine.options import Option, Recipe, options_of
from contrast_engine.projections import projections
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import present_name
from contrast_engine.views.encoders.encoder_card import spaces
from pages.common import address

Name = TypeVar("Name", bound=str)

NO_MARKDOWN = (st.selectbox, st.multiselect)
"""Menus whose choices Streamlit shows as they are; in others they are Markdown."""

DEPTH = "n_components"
"""The option that says how deep a map is; it has a menu of its own."""


def in_address(
    widget: Callable[..., Any],
    label: str,
    options: Sequence[Name],
    key: str,
    default: Name,
    **rest: object,
) -> Name:
    """Draw a menu whose choice stands in the address, so that it can be shared and reloaded.

    Streamlit's own binding would write the words of a choice into the address, not its name.

    Args:
        widget: `st.selectbox` or `st.segmented_control`.
        label: Its label.
        options: Names to choose from.
        key: Name of the widget and of the parameter.
        default: The choice where the address names none of the options.
        rest: What else the widget takes.
    """
    if address.follows(key) or st.session_state.get(key) not in options:
        wanted = renamed(st.query_params.get(key, ""), options)
        start = wanted if wanted in options else default
        # where a fresh menu starts by itself nothing is said: then it is drawn the second time as
        # it was the first, and Streamlit sends its name alone
        is_own_start = widget is st.selectbox and start == next(iter(options), None)
        if key in st.session_state or not is_own_start:
            st.session_state[key] = start
    said = cast(Callable[[Name], str], rest.pop("format_func", str))
    write = plain if widget in NO_MARKDOWN else markdown
    if widget is st.selectbox:
        _in_present_words(key, {option: write(said(option)) for option in options})
    chosen: Name = widget(
        label, options, key=key, format_func=lambda option: write(said(option)), **rest
    )
    address.say(key, chosen)
    return chosen


def _in_present_words(key: str, words: dict[Name, str]) -> None:
    """Have the browser show a choice whose words are other ones than when it was drawn last.

    It holds the words: of an old count it would show, and send, what is no choice any more.
    """
    place = f"{key}:words"
    before: dict[Name, str] = st.session_state.get(place, {})
    chosen = st.session_state.get(key)
    if chosen in words and before.get(chosen, words[chosen]) != words[chosen]:
        st.session_state[key] = chosen
    st.session_state[place] = words


def options_form(recipe: type[Recipe], key: str, values: Json, submit: str) -> Json | None:
    """Draw the options of a method as one form; gives the values once they are sent, else None.

    Args:
        recipe: The method whose options are drawn.
        key: Name of the form on its page.
        values: Where the widgets start; options that are not named start at their default.
        submit: The words on the button.
    """
    with st.form(key, border=False):
        st.caption(markdown((recipe.__doc__ or "").partition("\n")[0]))
        chosen = {o.name: _widget(o, f"{key}.{o.name}", values) for o in in_form(recipe)}
        is_sent = st.form_submit_button(markdown(submit), type="primary")
    return chosen if is_sent else None


def renamed(name: str, options: Container[str]) -> str:
    """What an address names, by its name of today where it was shared before a renaming."""
    return name if name in options else projections.present_name(present_name(name))


def space(workspace: Workspace, key: str = "on", default: str = "") -> str:
    """Draw the menu of spaces once there is an embedding, and give the choice as steps take it.

    Args:
        workspace: The open workspace.
        key: Name of the menu and of its parameter in the address.
        default: Where the menu starts; the features where it is no space.
    """
    known = spaces(workspace)
    if len(known) == 1:
        return next(iter(known))
    start = default if default in known else next(iter(known))
    return in_address(
        st.selectbox, "In the space of", list(known), key, start, format_func=known.get
    )


def in_form(recipe: type[Recipe]) -> list[Option]:
    """The options that belong into a form; how deep a map is has a menu of its own."""
    return [declared for declared in options_of(recipe) if declared.name != DEPTH]


def _widget(declared: Option, key: str, values: Json) -> object:
    label = markdown(declared.name.replace("_", " ").replace("n ", "number of ").capitalize())
    said = markdown(declared.help)
    start = values.get(declared.name, declared.default)
    if isinstance(declared.default, bool):
        return st.toggle(label, start, key=key, help=said)
    if declared.choices:
        at = declared.choices.index(start)
        return st.selectbox(label, declared.choices, at, key=key, help=said)
    if isinstance(declared.default, str):
        return st.text_input(label, start, key=key, help=said)
    kind = type(declared.default)
    low, high = (None if v is None else kind(v) for v in (declared.low, declared.high))
    return st.number_input(label, low, high, kind(start), key=key, help=said)
