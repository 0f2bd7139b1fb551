"""One image: its light by every method, the picture corrected, and the picture relit."""

import streamlit as st

from contrast_engine.as_written import markdown
from contrast_engine.figures import picture_png
from contrast_engine.steps.illuminants.estimate import USUAL_METHOD
from contrast_engine.steps.illuminants.one_photograph import Photograph
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId
from contrast_engine.views.illuminants import judged
from contrast_engine.views.illuminants.one_image import (
    Estimate,
    corrected_png,
    drawn,
    estimates,
    temperature_cells,
)
from pages.common import controls, headings, image_picker, inspector, navigation
from pages.components import figure
from pages.illuminants import illuminant_loaders, relighting, swatch_table

HEADS = ("Method", "r", "g", "b", "Temperature, K", "Duv", "From neutral")


def show(workspace: Workspace) -> None:
    """Draw the image in the address, or images to choose one from."""
    image = image_picker.image(workspace)
    photo, reason = illuminant_loaders.photograph(workspace, image)
    known, links = st.columns([3, 2], vertical_alignment="center")
    with known:
        inspector.facts(workspace, image)
    with links, st.container(horizontal=True, vertical_alignment="center"):
        navigation.link(navigation.INSPECT, "Look closely", image=image)
        navigation.link(navigation.MAP, "On the map", image=image)
        image_picker.other()
    if photo is None:
        st.warning(markdown(reason))
        return
    _estimated(photo)
    _known(workspace, image)
    relighting.show(photo, str(image))


def _estimated(photo: Photograph) -> None:
    found = estimates(photo)
    headings.section(
        "Estimates",
        "illuminant",
        "The light by every method, and the picture as it would be if that were the true light.",
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        method = controls.in_address(
            st.selectbox, "Correct by", list(found), "method", USUAL_METHOD,
            format_func=lambda name: found[name].title, width=260,
        )  # fmt: skip
        is_whole = st.toggle("Show all colours of the screen", key="illuminants.whole")
    before, after = st.columns(2, gap="small")
    with before:
        inspector.drawn(picture_png(photo.picture), "The picture as it is")
        st.caption("As it is.")
    with after:
        inspector.drawn(corrected_png(photo.picture, found[method].rgb), "The picture corrected")
        st.caption(
            headings.with_link(
                f"Corrected by {found[method].title.lower()}: each channel divided by the light.",
                "von-kries",
            )
        )
    numbers, place = st.columns([6, 5], gap="medium", vertical_alignment="top")
    with numbers:
        table(list(found.values()))
        st.caption(headings.with_link(
            "r, g and b are the light in linear sRGB, of length 1. The temperature is that of the "
            "nearest black body; Duv is the distance from it, above 0 towards green.",
            "correlated-colour-temperature",
        ))  # fmt: skip
    with place:
        figure.show(
            drawn(found, is_whole=is_whole), key=f"illuminants.plane.{is_whole}", height=440,
            label="Estimated lights on the chromaticity plane",
        )  # fmt: skip
        st.caption(
            "Each mark has the colour of its light; the line is black bodies, from warm on the "
            "right to cool on the left."
        )


def table(lights: list[Estimate]) -> None:
    """Draw lights as swatches with their numbers."""
    swatch_table.show(HEADS, [(one.colour, _cells(one)) for one in lights])
    reasons = {one.reason for one in lights if one.reason}
    for reason in sorted(reasons):
        st.caption(f"Without a temperature: {markdown(reason)}.")


def _cells(one: Estimate) -> tuple[str, ...]:
    return (one.title, *_rgb(one), *temperature_cells(one), f"{one.angle:.1f}°")


def _known(workspace: Workspace, image: ImageId) -> None:
    """Draw the true light where the newest judgement has it from a table."""
    details = illuminant_loaders.newest_report(workspace)
    known = judged.known_light(details, image) if details else None
    if known is None:
        return
    truth, methods = known
    headings.section(
        "True light",
        "angular-error",
        "This image was judged by a table of true illuminants: in the linear numbers of its file, "
        "which are colours of the camera and have no temperature.",
    )
    numbers, place = st.columns([6, 5], gap="medium", vertical_alignment="top")
    with numbers:
        rows = [(truth.colour, (truth.title, *_rgb(truth), ""))]
        rows += [
            (one.colour, (one.title, *_rgb(one), f"{error:.2f}°"))
            for one, error in methods.values()
        ]
        swatch_table.show(("Method", "r", "g", "b", "Angular error"), rows)
    with place:
        figure.show(
            judged.known_plane(truth, methods), key="illuminants.known", height=400,
            label="True and estimated lights in the colours of the camera",
        )  # fmt: skip


def _rgb(one: Estimate) -> tuple[str, ...]:
    return tuple(f"{channel:.3f}" for channel in one.rgb)
