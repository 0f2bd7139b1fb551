"""Complexity: how many parts a picture has, beside contrast, and how far that follows people."""

import streamlit as st

from contrast_engine.as_written import markdown
from contrast_engine.views.complexity import reports, training
from pages.common import headings, navigation
from pages.complexity import (
    complexity_loaders,
    encoder,
    human_scores,
    measuring,
    patch_entropy,
    sorted_images,
)

first = headings.page_that_begins_with(
    "Complexity",
    "complexity",
    "Complexity is how many parts a picture has and how hard it is to describe. It is another "
    "attribute than contrast: a plain poster can be strong in contrast, a hazy crowd complex.",
)
workspace = navigation.workspace()
navigation.measured(workspace, "measure how complex they are")

scored = complexity_loaders.scores(workspace)
judged = complexity_loaders.judged(workspace)
with first:
    verdict = reports.first_sentence(
        judged.details if judged else None, len(scored) if scored else 0
    )
    st.markdown(f"**{markdown(verdict)}**")
measuring.jobs(workspace)
if scored is None:
    measuring.begin(workspace)
    st.stop()
measuring.more(workspace, scored)

headings.section(
    "Sorted by complexity",
    "complexity",
    "The most or the least complex images first, beside a feature of contrast.",
)
sorted_images.show(workspace, scored)

runs = training.encoders_of_complexity(workspace)
headings.section(
    "Patch entropy",
    "patch-entropy",
    "Where in a picture there is much to see, and, once an encoder is trained, where that could "
    "not be foretold from what lies around.",
)
patch_entropy.show(workspace, scored, runs)

headings.section(
    "Encoder",
    "masked-entropy-modelling",
    "A small network that learns to find patches again and to predict the entropy of hidden ones.",
)
encoder.show(workspace, runs)

headings.section(
    "Human scores", "mos", "Whether the scores follow what people say, beside plain baselines."
)
human_scores.show(workspace, judged)
