"""The first rows of the exported table, and writing it to a file where the app runs."""

from pathlib import Path

import streamlit as st

from contrast_engine.access import Act
from contrast_engine.as_written import markdown
from contrast_engine.steps.output.export import Cell, export
from contrast_engine.store.targets import is_taken
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.input_checks import table_problem, typed_path
from contrast_engine.views.outcomes import result_or_reason
from contrast_engine.views.output.table_preview import preview
from pages.common.cached import EDITS, IMAGES, LABELS, cached
from pages.frame import access

PREVIEW = 177
"""Pixels of the table: its head and four rows; the others are scrolled to."""

TAKEN = "export taken"
"""The file that is there already and that the person may still have replaced."""


@cached("features", "clusterings", "predictions", "maps", LABELS, EDITS, IMAGES, entries=4)
def rows(workspace: Workspace) -> list[dict[str, Cell]]:
    """The first rows of the exported table, as everything is now."""
    return preview(workspace)


def form(workspace: Workspace) -> None:
    """Draw a form that writes the table to a path and says how much it wrote.

    A file that is there stays until the person says that it may be replaced.
    """
    if access.closed(
        Act.EXPORT,
        "Only an owner can write files on this computer; the download above is for everybody.",
    ):
        return
    with st.form("export", border=False):
        path = st.text_input(
            "Path of the table",
            placeholder="/home/me/results.csv",
            help="The ending decides the format: .csv or .parquet. An existing file is not "
            "replaced unless you say so.",
        )
        is_sent = st.form_submit_button("Write the file")
    if is_sent:
        st.session_state.pop(TAKEN, None)
        problem = table_problem(path)
        if problem:
            st.error(markdown(problem))
        elif is_taken(typed_path(path)):
            st.session_state[TAKEN] = str(typed_path(path))
        else:
            _write(workspace, typed_path(path), overwrite=False)
    if TAKEN in st.session_state:
        taken = st.session_state[TAKEN]
        st.warning(f"{markdown(taken)} is there already. Nothing was written.")
        if st.button("Replace that file", key="export.replace"):
            del st.session_state[TAKEN]
            _write(workspace, typed_path(taken), overwrite=True)


def _write(workspace: Workspace, path: Path, *, overwrite: bool) -> None:
    report, reason = result_or_reason(export, workspace, path, overwrite=overwrite)
    if report is None:
        st.error(markdown(reason))
    else:
        st.success(
            f"{report.rows:,} rows and {len(report.columns)} columns are in "
            f"{markdown(str(report.path))}"
        )
