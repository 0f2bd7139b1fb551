"""Validate: the evidence for and against believing the map, the clusters and the labels."""

import streamlit as st

from contrast_engine.access import Act
from contrast_engine.validation import checks
from contrast_engine.validation.questions import questions as asked
from pages.common import compute, headings, in_use, job_panel, navigation, plugins
from pages.evidence import findings, later_results, questions
from pages.frame import access

headings.page(
    "Evidence",
    "validation",
    "There is no ground truth here, so no single number can say that the results are right. "
    "Seven questions, each with one answer and the number that decided it; open a row for "
    "everything that was checked.",
)
workspace = navigation.workspace()
state = navigation.measured(workspace, "check the results")

key = workspace.current("reports")
job = job_panel.running(workspace, "validate")
with st.container(horizontal=True, vertical_alignment="center"):
    if access.button(
        Act.RUN,
        "Run the checks" if key is None else "Run the checks again",
        type="primary" if key is None else "secondary",
        disabled=job is not None,
    ):
        compute.start(workspace, "validate")
        job = job_panel.running(workspace, "validate")
    if not state.clusters or not state.predicted:
        st.caption(
            "Checks of clusters and labels need those results; without them they are listed as "
            "missing evidence.",
            width="content",
        )
plugins.left_out(checks)
if job:
    job_panel.show(workspace, job.id, "Checking the results")
else:
    job_panel.problem(workspace, "validate")
if key is None:
    if not job:
        st.info("No check has been run on this collection yet. It takes about a minute.")
    later_results.show(workspace)
    st.stop()

in_use.mark(workspace, key)
report = findings.report(workspace, key)
questions.show(asked(report.findings), report.findings)
findings.tally(report)
later_results.show(workspace)
