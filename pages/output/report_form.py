"""The report of a collection: its title, sections, words of one's own, and its download."""

from collections.abc import Mapping
from functools import partial

import streamlit as st

from contrast_engine.access import Act
from contrast_engine.as_written import markdown
from contrast_engine.report.kept import KeptReport, kept, kept_bytes, place
from contrast_engine.report.names import SECTIONS
from contrast_engine.store.report_text import (
    LONGEST_CAPTION,
    LONGEST_TITLE,
    ReportText,
    keep_report_text,
    report_text,
)
from contrast_engine.store.workspace import Workspace
from pages.common import compute, faults, job_panel, loaders
from pages.frame import access

STEP = "report"
PLACE = "report.text"
KINDS = {"html": "page for any browser", "pdf": "PDF"}


def show(workspace: Workspace) -> None:
    """Draw the form of the report, the job that makes it, and what was made."""
    under_way = job_panel.running(workspace, STEP)
    if under_way:
        job_panel.show(workspace, under_way.id, "Writing the report")
        return
    job_panel.problem(workspace, STEP)
    _form(workspace, report_text(workspace.root))
    faults.show(PLACE)
    for kind in KINDS:
        found = kept(workspace, kind)
        if found:
            _download(workspace, found)


def _form(workspace: Workspace, text: ReportText) -> None:
    if access.closed(Act.EXPORT):
        return
    with st.form("report", border=False):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            title = st.text_input(
                "Title", text.title, key="report.title", placeholder=workspace.name,
                max_chars=LONGEST_TITLE, width=320,
            )  # fmt: skip
            kind = st.segmented_control(
                "Format", list(KINDS), default="html", format_func=_shown, required=True
            )
            is_sent = st.form_submit_button("Make the report")
        with st.expander("Sections, and words of your own"):
            chosen = st.pills(
                "Sections", list(SECTIONS), key="report.sections", selection_mode="multi",
                format_func=SECTIONS.__getitem__,
                default=[name for name in SECTIONS if name in text.sections] or list(SECTIONS),
            )  # fmt: skip
            captions = _captions(workspace, text.captions)
    if is_sent:
        is_all = len(chosen) in (0, len(SECTIONS))
        kept_text = ReportText(title, captions, () if is_all else tuple(chosen))
        _make(workspace, kept_text, kind or "html")


def _shown(kind: str) -> str:
    return f"{KINDS[kind][:1].upper()}{KINDS[kind][1:]}"


def _captions(workspace: Workspace, known: Mapping[str, str]) -> dict[str, str]:
    """Draw a field for each section and, once a report was made, for each of its figures."""
    st.caption(
        "They are kept with the collection. A text below a section's heading, or in place of the "
        "sentence below a figure; empty leaves it as it is."
    )
    found = dict(known)
    for name, heading in SECTIONS.items():
        found[name] = st.text_area(
            markdown(heading), known.get(name, ""), key=f"report.{name}", height=80,
            max_chars=LONGEST_CAPTION, placeholder="Nothing of your own",
        )  # fmt: skip
    for name, usual in _figures(workspace).items():
        found[name] = st.text_area(
            f"Below the figure {markdown(name)}", known.get(name, ""), key=f"report.{name}",
            height=80, max_chars=LONGEST_CAPTION, placeholder=usual,
        )  # fmt: skip
    return found


def _figures(workspace: Workspace) -> dict[str, str]:
    """The figures of the report that was made last, with the sentences below them."""
    jobs = (job for job in loaders.runner(workspace).jobs() if job.step == STEP)
    newest = next((job for job in jobs if job.state == "done"), None)
    captions = newest.result.get("captions", {}) if newest else {}
    return {name: words for name, words in captions.items() if name not in SECTIONS}


def _make(workspace: Workspace, text: ReportText, kind: str) -> None:
    """Keep what was written, and start the job that writes the report."""
    faults.attempt(PLACE, "Nothing was kept.", keep_report_text, workspace.root, text)
    if not faults.is_well(PLACE):
        return
    path = faults.attempt(PLACE, "Nothing was started.", place, workspace, kind)
    if path and compute.start(workspace, STEP, path=path, format=kind):
        st.rerun()


def _download(workspace: Workspace, found: KeptReport) -> None:
    st.download_button(
        f"Download the report as {markdown(KINDS[found.format])}",
        partial(kept_bytes, workspace, found.format),
        f"{workspace.name} report.{found.format}",
        icon=":material/download:",
        key=f"report.download.{found.format}",
        on_click="ignore",
    )
    st.caption(markdown(found.words))
