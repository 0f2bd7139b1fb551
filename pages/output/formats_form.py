"""Handing the images and what is known of them to other tools."""

from functools import partial
from pathlib import Path

import streamlit as st

from contrast_engine.access import Act
from contrast_engine.arrays import Json
from contrast_engine.as_written import markdown, plain
from contrast_engine.steps.output.export import handed_out_as
from contrast_engine.steps.output.formats import formats
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.input_checks import typed_path
from contrast_engine.views.output.formats import (
    FormatChoice,
    format_choices,
    format_problem,
    is_in_the_way,
    written_words,
)
from pages.common import compute, headings, job_panel, plugins
from pages.common.cached import IMAGES, cached
from pages.frame import access

STEP = "export"
TAKEN = "format taken"
"""What is there already and that the person may still have replaced."""

MOST_SHOWN = 10


@cached(IMAGES)
def _choices(workspace: Workspace) -> dict[str, FormatChoice]:
    return format_choices(workspace)


def show(workspace: Workspace) -> None:
    """Draw the choice of a tool, its download, and a form that writes it to a path."""
    headings.section(
        "Other tools", "export",
        "The images, and all that is known of them, in the form that another tool reads.",
    )  # fmt: skip
    choices = _choices(workspace)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            "Tool", list(choices), format_func=lambda one: choices[one].title, width=320
        )
        chosen = choices[name]
        if not chosen.too_large:
            st.download_button(
                markdown(f"Download {Path(chosen.file_name).suffix}"),
                partial(handed_out_as, workspace, name),
                chosen.file_name,
                on_click="ignore",
            )
    plugins.left_out(formats)
    st.caption(markdown(f"{chosen.summary} {chosen.too_large}".strip()))
    with st.expander("Write it to a path on this computer"):
        _form(workspace, chosen)
    _answer(workspace)


def _form(workspace: Workspace, chosen: FormatChoice) -> None:
    """Draw the path to write to; what is there stays until the person says otherwise."""
    if access.closed(
        Act.EXPORT,
        "Only an owner can write files on this computer; the download above is for everybody.",
    ):
        return
    with st.form("formats", border=False):
        path = st.text_input(
            f"Path of the export: {markdown(chosen.writes)}",
            placeholder=chosen.example,
            help="What is there is not replaced unless you say so, and a folder only if an export "
            "wrote it.",
            key=f"formats.{chosen.name}",
        )
        is_sent = st.form_submit_button("Write for this tool")
    if is_sent:
        st.session_state.pop(TAKEN, None)
        problem = format_problem(chosen.name, path)
        if problem:
            st.error(markdown(problem))
        elif is_in_the_way(chosen.name, typed_path(path)):
            st.session_state[TAKEN] = (chosen.name, str(typed_path(path)))
        else:
            _start(workspace, chosen.name, str(typed_path(path)), overwrite=False)
    if TAKEN in st.session_state:
        name, taken = st.session_state[TAKEN]
        st.warning(f"{markdown(taken)} is there already. Nothing was written.")
        if st.button("Replace it", key="formats.replace"):
            del st.session_state[TAKEN]
            _start(workspace, name, taken, overwrite=True)


def _start(workspace: Workspace, name: str, path: str, *, overwrite: bool) -> None:
    compute.start(workspace, STEP, path=path, format=name, overwrite=overwrite)


def _answer(workspace: Workspace) -> None:
    """Draw the job while it runs, and what it wrote."""
    job = job_panel.running(workspace, STEP)
    if job is not None:
        job_panel.show(workspace, job.id, "Writing for another tool")
        return
    if job_panel.problem(workspace, STEP) is not None:
        return
    done = job_panel.ended(workspace, STEP)
    if done is not None:
        _written(done.result)


def _written(report: Json) -> None:
    """Say what was written, what was left out, and what opens it."""
    said = markdown(f"{written_words(report)}.")
    (st.success if not report["left_out"] else st.warning)(said)
    if report["left_out"]:
        reasons = report["left_out"]
        with st.expander(f"{len(reasons):,} left out"):
            for reason in reasons[:MOST_SHOWN]:
                st.caption(markdown(reason))
            if len(reasons) > MOST_SHOWN:
                st.caption(f"Showing {MOST_SHOWN} of {len(reasons):,}; all are in the export.")
    for note in report["notes"]:
        st.caption(markdown(note))
    if report["opened_by"]:
        st.code(plain(report["opened_by"]), language=None)
