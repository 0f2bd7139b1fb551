"""The tab What if: a photograph changed, measured again, judged again, all in one view."""

import streamlit as st

from contrast_engine.as_written import markdown
from contrast_engine.counterfactual import WhatIf
from contrast_engine.figures import picture_png
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId
from contrast_engine.views.image.what_if import change_words
from pages.common import faults
from pages.image import image_loaders, what_if_effects, what_if_sliders

KEY = "whatif"
"""Of the sliders: the next image is changed by as much."""


def show(workspace: Workspace, image: ImageId) -> None:
    """Draw the tab."""
    built, reason = image_loaders.what_if(workspace, image)
    if built is None:
        st.warning(markdown(reason))
        return
    _draw(workspace, built)


@st.fragment(key="whatif")
@faults.boundary
def _draw(workspace: Workspace, what: WhatIf) -> None:
    """Draw sliders and consequences; a slider draws only this again."""
    with st.container(gap="small"):
        _all(workspace, what)


def _all(workspace: Workspace, what: WhatIf) -> None:
    strengths = what_if_sliders.show(KEY)
    with st.container(horizontal=True, vertical_alignment="center"):
        room = st.container()
        what_if_sliders.back(KEY, strengths)
    pictures, numbers, place = st.columns([28, 33, 39], gap="small")
    before, after = what.read({}), what.read(strengths)
    with pictures:
        what_if_effects.picture(workspace, "Before", picture_png(what.image.rgb), before)
        changed = picture_png(what.picture(strengths).rgb)
        what_if_effects.picture(workspace, "After", changed, after)
    with numbers:
        what_if_effects.features(change_words(before, after))
    with place:
        what_if_effects.on_map(workspace, what, strengths)
    with room:
        what_if_effects.decision_boundary(workspace, what, strengths, what_if_sliders.moved_last())
