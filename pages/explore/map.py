"""Map: every image a point, near each other where their contrast is alike."""

import streamlit as st

from contrast_engine.projections import projections
from contrast_engine.selection import in_polygon
from contrast_engine.summaries import axis_words, map_words
from pages.common import compute, controls, loaders, selection, session
from pages.components import map as points

st.title("Map")
st.caption(
    "Every point is one image; images near each other have similar contrast. "
    "Click a point to see its image, or draw around a region to see all of its images."
)
workspace = session.workspace()
state = session.measured(workspace, "see them on a map")

menus = st.container(horizontal=True, vertical_alignment="bottom")
with menus:
    method = controls.method("Projection", projections, workspace, "maps", "method")
    options = controls.map_options(method, workspace)
    on = controls.space(workspace)

key = compute.ensure(
    workspace,
    "project",
    title=f"Drawing the map by {controls.short_title(projections[method])}",
    is_quick=projections[method].is_instant and state.measured <= compute.QUICK,
    method=method,
    options=options,
    on=on,
)
if key is None:
    st.stop()
manifest, place = workspace.manifest(key), loaders.vectors(workspace, key)
with menus:
    colour = controls.colour(workspace, "colour", key)


def react(event: points.MapEvents) -> None:
    """Open what was clicked, select what was encircled."""
    if event.picked:
        session.open_image(event.picked)
    if event.cleared:
        session.select(())
    if event.lasso:
        session.open_image(None)
        shown = loaders.colours(workspace, key, colour).shown(event.lasso.hidden)
        inside = in_polygon(place, event.lasso.polygon)
        selection.change((image for image in inside if image in shown), event.lasso.mode)


@st.fragment(key=selection.MAP)
def draw() -> None:
    """Draw the map; a selection made on it does not draw it again."""
    colours = loaders.colours(workspace, key, colour)
    points.show(
        key=f"map.{workspace.id}",
        urls=controls.map_urls(workspace, key, colour, colours),
        n=len(place),
        legend=colours.legend,
        axes=points.axes(
            axis_words(manifest.details), equal=not projections[method].reads_features
        ),
        marked=session.selected(),
        picked=session.image() or "",
        label=f"Map of {len(place):,} images, {controls.short_title(projections[method])}",
        on_event=react,
        rerun=selection.FRAGMENT,
    )


left, right = st.columns([3, 2], gap="medium")
with left:
    draw()
    st.caption(map_words(manifest.details))
with right:
    selection.show(workspace, place.ids)
