"""The map beside the gallery: its menus, the map itself, and what is said below it."""

import streamlit as st

from contrast_engine.as_written import markdown
from contrast_engine.projections import projections
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.in_use import answering, made_on
from contrast_engine.views.words import map_words
from pages.common import (
    compute,
    controls,
    in_use,
    job_panel,
    loaders,
    navigation,
    plugins,
    selection_panel,
)
from pages.structure import map_menus, map_panel, method_menus


def show(workspace: Workspace) -> None:
    """Draw the map that the menus choose; while it is being made, its progress.

    Args:
        workspace: The open workspace.
    """
    menus = st.container(horizontal=True, vertical_alignment="bottom")
    with menus:
        method = method_menus.method("Projection", projections, workspace, "maps", "method")
        is_there = method in projections
        options = map_menus.options(method, workspace) if is_there else {}
        on = controls.space(workspace, default=made_on(workspace, "maps"))
    plugins.left_out(projections)
    recipe = projections.of_result({"method": method})
    title = f"Drawing the map by {method_menus.short_title(recipe)}"
    key = (
        answering(workspace, "maps", method, options, on)
        if is_there
        else method_menus.gone(projections, workspace, "maps")
    )
    if key is None:
        n = len(loaders.features(workspace))
        key = compute.ensure(
            workspace,
            "project",
            title=title,
            is_quick=recipe.is_instant and n <= compute.QUICK,
            method=method,
            options=options,
            on=on,
        )
        if key is None:
            return
    elif job := job_panel.running(workspace, "project"):
        job_panel.show(workspace, job.id, title)
    in_use.show(workspace, "maps", key)
    with menus:
        map_panel.colour_menu(workspace, key)
    map_panel.show(workspace, key)
    st.session_state[selection_panel.MAP_DRAWN] = True
    st.caption(markdown(map_words(workspace.manifest(key).details)))
    with st.container(horizontal=True, vertical_alignment="center"):
        if method == "pca":
            navigation.link(navigation.AXES, "What the sides of this map mean", on=on)
        map_panel.download(workspace, key)
