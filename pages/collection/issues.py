"""Issues: what may be wrong with the contrast or the light of which image, and from where on."""

import streamlit as st

from contrast_engine.as_written import markdown
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.collection import issues as issues_view
from pages.collection import issue_images, issue_limit
from pages.common import controls, faults, headings, inspector, navigation, selection

FRAGMENT = "issues"


@st.fragment(key=FRAGMENT)
@faults.boundary
def kinds(workspace: Workspace) -> None:
    """Draw the kinds with their counts, and the images and the limit of the one looked at."""
    rows = issues_view.issue_rows(workspace)
    name = controls.in_address(
        st.pills,
        "Kind of issue",
        list(rows),
        "issue",
        max(rows, key=lambda n: rows[n].count),
        required=True,
        format_func=lambda n: f"{rows[n].issue.title} · {rows[n].counted}",
        label_visibility="collapsed",
    )
    row, image = rows[name], selection.image()
    shown = issue_limit.standing(row)
    left, right = st.columns([3, 2], gap="large")
    with left:
        if shown is None:
            st.caption(
                f"Nobody has looked for {markdown(row.issue.title.lower())} in these images yet."
            )
        else:
            issue_images.show(workspace, shown, FRAGMENT)
    with right, st.container(border=True):
        if image:
            inspector.show(workspace, image, on_close=selection.open_image)
        else:
            issue_limit.show(workspace, row, shown)


headings.page(
    "Issues",
    "issue",
    "What may be wrong with contrast and light, the worst first. Click an image to look at it; "
    "tick images to select them.",
)
workspace = navigation.workspace()
navigation.measured(workspace, "look for issues")
kinds(workspace)
