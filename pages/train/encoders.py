"""Encoders: train a network on the collection, watch it, test it, keep it or throw it away."""

import streamlit as st

from contrast_engine.summaries import encoders
from pages.common import controls, job_panel, learning, learnt_pictures, session, trained

JOBS = {
    "estimate": "Timing a few steps on this machine",
    "embed": "Embedding all images",
    "sensitivity": "Testing what it sees",
    "views": "Drawing and measuring views",
}
MEASURES = "The measures themselves"

st.title("Encoders")
st.caption(
    "An encoder is a small network that learns from your own photographs to describe each by a "
    "few numbers. Watch it learn, test whether it sees contrast, and keep it only if it does."
)
workspace = session.workspace()
session.measured(workspace, "train an encoder on them")

training = job_panel.running(workspace, "train")
learning.choose(workspace, is_busy=training is not None)
if training:
    learning.show(workspace, training)
else:
    job_panel.problem(workspace, "train")
for step, title in JOBS.items():
    job = job_panel.running(workspace, step)
    if job:
        job_panel.show(workspace, job.id, title)
    else:
        job_panel.problem(workspace, step)

with st.expander("What encoders learn from"):
    learnt_pictures.views(workspace)

runs = {run.key: run for run in encoders.trained_encoders(workspace)}
if not runs:
    if not training:
        st.caption("No encoder is trained yet. 'Rank' with the quick preset is a good first one.")
    st.stop()
found = {run.key: encoders.sensitivity_of(workspace, run.embedding) for run in runs.values()}
st.subheader("Trained encoders")
trained.table(tuple(runs.values()), {key: test for key, test in found.items() if test})

if st.session_state.get(learning.STARTED) in runs:
    st.session_state["run"] = st.session_state.pop(learning.STARTED)
chosen = controls.in_address(
    st.selectbox, "Look at", [*runs, trained.FEATURES], "run", next(iter(runs)),
    format_func=lambda key: f"{runs[key].title} ({key[:6]})" if key in runs else MEASURES,
    width=480,
)  # fmt: skip
run = runs.get(chosen)
if run is None:
    trained.tested(workspace, MEASURES, chosen, encoders.sensitivity_of(workspace, chosen))
    st.stop()
trained.actions(workspace, run)
with st.expander("How it learnt", expanded=run.embedding is None):
    trained.how_it_learnt(workspace, run)
others = {key: other for key, other in runs.items() if key != run.key}
if others:
    with st.expander("Compare with another encoder"):
        trained.beside(workspace, run, others)
if run.embedding is None:
    st.caption("Next: keep it. Its test and the images it finds alike are shown then.")
    st.stop()
st.subheader("Does it see contrast?")
trained.tested(workspace, run.title, run.embedding, found[chosen])
st.subheader("What it finds alike")
trained.neighbours(workspace, run.embedding)
with st.container(horizontal=True, vertical_alignment="center"):
    st.caption("Next:", width="content")
    session.link(session.MAP, "See it on the map", on=run.embedding)
    st.caption(f"or group and label on it with `--on {run.embedding}`", width="content")
