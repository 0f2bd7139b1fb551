"""Which model the page shows: the one in use, or another one that is only looked at."""

from collections import Counter

import streamlit as st

from contrast_engine.as_written import plain
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.in_use import result_name
from pages.common import compute, identity, loaders

MODEL = "model"
"""The parameter that names a model which is looked at; the one in use needs none."""

TRAINED = "model.trained"
"""The job whose model is looked at once it is there."""


def show(workspace: Workspace) -> str | None:
    """Draw the menu of models where there are several, and give the one to show."""
    used = workspace.current("predictions")
    if used is None:
        return None
    _arrived(workspace, used)
    known = [made.key for made in workspace.artifacts("predictions")]
    asked = st.query_params.get(MODEL)
    looked_at = asked if asked in known else used
    if len(known) > 1:
        names = {key: result_name(workspace, key) for key in known}
        shared = Counter(names.values())
        key = f"model.of.{workspace.id}"
        st.session_state[key] = looked_at

        def choose() -> None:
            if st.session_state[key] == workspace.current("predictions"):
                st.query_params.pop(MODEL, None)
            else:
                st.query_params[MODEL] = st.session_state[key]

        st.selectbox(
            "Model", known, key=key, on_change=choose, width=480,
            format_func=lambda one: plain(names[one])
            + (f" ({one[:6]})" if shared[names[one]] > 1 else "")
            + (", in use" if one == used else ""),
        )  # fmt: skip
    return looked_at


def train(workspace: Workspace, method: str, on: str) -> None:
    """Start training; asked for in another way than the model in use, it is only looked at."""
    labels = workspace.labels.label_set()
    key = workspace.current("predictions")
    is_used = key is None or _asked(workspace, key) == (method, on)
    job = compute.start(
        workspace, "pseudo_label", order=labels.labels if labels.is_ordered else None,
        method=method, on=on, use=is_used, who=identity.who(),
    )  # fmt: skip
    if job and not is_used:
        st.session_state[TRAINED] = job
    elif job:
        st.query_params.pop(MODEL, None)


def _asked(workspace: Workspace, key: str) -> tuple[str, str]:
    """The method and the space that a model was asked for."""
    made = workspace.manifest(key)
    is_named = made.recipe.get("asked") == "named"
    return str(made.recipe["method"]) if is_named else "auto", str(made.details.get("on", ""))


def _arrived(workspace: Workspace, used: str) -> None:
    job = st.session_state.get(TRAINED)
    status = loaders.runner(workspace).status(job) if job else None
    if status is not None and status.is_over:
        st.session_state.pop(TRAINED)
        if status.state == "done" and status.result != used:
            st.query_params[MODEL] = str(status.result)
