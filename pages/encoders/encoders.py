"""Encoders: train a network on the collection, watch it, test it, keep it or throw it away."""

import streamlit as st

from contrast_engine.views.encoders import encoder_card
from pages.common import controls, headings, job_panel, navigation
from pages.encoders import encoder_report, fine_tuning, previews, training_run, zero_shot

JOBS = {
    "estimate": "Timing a few steps on this machine",
    "embed": "Embedding all images",
    "fine_tune": "Fine-tuning on the labels",
    "sensitivity": "Testing what it sees",
    "views": "Drawing and measuring augmentation views",
    "zero_shot": "Embedding all images by a network of yours, and testing it",
}
MEASURED = "The features themselves"

headings.page(
    "Encoders",
    "encoder",
    "A small network that learns from your own photographs to describe each by a few numbers. Keep "
    "it only if it sees contrast.",
)
workspace = navigation.workspace()
navigation.measured(workspace, "train an encoder on them")

training = job_panel.running(workspace, "train")
training_run.choose(workspace, is_busy=training is not None)
if training:
    training_run.show(workspace, training)
else:
    job_panel.problem(workspace, "train")
for step, title in JOBS.items():
    job = job_panel.running(workspace, step)
    if job:
        job_panel.show(workspace, job.id, title)
    else:
        job_panel.problem(workspace, step)

runs = {run.key: run for run in encoder_card.trained_encoders(workspace)}
if not runs and not training:
    st.caption("No encoder is trained yet. 'Rank' with the quick preset is a good first one.")
with st.expander("Augmentation views"):
    previews.views(workspace)
zero_shot.show(workspace)

if not runs:
    st.stop()
found = {run.key: encoder_card.sensitivity_of(workspace, run.embedding) for run in runs.values()}
headings.section("Trained encoders", "embedding", "How each learnt, and how it was tested.")
encoder_report.table(tuple(runs.values()), {key: test for key, test in found.items() if test})

if st.session_state.get(training_run.STARTED) in runs:
    st.session_state["run"] = st.session_state.pop(training_run.STARTED)
chosen = controls.in_address(
    st.selectbox, "Look at", [*runs, encoder_report.FEATURES], "run", next(iter(runs)),
    format_func=lambda key: f"{runs[key].title} ({key[:6]})" if key in runs else MEASURED,
    width=480,
)  # fmt: skip
run = runs.get(chosen)
if run is None:
    encoder_report.tested(
        workspace, MEASURED, chosen, encoder_card.sensitivity_of(workspace, chosen)
    )
    st.stop()
encoder_report.actions(workspace, run)
with st.expander("Training curve", expanded=run.embedding is None):
    encoder_report.how_it_learnt(workspace, run)
others = {key: other for key, other in runs.items() if key != run.key}
if others:
    with st.expander("Compare with another encoder"):
        encoder_report.beside(workspace, run, others)
with st.expander("Fine-tuning on the labels", expanded=fine_tuning.is_done(workspace, run)):
    fine_tuning.section(workspace, run)
if run.embedding is None:
    st.caption("Next: keep it. Its sensitivity and the images it finds similar are shown then.")
    st.stop()
headings.section("Sensitivity", "sensitivity", "Whether it follows contrast, and little else.")
encoder_report.tested(workspace, run.title, run.embedding, found[chosen])
headings.section("Similar images", "similar-images", "Which images the encoder finds alike.")
encoder_report.neighbours(workspace, run.embedding)
with st.container(horizontal=True, vertical_alignment="center"):
    st.caption("Next:", width="content")
    navigation.link(navigation.MAP, "See it on the map", on=run.embedding)
    navigation.link(navigation.CLUSTERS, "Cluster by it", on=run.embedding)
