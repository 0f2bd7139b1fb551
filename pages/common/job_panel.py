"""A running job as a panel: what it does, how far it is, how long it takes, and a way to stop."""

from collections.abc import Sequence

import streamlit as st

from contrast_engine.access import Act
from contrast_engine.as_written import markdown
from contrast_engine.jobs import JobStatus
from contrast_engine.server import Urls
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.input_checks import sentence
from pages.common import faults, loaders
from pages.components import job_progress
from pages.components.job_progress import Pictures, Series
from pages.frame import access

WATCHED = "jobs watched"
"""The jobs that this tab saw running, whose end it has not been told yet."""


def running(workspace: Workspace, step: str) -> JobStatus | None:
    """The job of a step that is under way, whoever started it, in whichever tab."""
    return loaders.runner(workspace).running(step)


def show(
    workspace: Workspace,
    job: str,
    title: str,
    series: Sequence[Series] = (),
    pictures: Pictures | None = None,
) -> None:
    """Draw a job that is under way; the page runs again once it has ended.

    Args:
        workspace: The open workspace.
        job: Id of the job.
        title: What the job does, in words.
        series: The live curves to draw above the progress bar.
        pictures: Where the newest pictures come from, for a strip of them.
    """
    runner = loaders.runner(workspace)
    cancel = faults.tried(runner.cancel, f"cancel.{job}", "It goes on: it was not told to stop.")
    with st.container(border=True):
        st.markdown(f"**{markdown(title)}**")
        is_done = job_progress.show(
            key=f"live.{job}",
            events_url=Urls(workspace.id).events(job),
            series=series,
            pictures=pictures,
            active=not runner.status(job).is_over,
        )
        access.button(Act.RUN, "Cancel", key=f"cancel.{job}", on_click=cancel, args=(job,))
        faults.show(f"cancel.{job}")
        st.caption("It goes on when you leave this page or close the tab; come back to see it.")
    st.session_state.setdefault(WATCHED, {})[job] = title
    if is_done or runner.status(job).is_over:
        st.rerun()


def place(step: str) -> str:
    """Where it is said why a job of a step could not be started."""
    return f"job.{step}"


def problem(workspace: Workspace, step: str) -> JobStatus | None:
    """Say why the newest job of a step ended badly or why none began; None where all is well."""
    faults.show(place(step))
    newest = next((j for j in loaders.runner(workspace).jobs() if j.step == step), None)
    if newest is None:
        return None
    if newest.state == "cancelled":
        st.info("The last run was cancelled. What it had finished is kept.")
    elif newest.error:
        st.error(markdown(sentence(newest.error)))
    else:
        return None
    return newest


def ended(workspace: Workspace, *named: str) -> JobStatus | None:
    """The newest job of these steps that this tab saw running, and that is done."""
    watched = st.session_state.setdefault(WATCHED, {})
    jobs = (job for job in loaders.runner(workspace).jobs() if job.step in named)
    newest = next(jobs, None)
    if newest is None or newest.id not in watched or newest.state != "done":
        return None
    return newest


def ignored(workspace: Workspace) -> int | None:
    """Count the files that the newest scan passed over; None where no scan of the app is known."""
    done = (job for job in loaders.runner(workspace).jobs() if job.state == "done")
    newest = next((job.result for job in done if job.step == "gather"), None)
    return len(newest["scanned"]["ignored"]) if newest else None


def curves(workspace: Workspace, step: str, title: str, series: Sequence[Series]) -> None:
    """Draw the curves of the newest finished job of a step; nothing where there is none.

    What a command made has no job, and so no curves.
    """
    found = (j for j in loaders.runner(workspace).jobs() if (j.step, j.state) == (step, "done"))
    newest = next(found, None)
    if newest is None:
        return
    with st.expander(markdown(title), expanded=True):
        job_progress.show(
            key=f"curves.{newest.id}",
            events_url=Urls(workspace.id).events(newest.id),
            series=series,
            active=False,
        )
