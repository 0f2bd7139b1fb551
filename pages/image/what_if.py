"""What if: one photograph changed, measured again, judged again."""

import streamlit as st

from contrast_engine.as_written import markdown
from contrast_engine.counterfactual import WhatIf
from contrast_engine.figures import picture_png
from contrast_engine.views.image.what_if import change_words
from pages.common import faults, headings, image_picker, inspector, navigation
from pages.image import image_loaders, what_if_effects, what_if_sliders

headings.page(
    "What if",
    "perturbation",
    "Change a photograph by known amounts and see which features follow, where it would lie on "
    "the map, and when its cluster or label changes. The file is not touched.",
)
workspace = navigation.workspace()
navigation.measured(workspace, "change one and measure it again")
image = image_picker.image(workspace)
built, reason = image_loaders.what_if(workspace, image)
if built is None:
    st.warning(markdown(reason))
    image_picker.other()
    st.stop()
what: WhatIf = built


@st.fragment(key="whatif")
@faults.boundary
def draw() -> None:
    """Draw sliders and consequences; a slider draws only this again."""
    strengths = what_if_sliders.show(f"whatif.{image}")
    before, after = what.read({}), what.read(strengths)
    old, new = st.columns(2, gap="small")
    with old:
        with st.container(horizontal=True, vertical_alignment="center", height=35, border=False):
            st.markdown("**Before**")
        st.image(picture_png(what.image.rgb), width="content", alt="The image as it is")
        what_if_effects.judged(workspace, before)
    with new:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown("**After**", width="content")
            what_if_sliders.back(f"whatif.{image}", strengths)
        changed = picture_png(what.picture(strengths).rgb)
        st.image(changed, width="content", alt="The image as it is changed")
        what_if_effects.judged(workspace, after)
    st.caption("Shown is what is measured, pixel by pixel; a narrow window shows it smaller.")
    table, place = st.columns(2, gap="small")
    with table:
        what_if_effects.features(change_words(before, after))
    with place:
        what_if_effects.on_map(workspace, what, strengths)
    what_if_effects.decision_boundary(workspace, what, strengths)


known, links = st.columns([3, 2], vertical_alignment="center")
with known:
    inspector.facts(workspace, image)
with links, st.container(horizontal=True, vertical_alignment="center"):
    navigation.link(navigation.INSPECT, "Look closely", image=image)
    image_picker.other()
draw()
