"""Illuminants: the colour of the light in every image, relit, and judged where it is known."""

import streamlit as st

from contrast_engine.access import Act
from contrast_engine.as_written import markdown
from contrast_engine.steps.illuminants.estimate import RENDERED
from contrast_engine.views.illuminants import learned
from contrast_engine.views.input_checks import sentence
from pages.common import compute, controls, headings, job_panel, navigation, selection
from pages.frame import access
from pages.illuminants import casts, embeddings, illuminant_loaders, judging, one_image

VIEWS = {
    "collection": "The collection",
    "one": "One image",
    "judge": "Judge the methods",
    "learned": "What was learnt",
}
JOBS = {
    "estimate_illuminants": "Estimating the illuminant of every image",
    "judge_illuminants": "Judging every method",
    "illuminant_grid": "Comparing networks",
}

headings.page(
    "Illuminants",
    "illuminant",
    "The colour of the light in each photograph: which have a cast, how they look without it, and "
    "how sure that is.",
)
workspace = navigation.workspace()
navigation.measured(workspace, "estimate the colour of their light")
st.caption(markdown(sentence(f"Every estimate is {RENDERED}")))

for step, title in JOBS.items():
    job = job_panel.running(workspace, step)
    if job:
        job_panel.show(workspace, job.id, title)
    else:
        job_panel.problem(workspace, step)

found = illuminant_loaders.casts(workspace)
if found is None:
    if not job_panel.running(workspace, "estimate_illuminants"):
        with st.container(border=True, width=720):
            st.markdown(
                "Nothing is estimated yet. It takes seconds for a thousand images: from the "
                "brightest colours of each it is worked out which light would leave grey grey. "
                "The result is a column like a feature: it colours the map, sorts the gallery "
                "and stands in exports."
            )
            if access.button(Act.RUN, "Estimate the illuminant of all images", type="primary"):
                compute.start(workspace, "estimate_illuminants")
                st.rerun()
    st.stop()

runs = learned.embeddings(workspace)
is_learnt = bool(runs or learned.grid(workspace))
shown = {name: words for name, words in VIEWS.items() if name != "learned" or is_learnt}
view = controls.in_address(
    st.segmented_control, "Show", list(shown), "view",
    "one" if selection.image() else "collection",
    format_func=shown.get, required=True, label_visibility="collapsed",
)  # fmt: skip
if view == "collection":
    casts.show(workspace, found)
elif view == "one":
    one_image.show(workspace)
elif view == "judge":
    judging.show(workspace)
else:
    embeddings.show(workspace, runs)
