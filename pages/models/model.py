"""Model: learn from the labelled images, carry a label to every image, and say how sure it is."""

import streamlit as st

from contrast_engine.views.labels.annotator_agreement import annotators_warning
from contrast_engine.views.models.calibration import AUTO, classifier_titles
from contrast_engine.views.models.model_card import model_card
from pages.common import compute, controls, job_panel, loaders, next_step, session
from pages.components.job_progress import Series
from pages.labels import live_model
from pages.models import calibration, confusion, predictions

CURVES = (
    Series("loss", "Loss", ""),
    Series("accuracy", "Accuracy", "share", percent=True),
    Series("kappa", "Agreement beyond chance (kappa)", "share"),
    Series("coverage", "Images with a confident label", "share", percent=True),
)
TITLE = "Learning from the labelled images"

st.title("Model")
st.caption(
    "Learns from the images you labelled and gives every other image a label, a probability, and "
    "an honest 'would rather not say' where it does not know enough."
)
workspace = session.workspace()
state = session.measured(workspace, "train a model")
label_set = workspace.labels.label_set()
card = model_card(workspace, loaders.vectors(workspace, workspace.current("features")).rows)
unsettled = annotators_warning(workspace)
if unsettled:
    st.warning(unsettled, icon=":material/warning:")
if not card.can_train:
    session.empty(card.needs, session.LABEL, "Label images")

titles = classifier_titles()
with st.container(horizontal=True, vertical_alignment="bottom"):
    method = controls.in_address(
        st.selectbox, "Method", list(titles), "classifier", AUTO, format_func=titles.get, width=320
    )
    on = controls.space(workspace, "learn", card.on)
    is_asked = st.button(
        "Train" if card.key is None else "Train again",
        type="primary" if card.is_stale else "secondary",
    )
st.caption(card.situation)
if is_asked:
    order = label_set.labels if label_set.is_ordered else None
    compute.start(workspace, "pseudo_label", order=order, method=method, on=on)

job = job_panel.running(workspace, "pseudo_label")
if job:
    job_panel.show(workspace, job.id, TITLE, CURVES)
else:
    job_panel.problem(workspace, "pseudo_label")
    if card.is_stale:
        live_model.show(workspace)
if card.key is None:
    st.stop()

if card.badge:
    st.badge(card.badge.capitalize(), icon=":material/warning:", color="orange")
    st.caption(card.badge_words)
figures = st.columns(4)
for column, figure in zip(figures, card.figures, strict=True):
    column.metric(figure.title, figure.value, help=figure.help, border=True)
    column.caption(figure.words)
st.caption(card.space)
calibration.choice(workspace, card.key)

if not job:
    with st.expander("How the training went", expanded=True):
        job_panel.curves(workspace, "pseudo_label", CURVES)
calibration.show(workspace, card.key)
confusion.show(workspace, card.key)
st.subheader("What the model says")
with st.container(horizontal=True):
    session.link(session.MAP, "See the predictions on the map", colour="predicted")
    session.link(session.LABEL, "Label what it is least sure of", queue="unsure")
predictions.show(workspace, card.key)
next_step.show(state)
