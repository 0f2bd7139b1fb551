"""Have a result, or make it: at once where that is quick, else as a job with a panel."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from contrast_engine import steps
from contrast_engine.access import Act
from contrast_engine.arrays import Json
from contrast_engine.as_written import markdown
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.artifact_lookup import answer
from pages.common import faults, identity, job_panel, loaders
from pages.components.job_progress import Series
from pages.frame import access

KINDS = {"project": "maps", "cluster": "clusterings"}
"""What each of these steps makes."""

NOT_MADE = "Nobody has made this yet. An owner can, by opening this page."
QUICK = 20_000
"""Up to so many images PCA is made while the page is drawn."""


def ensure(
    workspace: Workspace,
    step: str,
    *,
    title: str,
    is_quick: bool = False,
    series: Sequence[Series] = (),
    **params: Any,
) -> str | None:
    """The key of a map or clustering to look at; None while a job makes it, with its panel drawn.

    What is in use stays as it is; only the first of its kind is in use from then on.

    A job that failed is not started again by itself: its reason is shown with a button.

    Args:
        workspace: The open workspace.
        step: Name of the step, as in `steps.STEPS`.
        title: What the step does, in words, above the progress bar.
        is_quick: It takes less than a second or two and may run in the page.
        series: Live curves for the panel.
        params: What the step is called with.
    """
    known = answer(workspace, step, **params)
    if known and workspace.current(KINDS[step]) is not None:
        return known
    if known and not access.may(Act.RUN):
        return known
    if access.closed(Act.RUN, NOT_MADE):
        return None
    params = {**params, "use": False}
    if is_quick or known:
        with st.spinner(markdown(title)):
            return _at_once(workspace, step, known, params)
    job = job_panel.running(workspace, step)
    if job is None:
        ended = job_panel.problem(workspace, step)
        if (
            ended
            and ended.params == params
            and not access.button(Act.RUN, "Try again", key=f"again.{step}")
        ):
            return None
        started = start(workspace, step, **params)
        if not started:
            faults.show(job_panel.place(step))
            st.button("Try again", key=f"again.{step}")
            return None
        job = loaders.runner(workspace).status(started)
    job_panel.show(workspace, job.id, title, series)
    return None


def start(workspace: Workspace, step: str, **params: Any) -> str:
    """Start a job, or find the same one already running, and give its id.

    "" where it could not be started; `job_panel.problem` then says why.
    """
    submit = loaders.runner(workspace).submit
    return (
        faults.attempt(job_panel.place(step), "Nothing was started.", submit, step, **params) or ""
    )


def gather(workspace: Workspace, **params: Any) -> str:
    """Start taking images in; a few new ones are then placed in all that is in use."""
    return start(workspace, "gather", place=True, who=identity.who(), **params)


def _at_once(workspace: Workspace, step: str, known: str | None, params: Json) -> str | None:
    """The key of a result that is known or made in a moment; None where it cannot be kept."""
    place = f"at once.{step}"
    made: str | None = faults.attempt(
        place, "The result was not saved.", steps.STEPS[step], workspace, **params
    )
    faults.show(place)
    if made is None and known is None:
        st.button("Try again", key=f"again.{step}")
    return made or known
