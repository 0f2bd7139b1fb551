"""The menu of methods to cluster or project by, and their options behind a button."""

from typing import Any

import streamlit as st

from contrast_engine.arrays import Json
from contrast_engine.as_written import markdown
from contrast_engine.clusterings import Clusterer
from contrast_engine.options import Recipe, as_texts, of_texts
from contrast_engine.projections import Projection
from contrast_engine.registry import Registry
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.artifact_lookup import last_method, last_options
from contrast_engine.views.collection.filters import PREFIX
from pages.common import address, controls

Method = type[Clusterer] | type[Projection]
"""What a menu of methods lists."""


def method(
    label: str,
    methods: Registry[type[Clusterer]] | Registry[type[Projection]],
    workspace: Workspace,
    kind: str,
    key: str,
) -> str:
    """Draw a menu of methods by their titles; the choice stands in the address under `key`.

    It starts at the method used last in this workspace, else at the first. One that is not
    installed any more is listed as long as its result is in use.
    """
    names = list(methods)
    default = last_method(workspace, kind) or names[0]
    current = workspace.current(kind)
    used = workspace.manifest(current).recipe if current else {}
    if default not in names:
        names.append(default)
    return controls.in_address(
        st.selectbox,
        markdown(label),
        names,
        key,
        default,
        format_func=lambda name: (
            methods.of_result(
                {**used, "method": name} if name == default else {"method": name}
            ).title
        ),
    )


def gone(methods: Registry[Any], workspace: Workspace, kind: str) -> str | None:
    """Say that the result in use cannot be made again, and give its key."""
    key = workspace.current(kind)
    if key is not None:
        title = methods.of_result(workspace.manifest(key).recipe).title
        st.caption(
            markdown(f"Made by {title}: it is shown as it was made, and cannot be made again.")
        )
    return key


def short_title(method: Method) -> str:
    """The name of a method without what its menu entry adds."""
    return method.title.partition(":")[0]


def options(recipe: type[Recipe], workspace: Workspace, kind: str, name: str) -> Json:
    """Draw the options of a method behind a button and give the values in use.

    They stand in the address as `method.option`; without it they start as they were used last in
    this workspace.

    Args:
        recipe: The method.
        workspace: The open workspace.
        kind: The kind of result it makes.
        name: Its registered name.
    """
    key = f"{kind}.{name}"
    if address.follows(key):
        for known in [known for known in st.session_state if str(known).startswith(f"{key}.form.")]:
            del st.session_state[known]
        st.session_state.pop(key, None)
    used = (
        st.session_state.get(key) or _addressed(recipe, name) or last_options(workspace, kind, name)
    )
    with st.popover("Options", disabled=not controls.in_form(recipe)):
        sent = controls.options_form(recipe, f"{key}.form", used, "Apply")
    if sent is not None:
        st.session_state[key] = sent
    _address(recipe, name, sent or used)
    return sent or used


def _addressed(recipe: type[Recipe], name: str) -> Json:
    """The options that the address has for a method."""
    parts = {key.partition(".")[2]: text for key, text in st.query_params.items()
             if key.partition(".")[0] == name}  # fmt: skip
    return of_texts(recipe, parts)


def _address(recipe: type[Recipe], name: str, values: Json) -> None:
    """Write the options in use into the address, and take those of other methods out."""
    texts = as_texts(recipe, values)
    wanted = {f"{name}.{option.name}": texts[option.name] for option in controls.in_form(recipe)}
    for key in [key for key in st.query_params if "." in key and key not in wanted]:
        if not key.startswith(PREFIX):
            del st.query_params[key]
    for key, text in wanted.items():
        if st.query_params.get(key) != text:
            st.query_params[key] = text
