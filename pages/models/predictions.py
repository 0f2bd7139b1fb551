"""The images with each predicted label, most or least certain first."""

import streamlit as st

from contrast_engine.store.workspace import Workspace
from contrast_engine.views.models.model_card import carried
from pages.common import controls, faults, inspector, loaders, selection, thumbnails

ORDERS = {"most": "Most certain", "least": "Least certain"}
SHOWN = 40


@st.fragment(key="predicted")
@faults.boundary
def show(workspace: Workspace, key: str) -> None:
    """Draw a gallery for one predicted label, and the image that is open beside it.

    Args:
        workspace: The open workspace.
        key: The predictions.
    """
    predictions = loaders.predictions(workspace, key)
    by_label = {label: carried(predictions, label) for label in predictions.labels}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        label = controls.in_address(
            st.segmented_control,
            "Predicted label",
            predictions.labels,
            "label",
            predictions.labels[0],
            required=True,
            format_func=lambda name: f"{name} ({len(by_label[name]):,})",
        )
        order = controls.in_address(
            st.segmented_control,
            "Show first",
            list(ORDERS),
            "order",
            "most",
            required=True,
            format_func=ORDERS.get,
        )
    found = by_label[label] if order == "most" else by_label[label][::-1]
    left, right = st.columns([3, 2], gap="medium")
    with left:
        shown = min(SHOWN, len(found))
        st.caption(f"Showing {shown:,} of {len(found):,} images, {ORDERS[order].lower()} first.")
        thumbnails.show(
            workspace,
            key=f"predicted.{label}.{order}",
            ids=[image for image, _ in found[:SHOWN]],
            captions=dict(found[:SHOWN]),
            opened=selection.image() or "",
            on_event=thumbnails.open_clicked,
            rerun="predicted",
        )
    with right:
        image = selection.image()
        if image:
            inspector.show(workspace, image, on_close=selection.open_image)
        else:
            st.caption("Click an image to see it large, with its features.")
