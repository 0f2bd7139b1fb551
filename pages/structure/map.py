"""Map: every image a point, near each other where their contrast is alike."""

import streamlit as st

from contrast_engine.as_written import markdown
from contrast_engine.projections import projections
from contrast_engine.views.in_use import answering, made_on
from contrast_engine.views.words import map_words
from pages.common import (
    compute,
    controls,
    headings,
    in_use,
    job_panel,
    loaders,
    navigation,
    selection_panel,
)
from pages.structure import map_menus, map_panel, method_menus

headings.page(
    "Map",
    "projection",
    "Every point is one image; images near each other have similar contrast. "
    "Click a point to see its image, or select a region with the lasso to see all of its images.",
)
workspace = navigation.workspace()
state = navigation.measured(workspace, "see them on a map")

menus = st.container(horizontal=True, vertical_alignment="bottom")
with menus:
    method = method_menus.method("Projection", projections, workspace, "maps", "method")
    options = map_menus.options(method, workspace)
    on = controls.space(workspace, default=made_on(workspace, "maps"))

title = f"Drawing the map by {method_menus.short_title(projections[method])}"
key = answering(workspace, "maps", method, options, on)
if key is None:
    key = compute.ensure(
        workspace,
        "project",
        title=title,
        is_quick=projections[method].is_instant and state.measured <= compute.QUICK,
        method=method,
        options=options,
        on=on,
    )
    if key is None:
        st.stop()
elif job := job_panel.running(workspace, "project"):
    job_panel.show(workspace, job.id, title)
in_use.show(workspace, "maps", key)
with menus:
    map_panel.colour_menu(workspace, key)
left, right = st.columns([3, 2], gap="medium")
with left:
    map_panel.show(workspace, key)
    st.caption(markdown(map_words(workspace.manifest(key).details)))
    with st.container(horizontal=True, vertical_alignment="center"):
        if method == "pca":
            navigation.link(navigation.AXES, "What the sides of this map mean", on=on)
        map_panel.download(workspace, key)
with right:
    selection_panel.show(workspace, loaders.vectors(workspace, key).images)
