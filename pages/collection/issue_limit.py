"""The limit of one issue: in words, as a slider over the histogram, and who decided it."""

import streamlit as st

from contrast_engine.access import Act
from contrast_engine.as_written import markdown
from contrast_engine.issues import WORST, FlaggedImages
from contrast_engine.steps.collection.issue_thresholds import choose_threshold
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.collection import issues as issues_view
from contrast_engine.views.collection.issues import LOOK, IssueRow
from pages.common import compute, faults, identity, job_panel
from pages.components import figure
from pages.frame import access

Shown = FlaggedImages | None
PLACE = "issue limit"
UNSAVED = "The limit was not changed."
HOW = {"limit": "A limit for every collection", "worst": "This collection's own worst"}


def standing(row: IssueRow) -> Shown:
    """What is flagged with the limit as its slider stands; None where nobody has looked."""
    found, name = row.found, row.issue.name
    if found is None:
        return None
    if _how(row) == "worst":
        return issues_view.with_worst(found, st.session_state.get(f"worst.{name}", _share(row)))
    number = st.session_state.get(f"limit.{name}")
    if number is None or number == _start(row, found):
        return found if found.whose != "collection" else issues_view.with_threshold(
            found, row.issue.limit
        )  # fmt: skip
    return issues_view.with_threshold(found, number)


def show(workspace: Workspace, row: IssueRow, shown: Shown) -> None:
    """Draw the limit and what can be done about it.

    Args:
        workspace: The open workspace.
        row: The issue.
        shown: What is flagged as the slider stands.
    """
    issue, name = row.issue, row.issue.name
    st.markdown(f"**{markdown(issue.title)}**  \n{markdown(issue.summary)}")
    if row.lacking:
        _look(workspace, row)
    if row.found is None or shown is None:
        return
    how = st.segmented_control(
        "What counts", list(HOW), default=_how(row), key=f"how.{name}", required=True,
        format_func=lambda said: HOW[said], label_visibility="collapsed",
    )  # fmt: skip
    if how == "worst":
        st.slider(
            "Worst percent of this collection", 1.0, 50.0, _share(row), 1.0, format="%.0f %%",
            key=f"worst.{name}",
            help="So many are flagged however good or bad the collection is.",
        )  # fmt: skip
    else:
        low, high, step = issues_view.slider_range(issue)
        st.slider(
            markdown(issues_view.axis(issue)), low, high, _start(row, row.found), step,
            format=f"%.{issue.digits}f", key=f"limit.{name}",
            help=f"The score is {markdown(issue.rule)}; 0 is worst.",
        )  # fmt: skip
    st.markdown(f"**{len(shown.images):,} of {len(shown.ids):,} images**")
    _decide(workspace, row, shown, how)
    figure.show(
        issues_view.histogram(shown),
        key="issue.histogram",
        height=180,
        label=f"Histogram of {issue.title.lower()}",
    )
    st.caption(markdown(f"{issues_view.limit_words(shown)} {issues_view.whose_words(row)}"))
    st.download_button(
        "Download all flags and scores (CSV)",
        lambda: issues_view.issue_table_of(workspace),
        f"{workspace.name}-issues.csv",
        on_click="ignore",
        type="tertiary",
    )


def _how(row: IssueRow) -> str:
    is_worst = row.found is not None and row.found.whose == "collection"
    return str(st.session_state.get(f"how.{row.issue.name}") or ("worst" if is_worst else "limit"))


def _share(row: IssueRow) -> float:
    return float(row.chosen.worst if row.chosen and row.chosen.worst is not None else WORST)


def _start(row: IssueRow, found: FlaggedImages) -> float:
    issue = row.issue
    number = issue.limit if found.whose == "collection" else issue.number(found.threshold)
    return round(number, issue.digits)


def _decide(workspace: Workspace, row: IssueRow, shown: FlaggedImages, how: str) -> None:
    name, issue = row.issue.name, row.issue

    def decide(threshold: float | None, worst: float | None) -> None:
        who = identity.who()
        faults.attempt(
            PLACE, UNSAVED, choose_threshold, workspace, name, who, threshold=threshold, worst=worst
        )

    def use() -> None:
        share = st.session_state[f"worst.{name}"] if how == "worst" else None
        threshold = None if how == "worst" or shown.is_usual else shown.threshold
        decide(threshold, share)

    def back() -> None:
        if row.chosen is not None:
            decide(None, None)
        for key in (f"limit.{name}", f"worst.{name}", f"how.{name}"):
            st.session_state.pop(key, None)

    is_as_decided = row.found is not None and shown.threshold == row.found.threshold
    with st.container(horizontal=True, vertical_alignment="center"):
        if not identity.ask_behind("Use this limit", "limit"):
            return
        st.button(
            "Use this limit", type="secondary" if is_as_decided else "primary",
            key="limit.use", on_click=use, disabled=is_as_decided,
            help="It then holds for exports, filters and commands too.",
        )  # fmt: skip
        st.button(
            "Back to the calibrated one", key="limit.back", on_click=back,
            disabled=row.chosen is None and shown.threshold == issue.threshold,
        )  # fmt: skip
    faults.show(PLACE)


def _look(workspace: Workspace, row: IssueRow) -> None:
    step = LOOK[row.issue.name]
    job = job_panel.running(workspace, step)
    if job is not None:
        job_panel.show(workspace, job.id, f"Looking for {row.issue.title.lower()}")
        return
    st.caption(f"{row.lacking:,} images were not looked at yet.")
    if access.button(Act.RUN, f"Look for {markdown(row.issue.title.lower())}", key="issue.look"):
        compute.start(workspace, step)
        st.rerun()
    faults.show(job_panel.place(step))
