"""The sliders that change a picture, one per known change."""

import streamlit as st

from contrast_engine.as_written import markdown
from contrast_engine.counterfactual import KNOBS, neutral
from contrast_engine.perturb import perturbations
from contrast_engine.views.image.what_if import typed_strength
from pages.common import address

PER_ROW = 4
LAST = "turn"
"""The slider that was moved last, by its name in the address."""


def show(key: str) -> dict[str, float]:
    """Draw the sliders and give their strengths.

    They start at the strengths that change nothing, or where the address says.

    Args:
        key: Names this set of sliders.
    """
    start = neutral()

    strengths = {}
    with st.container(key="always-in-view", gap=None):
        rows = range(0, len(KNOBS), PER_ROW)
        places = [column for _ in rows for column in st.columns(PER_ROW, gap="medium")]
    for place, (name, knob) in zip(places, KNOBS.items(), strict=False):
        at, said = f"{key}.{name}", perturbations[name].summary
        if address.follows(name) or at not in st.session_state:
            st.session_state[at] = knob.turned(typed_strength(name, st.query_params.get(name)))
        turned = place.slider(
            markdown(knob.title), *knob.limits, step=knob.step, key=at, help=markdown(said),
            on_change=address.say, args=(LAST, name),
        )  # fmt: skip
        strengths[name] = knob.turned(turned)
        is_neutral = strengths[name] == start[name]
        address.say(name, None if is_neutral else f"{strengths[name]:g}")
    return strengths


def moved_last() -> str:
    """The slider that was moved last; the first one before any was."""
    named = st.query_params.get(LAST, "")
    return named if named in KNOBS else next(iter(KNOBS))


def back(key: str, strengths: dict[str, float]) -> None:
    """Draw the button that sets all sliders back to what changes nothing."""
    start = neutral()

    def reset() -> None:
        for name, strength in start.items():
            st.session_state[f"{key}.{name}"] = KNOBS[name].turned(strength)

    st.button(
        "Back to neutral", key=f"{key}.reset", type="tertiary", on_click=reset,
        disabled=strengths == start,
    )  # fmt: skip
