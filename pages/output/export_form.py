"""Write the table to a file on the computer the app runs on."""

import streamlit as st

from contrast_engine.steps.output.export import export
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.input_checks import table_problem, typed_path
from contrast_engine.views.outcomes import result_or_reason


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
        st.error(problem)
        return
    report, reason = result_or_reason(export, workspace, typed_path(path))
    if report is None:
        st.error(reason)
    else:
        st.success(f"{report.rows:,} rows and {len(report.columns)} columns are in {report.path}")
