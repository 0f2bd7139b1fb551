"""Monitor: whether new images are still like the old ones, and what to do when they are not."""

import streamlit as st

from contrast_engine.as_written import markdown
from contrast_engine.steps.monitoring.candidates import open_candidate
from pages.common import headings, in_use, navigation
from pages.monitoring import drift, monitor_loaders, retraining

headings.page(
    "Monitor",
    "drift",
    "Are the images that the model scores still like those it learnt from? If not, train it again "
    "on both.",
)
workspace = navigation.workspace()
navigation.measured(workspace, "watch what a model scores")
used = workspace.current("predictions")
if used is None:
    navigation.empty(
        "There is no model yet whose new images could be watched. Label a few images and train "
        "one; then score new images with it.",
        navigation.MODEL,
        "Train a model",
    )

candidate = open_candidate(workspace)
watched = monitor_loaders.watched(workspace)
card, waiting = watched.card, watched.waiting
in_use.mark(workspace, used)
if watched.other:
    st.warning(markdown(watched.other), icon=":material/history:")
if watched.reason:
    st.error(markdown(watched.reason))
elif card is None:
    drift.how_batches_come(workspace)
else:
    drift.show(card, is_decision_due=candidate is not None)
if waiting or monitor_loaders.is_decided(workspace):
    retraining.show(workspace, is_asked_for=card is not None and card.is_drift, new=waiting)
if card is not None:
    drift.batches(card)
retraining.history(workspace)
