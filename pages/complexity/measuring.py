"""Measuring complexity: what is under way, the button that measures everything, and what is new."""

import streamlit as st

from contrast_engine.access import Act
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import Vectors
from contrast_engine.views.complexity.reports import unmeasured
from pages.common import compute, job_panel
from pages.frame import access

MEASURE = "judge_complexity"
JOBS = {
    MEASURE: "Measuring complexity, and judging it where there are human scores",
    "embed": "Embedding all images",
    "entropy_maps": "Predicting the hidden patches of every image",
}


def jobs(workspace: Workspace) -> None:
    """Draw what is being computed for this page, or why it could not be."""
    for step, title in JOBS.items():
        job = job_panel.running(workspace, step)
        if job:
            job_panel.show(workspace, job.id, title)
        else:
            job_panel.problem(workspace, step)


def begin(workspace: Workspace) -> None:
    """Draw what measuring gives, and the button that starts it."""
    with st.container(border=True, width=720):
        st.markdown(
            "Looks at the pixels of every image and uses no human score: edges, regions, clutter, "
            "bytes at a fixed size and quality, and one score from 0 to 100. A few hundred images "
            "take about a minute. Then the images can be sorted by complexity, shown beside their "
            "contrast, and taken apart patch by patch."
        )
        is_busy = job_panel.running(workspace, MEASURE) is not None
        if access.button(Act.RUN, "Measure complexity", type="primary", disabled=is_busy):
            compute.start(workspace, MEASURE)
            st.rerun()


def more(workspace: Workspace, scored: Vectors) -> None:
    """Draw the button that measures the images that were added, where there are some."""
    new = unmeasured(workspace, scored)
    if new and access.button(Act.RUN, f"Measure the {new:,} new images too"):
        compute.start(workspace, MEASURE)
        st.rerun()
