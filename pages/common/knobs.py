"""The sliders that change a picture, one per known change."""

import streamlit as st

from contrast_engine.counterfactual import KNOBS, neutral
from contrast_engine.perturb import perturbations
from contrast_engine.summaries import typed_strength


def show(key: str) -> dict[str, float]:
    """Draw the sliders and give their strengths.

    They start at the strengths that change nothing, or where the address says.

    Args:
        key: Names this set of sliders.
    """
    start = neutral()

    def reset() -> None:
        for name, strength in start.items():
            st.session_state[f"{key}.{name}"] = strength

    strengths = {}
    for name, knob in KNOBS.items():
        at, said = f"{key}.{name}", perturbations[name].summary
        if at not in st.session_state:
            st.session_state[at] = typed_strength(name, st.query_params.get(name))
        strengths[name] = st.slider(
            knob.title, knob.low, knob.high, step=knob.step, key=at, help=said
        )
        if strengths[name] == start[name]:
            st.query_params.pop(name, None)
        elif st.query_params.get(name) != f"{strengths[name]:g}":
            st.query_params[name] = f"{strengths[name]:g}"
    st.button("Back to neutral", key=f"{key}.reset", on_click=reset, disabled=strengths == start)
    return strengths
