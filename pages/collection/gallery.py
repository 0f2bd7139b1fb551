"""Gallery: any group of images side by side, sorted by any feature."""

import streamlit as st

from contrast_engine.imageset import ImageSet
from pages.collection import collection_loaders
from pages.common import (
    controls,
    filter_bar,
    headings,
    inspector,
    label_buttons,
    navigation,
    saved_selections,
    selection,
    selection_panel,
    selection_summary,
    thumbnails,
)

headings.page(
    "Gallery",
    "selection",
    "All images, a selection, a cluster or a label, sorted by any feature. Click to look at one; "
    "tick several by Ctrl or Shift and a click, or by Space, to select them.",
)
workspace = navigation.workspace()
navigation.measured(workspace, "sort them by a feature")
passing = filter_bar.show(workspace)
chosen = selection.selected()
groups = collection_loaders.groups(workspace, chosen)

with st.container(horizontal=True, vertical_alignment="bottom"):
    start = "selection" if "selection" in groups else "all"
    name = controls.in_address(
        st.selectbox, "Show", list(groups), "show", start,
        format_func=lambda known: groups[known].title, width=260,
    )  # fmt: skip
    look = thumbnails.look(workspace)
    saved_selections.menu(workspace)
shown = groups[name].images
if passing is not None:
    shown = ImageSet.of(shown) & passing

left, right = st.columns([3, 2], gap="large")
with left:
    ticked = thumbnails.browse(
        workspace,
        "browse",
        shown,
        look,
        on_event=thumbnails.open_clicked,
    )
with right, st.container(key="beside"):
    if ticked:
        with st.container(border=True):
            st.markdown(f"**{len(ticked):,} ticked**")
            with st.container(horizontal=True):
                selection_panel.changing(ticked, "tick")
            label_buttons.bar(workspace, ticked, "tick.label")
    image = selection.image()
    if image:
        with st.container(border=True):
            inspector.show(workspace, image, on_close=selection.open_image)
    elif "selection" in groups and name in {"all", "selection"}:
        there = groups["selection"].images
        selection_panel.heading(workspace, there, len(chosen) - len(there))
        with st.container(horizontal=True):
            view = {"selection": selection.key()}
            navigation.link(navigation.MAP, "See them on the map", **view)
            if name == "all":
                navigation.link(navigation.GALLERY, "See only these", show="selection", **view)
        selection_summary.show(workspace, there)
    elif name != "all":
        st.button(
            f"Select all {len(shown):,}",
            key="select.shown",
            on_click=selection.select,
            args=(shown,),
        )
        selection_summary.show(workspace, shown)
    elif not ticked:
        with st.container(border=True):
            st.markdown("**Nothing open yet**")
            st.markdown(
                "Click an image to see it here with its features. Ticked images can be selected: "
                "a selection gets a name, is opened again later, and can be downloaded."
            )
