"""Contrast issues: a threshold to move for each, how many images fall below it, and which."""

import streamlit as st

from contrast_engine import steps
from contrast_engine.as_written import markdown
from contrast_engine.issues import FlaggedImages
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.collection.feature_cards import issue_table
from pages.common import controls, faults, inspector, selection, thumbnails

SHOWN = 60
FRAGMENT = "issues"


@st.fragment(key=FRAGMENT)
@faults.boundary
def show(workspace: Workspace) -> None:
    """Draw the table, and the images of the issue that is looked at beside the one that is open."""
    usual = {one.issue.name: one.threshold for one in steps.issues(workspace)}
    moved = {name: st.session_state.get(f"issue.{name}", start) for name, start in usual.items()}
    found = {one.issue.name: one for one in steps.issues(workspace, moved)}
    for one in found.values():
        _row(one, usual[one.issue.name])
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Use the collection's own thresholds",
            disabled=moved == usual,
            on_click=_reset,
            args=(tuple(usual),),
        )
        st.download_button(
            "Download flags and scores (CSV)",
            lambda: issue_table(workspace, list(found.values())),
            f"{workspace.name}-issues.csv",
            on_click="ignore",
        )
    name = controls.in_address(
        st.segmented_control,
        "Show the images of",
        list(found),
        "issue",
        max(found, key=lambda n: len(found[n].images)),
        required=True,
        format_func=lambda n: f"{found[n].issue.title} ({len(found[n].images):,})",
    )
    _images(workspace, found[name])


def _row(one: FlaggedImages, usual: float) -> None:
    words, slider, counted = st.columns([5, 5, 2], gap="medium", vertical_alignment="center")
    words.markdown(f"**{markdown(one.issue.title)}**  \n{markdown(one.issue.summary)}")
    slider.slider(
        f"{markdown(one.issue.title)}: flag scores below",
        0.0,
        1.0,
        usual,
        0.001,
        format="%.3f",
        key=f"issue.{one.issue.name}",
        help=f"{markdown(one.issue.rule)}; 0 is worst. "
        f"The collection's own threshold is {usual:.3f}.",
    )
    counted.markdown(f"**{len(one.images):,}** of {len(one.ids):,} images")


def _images(workspace: Workspace, one: FlaggedImages) -> None:
    chosen = one.images[:SHOWN]
    if not chosen:
        st.caption(f"No image has a score below {one.threshold:.3f}.")
        return
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.caption(f"Showing {len(chosen):,} of {len(one.images):,} images, the worst first.")
        thumbnails.show(
            workspace,
            key=f"issue.images.{one.issue.name}",
            ids=chosen,
            captions={image: f"{one.score_of[image]:.3f}" for image in chosen},
            opened=selection.image() or "",
            on_event=thumbnails.open_clicked,
            rerun=FRAGMENT,
        )
    with right:
        image = selection.image()
        if image:
            inspector.show(workspace, image, on_close=selection.open_image)
        else:
            st.caption("Click an image to see it large, with its features.")


def _reset(names: tuple[str, ...]) -> None:
    for name in names:
        st.session_state.pop(f"issue.{name}", None)
