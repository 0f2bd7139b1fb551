"""Model: learn from the labelled images, predict a label for every image, and say how sure."""

import streamlit as st

from contrast_engine.access import Act
from contrast_engine.as_written import markdown
from contrast_engine.pseudo_labels import classifiers
from contrast_engine.views.labels.annotator_agreement import annotators_warning
from contrast_engine.views.models.calibration import AUTO, classifier_titles
from contrast_engine.views.models.model_card import model_card
from pages.common import (
    controls,
    headings,
    in_use,
    job_panel,
    live_model,
    loaders,
    navigation,
    plugins,
)
from pages.components.job_progress import Series
from pages.frame import access
from pages.models import calibration, confusion, predictions, tiers, which

CURVES = (
    Series("loss", "Loss", ""),
    Series("accuracy", "Accuracy", "share", percent=True),
    Series("kappa", "Agreement beyond chance (kappa)", "share"),
    Series("coverage", "Coverage", "share", percent=True),
)
METRICS = (
    "accuracy",
    "cohen-kappa",
    "coverage",
    "accuracy",
    "abstain",
)  # what its card counts, in that order

TITLE = "Learning from the labelled images"

headings.page(
    "Model",
    "classifier",
    "Learns from the images you labelled and gives every other image a label and a probability, "
    "and abstains where it does not know enough.",
)
workspace = navigation.workspace()
navigation.measured(workspace, "train a model")
label_set = workspace.labels.label_set()
card = model_card(workspace, loaders.features(workspace).rows, which.show(workspace))
unsettled = annotators_warning(workspace)
if unsettled:
    st.warning(markdown(unsettled), icon=":material/warning:")
if not card.can_train:
    navigation.empty(card.needs, navigation.LABEL, "Label images")

titles = classifier_titles()
with st.container(horizontal=True, vertical_alignment="bottom"):
    method = controls.in_address(
        st.selectbox, "Method", list(titles), "classifier", AUTO, format_func=titles.get, width=320
    )
    on = controls.space(workspace, "learn", card.on)
    is_asked = access.button(
        Act.RUN,
        "Train" if card.key is None else "Train again",
        type="primary" if card.key is None else "secondary",
    )
plugins.left_out(classifiers)
st.caption(markdown(card.situation))
if is_asked:
    which.train(workspace, method, on)

is_used = card.key is not None and in_use.show(workspace, "predictions", card.key)
job = job_panel.running(workspace, "pseudo_label")
if job:
    job_panel.show(workspace, job.id, TITLE, CURVES)
else:
    job_panel.problem(workspace, "pseudo_label")
    if card.is_stale and (is_used or card.key is None):
        live_model.show(workspace)
if card.key is None:
    st.stop()

if card.badge:
    st.badge(markdown(card.badge.capitalize()), icon=":material/warning:", color="orange")
    st.caption(markdown(card.badge_words))
figures = st.columns(len(METRICS))
for column, term, figure in zip(figures, METRICS, card.metrics, strict=True):
    said = f"{markdown(figure.help)} {headings.help_text(term)}"
    column.metric(markdown(figure.title), markdown(figure.value), help=said, border=True)
    column.caption(markdown(figure.words))
st.caption(markdown(card.space))
if card.baselines:
    st.caption(markdown(card.baselines))
calibration.choice(workspace, card.key)

if not job:
    job_panel.curves(workspace, "pseudo_label", "Training curves", CURVES)
calibration.show(workspace, card.key)
confusion.show(workspace, card.key)
headings.section(
    "Predictions", "pseudo-label", "The label that the model gives each image, and how sure it is."
)
if is_used:
    with st.container(horizontal=True):
        navigation.link(navigation.MAP, "See the predictions on the map", colour="predicted")
        navigation.link(navigation.LABEL, "Label the most informative images", queue="unsure")
predictions.show(workspace, card.key)
if is_used:
    tiers.show(workspace, card.key)
else:
    st.caption("Use this model to see its predictions elsewhere and to write it as a file.")
