"""The collection by its light: strong casts, where lights lie, and the strongest first."""

import streamlit as st

from contrast_engine.access import Act
from contrast_engine.as_written import markdown
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId
from contrast_engine.views.illuminants import collection
from contrast_engine.views.illuminants.collection import Casts
from pages.common import compute, headings, navigation, selection, thumbnails
from pages.components import figure
from pages.components.gallery import GalleryEvents
from pages.frame import access

SHOWN = 48


def show(workspace: Workspace, found: Casts) -> None:
    """Draw the collection by its light."""
    if found.lacking:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"{found.lacking:,} images have no estimate yet.", width="content")
            if access.button(Act.RUN, "Estimate them", key="illuminants.more"):
                compute.start(workspace, "estimate_illuminants")
                st.rerun()
    _strong(found)
    plane, spread = st.columns(2, gap="medium")
    with plane:
        headings.small("Chromaticity of the light", "chromaticity")
        figure.show(
            collection.lights(workspace, found), key="illuminants.lights", height=500,
            label="Light of every image on the chromaticity plane",
            on_click=lambda point: open_here(point.get("customdata", "")),
        )  # fmt: skip
        st.caption(markdown(collection.drawn_words(found)))
    with spread:
        headings.small("Strength of the cast", "colour-cast")
        figure.show(
            collection.angle_histogram(found), key="illuminants.angles", height=220,
            label="Histogram of cast angles", about=f"n = {len(found.table):,} images",
        )  # fmt: skip
        headings.small("Colour temperature", "correlated-colour-temperature")
        drawn = collection.temperature_histogram(found)
        if drawn is not None:
            figure.show(drawn, key="illuminants.ccts", height=220,
                        label="Histogram of colour temperatures")  # fmt: skip
        st.caption(markdown(collection.temperature_words(found)))
    headings.section("Strongest casts", "colour-cast", "Farthest from neutral first.")
    worst = found.worst(SHOWN)
    thumbnails.show(
        workspace, "illuminants.worst", worst, captions=found.captions(worst),
        on_event=open_clicked, label="Images with the strongest casts",
    )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"Shown are {len(worst):,} of {len(found.table):,}.", width="content")
        navigation.link(
            navigation.GALLERY, "All in the gallery", sort="cast_angle", order="falling"
        )
        navigation.link(navigation.MAP, "On the map", colour="feature.cast_angle")


def open_here(image: str) -> None:
    """Look at one image on this page."""
    if image:
        selection.open_image(ImageId(image))
        st.session_state["view"] = "one"


def open_clicked(event: GalleryEvents) -> None:
    """Look at the image that was clicked on this page; what `on_event` can be."""
    open_here(event.opened or "")


def _strong(found: Casts) -> None:
    counted, words = st.columns([1, 4], vertical_alignment="center")
    strong = len(found.strong.images) if found.strong else 0
    counted.metric(
        "Strong colour cast", f"{strong:,} of {len(found.table):,}",
        help=headings.help_text("colour-cast"),
    )  # fmt: skip
    words.caption(
        f"From {found.threshold:.1f}° on, estimated by {markdown(found.method.lower())}. "
        f"{markdown(collection.strong_words(found))} It is an issue on the page Issues too, "
        "where the threshold can be moved, and a column of exports."
    )
