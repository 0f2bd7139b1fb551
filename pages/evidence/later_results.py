"""Whether anything measured here helps to predict a later result, given as a table."""

import streamlit as st

from contrast_engine.access import Act
from contrast_engine.as_written import markdown
from contrast_engine.steps.evidence.downstream import DownstreamReport, asked_outcomes, is_current
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.input_checks import sentence, table_to_read_problem, typed_path
from pages.common import compute, headings, job_panel
from pages.common.cached import cached
from pages.frame import access

JOB = "downstream"


def show(workspace: Workspace) -> None:
    """Draw what was found about every outcome asked about, and the form to ask about another."""
    headings.section(
        "Later results",
        "downstream-task",
        "A table with a later result for each image, as a detector's error, accepted or not, or a "
        "rating: do features, labels or an embedding help to predict it, beyond brightness and "
        "the size of the file?",
    )
    job = job_panel.running(workspace, JOB)
    if job:
        job_panel.show(workspace, job.id, "Predicting the later result with and without features")
    else:
        job_panel.problem(workspace, JOB)
    asked = outcomes(workspace, tuple(made.key for made in workspace.artifacts("reports")))
    for report in asked:
        _found(report, is_now=is_current(workspace, report))
    _form(workspace, is_busy=job is not None)


@cached()
def outcomes(workspace: Workspace, keys: tuple[str, ...]) -> tuple[DownstreamReport, ...]:
    """The newest report on each outcome; `keys` names all reports there are."""
    return asked_outcomes(workspace)


def _found(report: DownstreamReport, *, is_now: bool) -> None:
    st.markdown(f"**{markdown(report.column)}**")
    if not is_now:
        st.warning("Out of date: images were measured or labels learnt since. Compare again.")
    st.caption(
        markdown(
            f"{report.how}; {report.images:,} images, {report.pictures:,} different pictures; "
            f"gains in {report.unit}."
        )
    )
    st.markdown("\n".join(f"- {markdown(sentence(words))}" for words in report.words))


def _form(workspace: Workspace, *, is_busy: bool) -> None:
    if access.closed(Act.RUN):
        return
    with st.form("evidence.downstream", border=False):
        field, name, button = st.columns([4, 3, 1.4], vertical_alignment="bottom")
        path = field.text_input(
            "Table of later results on this computer",
            placeholder="/home/me/results.csv",
            help="A .csv, .tsv or .parquet with the path or id of each image and a column of "
            "results: numbers, two kinds, or a few kinds.",
        )
        column = name.text_input(
            "Column of results",
            placeholder="the only other column",
            help="Where there are several.",
        )
        is_sent = button.form_submit_button("Compare", width="stretch", disabled=is_busy)
    if not is_sent:
        return
    reason = table_to_read_problem(path, "file and result")
    if reason:
        st.error(markdown(reason))
        return
    chosen = {"column": column.strip()} if column.strip() else {}
    compute.start(workspace, JOB, outcomes=str(typed_path(path)), **chosen)
    st.rerun()
