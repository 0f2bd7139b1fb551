"""The map of a page: flat, or with three directions, and what a click or a lasso on it does."""

from dataclasses import replace
from functools import partial

import streamlit as st

from contrast_engine.projections import projections
from contrast_engine.selection import in_polygon
from contrast_engine.server import Urls
from contrast_engine.store.workspace import Workspace
from contrast_engine.summaries import axis_words, axis_words_in_depth
from pages.common import controls, loaders, selection, session
from pages.components import map as points


@st.fragment(key=selection.MAP)
def show(workspace: Workspace, key: str, colour: str) -> None:
    """Draw a map; a selection made on it does not draw it again.

    Args:
        workspace: The open workspace.
        key: The map.
        colour: What it is coloured by, as `colouring` names it.
    """
    place, manifest = loaders.vectors(workspace, key), workspace.manifest(key)
    method = projections[str(manifest.recipe["method"])]
    colours = loaders.colours(workspace, key, colour)
    urls = controls.map_urls(workspace, key, colour, colours)
    names: tuple[str, ...] = axis_words(manifest.details)
    if len(place.columns) > 2:
        urls = replace(urls, xyz=Urls(workspace.id).xyz(key))
        names = axis_words_in_depth(manifest.details)
    points.show(
        key=f"map.{workspace.id}",
        urls=urls,
        n=len(place),
        legend=colours.legend,
        axes=points.axes(names, equal=not method.reads_features),
        marked=session.selected(),
        picked=session.image() or "",
        label=f"Map of {len(place):,} images, {controls.short_title(method)}",
        on_event=partial(_react, workspace, key, colour),
        rerun=selection.FRAGMENT,
    )


def _react(workspace: Workspace, key: str, colour: str, event: points.MapEvents) -> None:
    """Open what was clicked, select what was encircled."""
    if event.picked:
        session.open_image(event.picked)
    if event.cleared:
        session.select(())
    if event.lasso:
        session.open_image(None)
        lasso = event.lasso
        inside = in_polygon(loaders.vectors(workspace, key), lasso.polygon, lasso.turn)
        if lasso.hidden:
            shown = loaders.colours(workspace, key, colour).shown(lasso.hidden)
            inside = tuple(image for image in inside if image in shown)
        selection.change(inside, lasso.mode)
