"""What if: one photograph changed, measured again, judged again."""

import streamlit as st

from contrast_engine.figures import picture_png
from contrast_engine.summaries import change_words
from pages.common import consequences, image_loaders, inspector, knobs, picking, session

st.title("What if")
st.caption(
    "Change one photograph by known amounts and see which measures follow, where it would lie on "
    "the map, and at which strength it would count as another kind. The file itself is not touched."
)
workspace = session.workspace()
session.measured(workspace, "change one and measure it again")
image = picking.image(workspace)
what, reason = image_loaders.what_if(workspace, image)
if what is None:
    st.warning(reason)
    picking.other()
    st.stop()


@st.fragment(key="whatif")
def draw() -> None:
    """Draw sliders and consequences; a slider draws only this again."""
    strengths = knobs.show(f"whatif.{image}")
    before, after = what.read({}), what.read(strengths)
    old, new = st.columns(2, gap="small")
    with old:
        with st.container(horizontal=True, vertical_alignment="center", height=35, border=False):
            st.markdown("**Before**")
        st.image(picture_png(what.image.rgb), width="content", alt="The image as it is")
        consequences.judged(workspace, before)
    with new:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown("**After**", width="content")
            knobs.back(f"whatif.{image}", strengths)
        changed = picture_png(what.picture(strengths).rgb)
        st.image(changed, width="content", alt="The image as it is changed")
        consequences.judged(workspace, after)
    st.caption("Shown is what is measured, pixel by pixel; a narrow window shows it smaller.")
    table, place = st.columns(2, gap="small")
    with table:
        consequences.measures(change_words(before, after))
    with place:
        consequences.on_map(workspace, what, strengths)
    consequences.flips(workspace, what, strengths)


known, links = st.columns([3, 2], vertical_alignment="center")
with known:
    inspector.facts(workspace, image)
with links, st.container(horizontal=True, vertical_alignment="center"):
    session.link(session.INSPECT, "Look closely", image=image)
    picking.other()
draw()
