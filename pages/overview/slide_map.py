"""The map of a slide: a click shows an image beside it, a lasso why a group is different."""

from dataclasses import replace
from functools import partial

import streamlit as st

from contrast_engine.colouring import map_colouring
from contrast_engine.imageset import ImageId, ImageSet
from contrast_engine.projections import projections
from contrast_engine.server import Urls
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.collection.selections import lasso_selection
from contrast_engine.views.words import axis_words
from pages.common import faults, loaders
from pages.components import map as points
from pages.structure import map_menus

LOOK, MAP = "present.look", "present-map"
HEIGHT = "max(200px, 54vh)"
"""Of the map: message and foot have the rest of the window."""

STYLE = """<style>
:root { --u: max(8px, min(1vw, 1.6vh)); }
[data-testid="stSidebar"], [data-testid="stHeader"], .stApp .st-key-frame, .st-key-sample-note {
  display: none; }
.st-key-page-head a, .st-key-page-head [data-testid="stCaptionContainer"] { visibility: hidden; }
.st-key-present-slides { position: fixed; inset: 0; z-index: 30; }
.st-key-present-map { position: fixed; z-index: 31; top: calc(13.4 * var(--u));
  left: calc(5 * var(--u)); width: calc(54vw - 5 * var(--u));
  max-height: calc(100vh - 18 * var(--u)); overflow: hidden; visibility: hidden; }
:root[data-slide="map"] .st-key-present-map { visibility: visible; }
</style>"""
"""The slides cover the page; the map lies on its slide, drawn before that is shown."""


def show(workspace: Workspace, rerun: str) -> None:
    """Draw the map in use in the colours of its clusters.

    Args:
        workspace: The open workspace.
        rerun: Key of the fragment that shows what was clicked.
    """
    key = workspace.current("maps")
    if key is not None:
        _map(workspace, key, rerun)


@st.fragment(key=MAP)
@faults.boundary
def _map(workspace: Workspace, key: str, rerun: str) -> None:
    place, manifest = loaders.vectors(workspace, key), workspace.manifest(key)
    colour = map_menus.first_colour(workspace, key)
    colours = map_colouring(workspace, key, colour)
    urls = map_menus.urls(workspace, key, colour, colours)
    names: tuple[str, ...] = axis_words(manifest.details)
    if len(place.columns) > 2:
        urls = replace(urls, xyz=Urls(workspace.id).xyz(key))
    look = looked_at()
    points.show(
        key=f"present.map.{workspace.id}",
        urls=urls,
        n=len(place),
        legend=colours.legend,
        axes=points.axes(
            names, equal=not projections[str(manifest.recipe["method"])].reads_features
        ),
        marked=place.bits(look) if isinstance(look, ImageSet) else (),
        picked=look if isinstance(look, str) else "",
        label=f"Map of {len(place):,} images",
        height=HEIGHT,
        on_event=partial(_react, workspace, key, colour),
        rerun=rerun,
    )


def looked_at() -> ImageId | ImageSet | None:
    """The image that was clicked, or the group in the lasso; None for nothing."""
    found: ImageId | ImageSet | None = st.session_state.get(LOOK)
    return found


def close() -> None:
    """Look at nothing."""
    st.session_state.pop(LOOK, None)


def _react(workspace: Workspace, key: str, colour: str, event: points.MapEvents) -> None:
    if event.cleared:
        close()
    if event.picked:
        st.session_state[LOOK] = event.picked
    if event.lasso:
        place, colours = loaders.vectors(workspace, key), map_colouring(workspace, key, colour)
        shown = colours.shown(event.lasso.hidden)
        st.session_state[LOOK] = lasso_selection(
            place, event.lasso.polygon, event.lasso.turn, shown
        )
