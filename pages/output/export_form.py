"""The first rows of the exported table, and writing it to a file where the app runs."""

import streamlit as st

from contrast_engine.as_written import markdown
from contrast_engine.steps.output.export import Cell, export
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.input_checks import table_problem, typed_path
from contrast_engine.views.outcomes import result_or_reason
from contrast_engine.views.output.table_preview import preview
from pages.common.cached import EDITS, IMAGES, LABELS, cached


@cached("features", "clusterings", "predictions", "maps", LABELS, EDITS, IMAGES, entries=4)
def rows(workspace: Workspace) -> list[dict[str, Cell]]:
    """The first rows of the exported table, as everything is now."""
    return preview(workspace)


def form(workspace: Workspace) -> None:
    """Draw a form that writes the table to a path and says how much it wrote."""
    with st.form("export", border=False):
        path = st.text_input(
            "Or write it to a file on this computer",
            placeholder="/home/me/results.csv",
            help="The ending decides the format: .csv or .parquet. An existing file is replaced.",
        )
        is_sent = st.form_submit_button("Write the file")
    if not is_sent:
        return
    problem = table_problem(path)
    if problem:
        st.error(markdown(problem))
        return
    report, reason = result_or_reason(export, workspace, typed_path(path))
    if report is None:
        st.error(markdown(reason))
    else:
        st.success(
            f"{report.rows:,} rows and {len(report.columns)} columns are in "
            f"{markdown(str(report.path))}"
        )
