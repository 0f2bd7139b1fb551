"""Relighting: sliders put another light into a picture, and the estimates follow it."""

import streamlit as st

from contrast_engine.as_written import markdown
from contrast_engine.figures import picture_png
from contrast_engine.steps.illuminants.estimate import USUAL_METHOD
from contrast_engine.steps.illuminants.one_photograph import Photograph
from contrast_engine.views.illuminants.one_image import (
    Relit,
    clipping_words,
    corrected_png,
    drawn,
    temperature_cells,
    typed_number,
)
from pages.common import address, faults, headings, inspector
from pages.components import figure
from pages.illuminants import illuminant_loaders, swatch_table

CCT, TINT = "cct", "tint"
START = {CCT: 6500.0, TINT: 0.003}
"""Light that is neutral but for a tenth of a degree."""

BOUNDS = {CCT: (2500.0, 10_000.0, 50.0), TINT: (-0.02, 0.02, 0.001)}
HEADS = ("Method", "Temperature, K", "Duv", "Recovery error", "Reproduction error", "Before")


@st.fragment(key="illuminants.relight")
@faults.boundary
def show(photo: Photograph, image: str) -> None:
    """Draw the sliders, the relit picture, and what every method makes of it."""
    headings.section(
        "Relight",
        "angular-error",
        "Put a light of your choice into the picture, which is taken as lit by neutral light "
        "before, and see whether the estimates follow: synthetic, but the true light is known.",
    )
    warm, tint, back = st.columns([5, 4, 2], vertical_alignment="bottom")
    with warm:
        cct = _slider("Colour temperature, K", CCT, image, "%d")
    with tint:
        duv = _slider("Tint, Duv: magenta to green", TINT, image, "%.3f")
    with back:
        _back(image, is_moved=(cct, duv) != tuple(START.values()))
    found, reason = illuminant_loaders.relit(photo, cct, duv)
    if found is None:
        st.warning(markdown(reason))
        return
    method = st.session_state.get("method", USUAL_METHOD)
    left, right = st.columns(2, gap="small")
    with left:
        inspector.drawn(picture_png(found.picture), "The picture relit")
        st.caption("Relit.")
    with right:
        one = found.methods[method].estimate
        inspector.drawn(corrected_png(found.picture, one.rgb), "The relit picture corrected")
        st.caption(f"Relit, then corrected by {markdown(one.title.lower())}.")
    _numbers(found)


def _numbers(found: Relit) -> None:
    table, place = st.columns([6, 5], gap="medium", vertical_alignment="top")
    with table:
        applied = found.applied
        rows = [(applied.colour, (applied.title, *temperature_cells(applied), "", "", ""))]
        rows += [
            (one.estimate.colour, (
                one.estimate.title, *temperature_cells(one.estimate), f"{one.recovery:.2f}°",
                f"{one.reproduction:.2f}°", f"{one.before:.2f}°",
            ))
            for one in found.methods.values()
        ]  # fmt: skip
        swatch_table.show(HEADS, rows)
        st.caption(markdown(clipping_words(found)))
        st.caption(headings.with_link(
            "Recovery error is the angle between the light found and the light put in; "
            "reproduction error is how far from grey a grey thing is after the correction, now "
            "and before relighting.",
            "reproduction-error",
        ))  # fmt: skip
    with place:
        lights = {name: one.estimate for name, one in found.methods.items()}
        figure.show(
            drawn(lights, [found.applied]), key="illuminants.relit", height=440,
            label="The light put in and the lights found on the chromaticity plane",
        )  # fmt: skip


def _slider(label: str, name: str, image: str, form: str) -> float:
    low, high, step = BOUNDS[name]
    at = f"relight.{image}.{name}"
    if address.follows(name) or at not in st.session_state:
        st.session_state[at] = _typed(name)
    value = float(st.slider(markdown(label), low, high, step=step, format=form, key=at))
    address.say(name, None if value == START[name] else f"{value:g}")
    return value


def _typed(name: str) -> float:
    """The value that the address names; the neutral one where it is none."""
    return typed_number(st.query_params.get(name), *BOUNDS[name][:2], START[name])


def _back(image: str, *, is_moved: bool) -> None:
    def reset() -> None:
        for name, value in START.items():
            st.session_state[f"relight.{image}.{name}"] = value

    st.button("Back to neutral", key="relight.back", type="tertiary", on_click=reset,
              disabled=not is_moved)  # fmt: skip
