"""What a map shows: the menus of its axes, depth and colours, and where its data are fetched."""

from collections.abc import Callable, Mapping

import streamlit as st

from contrast_engine.arrays import Json
from contrast_engine.colouring import Colouring
from contrast_engine.map_file import colour_choices
from contrast_engine.projections import projections
from contrast_engine.server import Urls
from contrast_engine.steps.attributes import attribute_tables
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import present_name
from contrast_engine.views.artifact_lookup import last_options
from contrast_engine.views.collection.feature_overview import feature_title
from pages.common import controls, loaders
from pages.components.map import MapUrls
from pages.structure import method_menus

COLOUR = "colour"


def options(method: str, workspace: Workspace) -> Json:
    """Draw the options of a projection: menus for its axes where they are features, else a form.

    They start as they were used last in this workspace and stand in the address.
    """
    recipe = projections[method]
    used = recipe().as_json() | last_options(workspace, "maps", method)
    if recipe.reads_features:
        return _axes(workspace, used)
    chosen = method_menus.options(recipe, workspace, "maps", method)
    return (
        chosen | {controls.DEPTH: _directions(used[controls.DEPTH])}
        if controls.DEPTH in used
        else chosen
    )


def colour(workspace: Workspace, map_key: str, redraw: Callable[[], None]) -> None:
    """Draw the menu of what to colour a map by; the choice stands in the address.

    Args:
        workspace: The open workspace.
        map_key: The map.
        redraw: Called when something else was chosen.
    """
    sources = _colours(workspace, map_key)

    def act() -> None:
        st.query_params[COLOUR] = st.session_state[COLOUR]
        redraw()

    controls.in_address(
        st.selectbox, "Colour by", list(sources), COLOUR, _preferred(sources),
        format_func=lambda name: sources[name][0], on_change=act,
    )  # fmt: skip


def coloured_by(workspace: Workspace, map_key: str) -> str:
    """What a map is coloured by at the moment, as `colouring` names it."""
    sources = _colours(workspace, map_key)
    chosen = st.session_state.get(COLOUR) or controls.renamed(
        st.query_params.get(COLOUR, ""), sources
    )
    name = chosen if chosen in sources else _preferred(sources)
    return f"{name}@{sources[name][1]}"


def first_colour(workspace: Workspace, map_key: str) -> str:
    """What a map without a menu is coloured by: the clusters, else a feature."""
    sources = _colours(workspace, map_key)
    name = _preferred(sources)
    return f"{name}@{sources[name][1]}"


def urls(workspace: Workspace, key: str, what: str, colours: Colouring) -> MapUrls:
    """The addresses of a map's coordinates, ids, colours, pictures and names."""
    found, clustering = Urls(workspace.id), workspace.current("clusterings")
    return MapUrls(
        xy=found.xy(key),
        ids=found.ids(key),
        colour=found.colour(key, what, str(workspace.labels.version())),
        thumb=found.thumb,
        values="" if colours.values is None else found.values(key, what),
        image=found.image,
        about=found.about,
        typical=found.typical(clustering) if clustering else "",
    )


def _preferred(sources: Mapping[str, object]) -> str:
    """Without clusters a feature says more than labels that nobody gave."""
    return next(name for name in sources if name == "cluster" or name.startswith("feature."))


def _colours(workspace: Workspace, map_key: str) -> dict[str, tuple[str, str]]:
    loaders.measured(workspace)  # stays in memory then
    return colour_choices(workspace, map_key)


def _axes(workspace: Workspace, used: Json) -> Json:
    names = (*loaders.features(workspace).columns, *attribute_tables(workspace))
    return {
        axis: controls.in_address(
            st.selectbox, label, names, axis, present_name(used[axis]), format_func=feature_title
        )
        for axis, label in (("across", "To the right"), ("up", "Upwards"))
    }


def _directions(used: int) -> int:
    shapes = {"2": "Flat", "3": "3-D"}
    return int(
        controls.in_address(
            st.segmented_control, "Directions", list(shapes), "directions", str(used),
            format_func=shapes.get, required=True, label_visibility="collapsed",
        )
    )  # fmt: skip
