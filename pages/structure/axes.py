"""Axes: the directions in which the images differ most, with names and how far they hold."""

from typing import Any

import streamlit as st

from contrast_engine.as_written import markdown
from contrast_engine.views.structure import axes as words
from pages.common import controls, headings, inspector, loaders, navigation, thumbnails
from pages.components import figure
from pages.structure import structure_loaders

headings.page(
    "Axes",
    "principal-axes",
    "The directions in which these images differ most, named by what changes along them.",
)
workspace = navigation.workspace()
state = navigation.measured(workspace, "see in which directions they differ")
if state.measured < 3:
    st.info("Too few images for directions: three are needed.")
    st.stop()
on = controls.space(workspace)
space = loaders.space(workspace, on)
found, placed = structure_loaders.axes(workspace, on)
st.markdown(markdown(words.axes_words(found, space)))
if not found.axes:
    st.info("All images are the same in this space: there is nothing that could differ.")
    st.stop()

names = [str(k + 1) for k in range(len(found.axes))]


def choose(point: dict[str, Any]) -> None:
    """Go to the axis whose bar was clicked."""
    st.session_state["axis"] = names[point["point"]]


chosen = controls.in_address(
    st.segmented_control, "Axis", names, "axis", names[0], required=True,
    format_func=lambda k: words.axis_title(int(k), found.axes[int(k) - 1]),
)  # fmt: skip
axis = found.axes[int(chosen) - 1]
low, high = words.end_words(axis)

pictures = words.strip(placed, int(chosen) - 1)
with st.container(horizontal=True, horizontal_alignment="distribute"):
    st.markdown(f"\N{LEFTWARDS ARROW} {markdown(low)}", width="content")
    st.markdown(f"{markdown(high)} \N{RIGHTWARDS ARROW}", width="content")
opened = thumbnails.show(
    workspace,
    "axis.strip",
    [image for image, _ in pictures],
    captions=dict(pictures),
    size=90,
    label="Images from the low to the high end of the axis",
).opened
st.caption(
    f"Showing {len(pictures):,} of {len(placed):,} images, evenly spread over their order along "
    "the axis; below each its place on the axis, 0 in the middle."
)
(st.success if axis.is_stable else st.warning)(markdown(words.stability_words(axis, found)))

left, right = st.columns(2, gap="large")
with left:
    headings.small("Explained variance", "explained-variance")
    figure.show(
        words.scree(found), key=f"axes.scree.{on}", height=250,
        label="Explained variance of each axis", on_click=choose,
    )  # fmt: skip
    st.caption(
        "How much of all differences each axis holds, with 95% intervals. Click a bar to go to its "
        "axis."
    )
with right:
    headings.small("Loadings", "loadings")
    is_own = space.readable.columns == space.vectors.columns
    figure.show(
        words.loadings(axis, is_own=is_own), key="axes.loadings", height=320, label="Loadings"
    )
    st.caption("Which features make this axis, and how much each weighs in it.")
if opened:
    inspector.dialog(workspace, opened)
