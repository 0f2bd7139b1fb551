"""The map of a page: flat, or with three directions, and what a click or a lasso on it does."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import streamlit as st

from contrast_engine.colouring import map_colouring
from contrast_engine.imageset import ImageSet
from contrast_engine.map_file import map_bytes
from contrast_engine.projections import projections
from contrast_engine.server import Urls
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import Vectors
from contrast_engine.views.collection.selections import lasso_selection
from contrast_engine.views.words import axis_words, axis_words_in_depth
from pages.common import faults, filter_bar, loaders, selection, selection_panel
from pages.components import map as points
from pages.structure import map_menus, method_menus

DOWNLOAD = "download map"


def colour_menu(workspace: Workspace, key: str) -> None:
    """Draw the menu of the map's colours; another choice draws the map again and little else."""
    map_menus.colour(workspace, key, lambda: st.rerun((selection_panel.MAP, DOWNLOAD)))


@st.fragment(key=selection_panel.MAP)
@faults.boundary
def show(workspace: Workspace, key: str) -> None:
    """Draw a map in the colours of its menu; a selection made on it does not draw it again.

    Args:
        workspace: The open workspace.
        key: The map.
    """
    colour = map_menus.coloured_by(workspace, key)
    passing = filter_bar.passing(workspace)
    place, manifest = loaders.vectors(workspace, key), workspace.manifest(key)
    method = projections.of_result(manifest.recipe)
    colours = map_colouring(workspace, key, colour)
    urls = map_menus.urls(workspace, key, colour, colours)
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
        marked=_marks(place, selection.selected()),
        passing=None if passing is None else place.bits(passing),
        picked=selection.image() or "",
        label=f"Map of {len(place):,} images, {method_menus.short_title(method)}",
        on_event=partial(_react, workspace, key, colour),
        rerun=selection_panel.FRAGMENT,
    )


@st.fragment(key=DOWNLOAD)
@faults.boundary
def download(workspace: Workspace, key: str) -> None:
    """Draw the button that downloads the map in its present colours."""
    st.download_button(
        "Download the map",
        partial(map_bytes, workspace, key, map_menus.coloured_by(workspace, key)),
        f"{workspace.name}.html",
        type="tertiary",
        icon=":material/download:",
        on_click="ignore",
        help="One file with its pictures. It opens in any browser, without this app.",
    )


def _marks(place: Vectors, chosen: ImageSet) -> Sequence[str] | bytes:
    """Name a few selected images, and mark many: a bit for each image of the map."""
    return tuple(chosen) if len(chosen) <= points.MOST_SENT else place.bits(chosen)


def _react(workspace: Workspace, key: str, colour: str, event: points.MapEvents) -> None:
    """Open what was clicked, select what lies in the lasso."""
    if event.picked:
        selection.open_image(event.picked)
    if event.cleared:
        selection.select(())
    if event.lasso:
        selection.open_image(None)
        lasso = event.lasso
        place, colours = loaders.vectors(workspace, key), map_colouring(workspace, key, colour)
        inside = lasso_selection(place, lasso.polygon, lasso.turn, colours.shown(lasso.hidden))
        passing = filter_bar.passing(workspace)
        selection_panel.change(inside if passing is None else inside & passing, lasso.mode)
