"""The limit of one issue: in words, as a slider over the histogram, and who decided it."""

import streamlit as st

from contrast_engine.as_written import markdown
from contrast_engine.issues import WORST, FlaggedImages
from contrast_engine.steps.collection.issue_thresholds import choose_threshold, undo_threshold
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.collection import issues as issues_view
from contrast_engine.views.collection.issues import LOOK, IssueRow
from pages.common import compute, controls, faults, identity, job_panel
from pages.components import figure

Shown = FlaggedImages | None
PLACE = "issue limit"
UNSAVED = "The limit was not changed."
HOW = {"limit": "A limit for every collection", "worst": "This collection's own worst"}


def show(workspace: Workspace, row: IssueRow, fragment: str) -> Shown:
    """Draw the limit and what can be done about it; give what is flagged as the slider stands."""
    issue, found = row.issue, row.found
    st.markdown(f"**{markdown(issue.title)}**  \n{markdown(issue.summary)}")
    if row.lacking:
        _look(workspace, row)
    if found is None:
        return None
    how = controls.in_address(
        st.segmented_control, "What counts", list(HOW), f"how.{issue.name}",
        "worst" if found.whose == "collection" else "limit",
        required=True, format_func=HOW.get, label_visibility="collapsed",
    )  # fmt: skip
    shown = _own_worst(row, found) if how == "worst" else _limit(found)
    figure.show(
        issues_view.histogram(shown),
        key="issue.histogram",
        height=190,
        label=f"Histogram of {issue.title.lower()}",
    )
    st.markdown(f"**{len(shown.images):,} of {len(shown.ids):,} images**")
    st.caption(markdown(issues_view.limit_words(shown)))
    _decide(workspace, row, shown, how, fragment)
    return shown


def standing(row: IssueRow) -> Shown:
    """What is flagged as the slider was left, without drawing it."""
    number = st.session_state.get(f"limit.{row.issue.name}")
    if row.found is None or number is None:
        return row.found
    return issues_view.with_threshold(row.found, number)


def _limit(found: FlaggedImages) -> FlaggedImages:
    issue = found.issue
    low, high, step = issues_view.slider_range(found)
    start = issue.limit if found.whose == "collection" else issue.number(found.threshold)
    number = st.slider(
        "Limit", low, high, round(start, issue.digits), step,
        format=f"%.{issue.digits}f", key=f"limit.{issue.name}",
        help=f"{markdown(issue.rule)}; 0 is worst.",
    )  # fmt: skip
    is_start = abs(number - start) < step / 2
    return found if is_start and found.whose != "collection" else issues_view.with_threshold(
        found, number
    )  # fmt: skip


def _own_worst(row: IssueRow, found: FlaggedImages) -> FlaggedImages:
    start = row.chosen.worst if row.chosen and row.chosen.worst is not None else WORST
    share = st.slider(
        "Worst percent of this collection", 1.0, 50.0, float(start), 1.0, format="%.0f %%",
        key=f"worst.{found.issue.name}",
    )  # fmt: skip
    st.caption("So many are flagged however good or bad the collection is.")
    return issues_view.with_worst(found, share)


def _decide(
    workspace: Workspace, row: IssueRow, shown: FlaggedImages, how: str, fragment: str
) -> None:
    name, issue = row.issue.name, row.issue

    def use() -> None:
        share = st.session_state[f"worst.{name}"] if how == "worst" else None
        threshold = None if how == "worst" or shown.is_usual else shown.threshold
        _act(choose_threshold, workspace, name, identity.who(), threshold=threshold, worst=share)

    def back() -> None:
        if row.chosen is not None:
            _act(choose_threshold, workspace, name, identity.who())
        for key in (f"limit.{name}", f"worst.{name}", f"how.{name}"):
            st.session_state.pop(key, None)
        st.query_params.pop(f"how.{name}", None)

    def undo() -> None:
        _act(undo_threshold, workspace, identity.who())

    is_as_decided = row.found is not None and shown.threshold == row.found.threshold
    st.caption(markdown(issues_view.whose_words(row)))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Use this limit", type="primary", key="limit.use", on_click=use, disabled=is_as_decided,
            help="It then holds for exports, filters and commands too.",
        )  # fmt: skip
        st.button(
            "Back to the calibrated one", key="limit.back", on_click=back,
            disabled=row.chosen is None and shown.threshold == issue.threshold,
        )  # fmt: skip
        if row.chosen is not None and row.chosen.who == identity.who():
            st.button("Undo", key="limit.undo", type="tertiary", on_click=undo)
    faults.show(PLACE)
    st.download_button(
        "Download all flags and scores (CSV)",
        lambda: issues_view.issue_table_of(workspace),
        f"{workspace.name}-issues.csv",
        on_click="ignore",
        type="tertiary",
    )


def _act(does: object, *args: object, **kwargs: object) -> None:
    faults.attempt(PLACE, UNSAVED, does, *args, **kwargs)  # type: ignore[arg-type]


def _look(workspace: Workspace, row: IssueRow) -> None:
    step = LOOK[row.issue.name]
    job = job_panel.running(workspace, step)
    if job is not None:
        job_panel.show(workspace, job.id, f"Looking for {row.issue.title.lower()}")
        return
    st.caption(f"{row.lacking:,} images were not looked at yet.")
    if st.button(f"Look for {markdown(row.issue.title.lower())}", key="issue.look"):
        compute.start(workspace, step)
        st.rerun()
    faults.show(job_panel.place(step))
