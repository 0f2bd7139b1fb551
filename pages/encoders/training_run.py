"""Choosing what to train, and a training as it happens: its curves, its map, its controls."""

from typing import Literal

import streamlit as st

from contrast_engine.access import Act
from contrast_engine.arrays import Json
from contrast_engine.as_written import markdown
from contrast_engine.encoders import PRESETS, encoders
from contrast_engine.jobs import JobStatus
from contrast_engine.server import Urls
from contrast_engine.store.training_runs import TrainingRun
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.encoders import training_run
from pages.common import compute, controls, faults, job_panel, loaders, plugins
from pages.components import figure, job_progress
from pages.components.job_progress import Series
from pages.encoders import previews
from pages.frame import access

PRESET_WORDS = {"quick": "Quick: a first look", "full": "Full: one to keep"}
ASKED = "training asked"
STARTED = "encoder started here"
"""The key of what this tab trains, so that it is looked at once it is there."""

SECONDS = 2.0
"""How often the map is looked for anew while an encoder trains."""

HEALTH = tuple(Series(*curve) for curve in training_run.HEALTH)


@st.fragment
@faults.boundary
def choose(workspace: Workspace, *, is_busy: bool) -> None:
    """Draw what can be trained, what it would cost here, and the button that starts it.

    Another choice draws only this again, so that it answers at once while an encoder trains.

    Args:
        workspace: The open workspace.
        is_busy: An encoder is being trained already.
    """
    with st.container(horizontal=True, vertical_alignment="bottom"):
        encoder = controls.in_address(
            st.selectbox, "Encoder", list(encoders), "encoder", "rank",
            format_func=lambda name: encoders[name].title, width=360,
        )  # fmt: skip
        preset = controls.in_address(
            st.segmented_control, "Preset", list(PRESETS), "preset", "quick",
            format_func=PRESET_WORDS.get, required=True,
        )  # fmt: skip
        options = _options(encoder, preset)
    plugins.left_out(encoders)
    st.caption(markdown((encoders[encoder].__doc__ or "").partition("\n")[0]))
    asked = {"encoder": encoder, "preset": preset, "options": options}
    key, reason = training_run.key_or_reason(workspace, asked)
    is_trained = bool(key) and workspace.models.has(key)
    costs = [job.result for job in loaders.runner(workspace).jobs()
             if (job.step, job.state, job.params) == ("estimate", "done", asked)]  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="center"):
        can_train = bool(key) and not (is_busy or is_trained)
        # a pale primary button has no words
        kind: Literal["primary", "secondary"] = "primary" if can_train else "secondary"
        if access.button(Act.RUN, "Train", key="encoder.train", type=kind, disabled=not can_train):
            TrainingRun(workspace.root, key).ask("go")  # a wish of an earlier, cancelled run
            if compute.start(workspace, "train", **asked):
                st.session_state[STARTED] = key
            st.rerun()
        can_ask = key and not (costs or is_trained or is_busy)
        if can_ask and access.button(Act.RUN, "How long will it take?"):
            compute.start(workspace, "estimate", **asked)
            st.rerun()
        if is_trained:
            st.caption("Trained with exactly these options already; it is in the list below.")
        else:
            st.caption(markdown(reason or (training_run.cost_words(costs[0]) if costs else "")))


def show(workspace: Workspace, job: JobStatus) -> None:
    """Draw a training that is under way: curves and progress, map and controls."""
    key, _ = training_run.key_or_reason(workspace, job.params)
    title = f"Training: {encoders[job.params['encoder']].title}"
    left, right = st.columns([3, 2], gap="medium")
    with left:
        curves = training_run.curves_of(job.params["encoder"])
        job_panel.show(workspace, job.id, title, [Series(*curve) for curve in curves])
    with right:
        _steer(workspace, key)
    _six(workspace, key)
    with st.expander("Health and speed"):
        job_progress.show(
            key=f"health.{job.id}",
            events_url=Urls(workspace.id).events(job.id),
            series=HEALTH,
            active=True,
            height=160,
        )


@st.fragment(run_every=SECONDS)
@faults.boundary
def _steer(workspace: Workspace, key: str) -> None:
    run = TrainingRun(workspace.root, key)
    history, wish = run.history(), run.wish()
    ask = faults.tried(run.ask, ASKED, "The training goes on as it was.")
    with st.container(horizontal=True, vertical_alignment="center"):
        is_paused = wish == "pause"
        access.button(
            Act.RUN,
            "Go on" if is_paused else "Pause",
            key="run.pause",
            on_click=ask,
            args=("go" if is_paused else "pause",),
            disabled=wish == "stop",
        )
        access.button(
            Act.RUN,
            "Stop and use it as it is",
            key="run.stop",
            on_click=ask,
            args=("stop",),
            disabled=wish == "stop" or not history,
        )
    faults.show(ASKED)
    st.caption(markdown(training_run.situation(history, wish)))
    warning = training_run.alarm(history)
    if warning:
        st.error(markdown(warning))
    drawn = training_run.learning_map(workspace, key)
    if drawn:
        figure.show(drawn, key=f"learning.{key}", height=400, label="Map of what is learnt so far")
        st.caption(
            "One point per image, coloured by its measured contrast. Once contrast is learnt, "
            "the colours lie in order."
        )


@st.fragment(run_every=SECONDS)
@faults.boundary
def _six(workspace: Workspace, key: str) -> None:
    previews.six(workspace, key)


def _options(encoder: str, preset: str) -> Json:
    """Draw the options behind a button, starting at the preset; give those that differ from it."""
    key = f"encoders.{encoder}.{preset}"
    used: Json = st.session_state.get(key, {})
    with st.popover("Options"):
        sent = controls.options_form(
            encoders[encoder], f"{key}.form", encoders[encoder].presets[preset] | used, "Use these"
        )
    if sent is not None:
        usual = encoders[encoder].of(encoders[encoder].presets[preset]).as_json()
        used = {name: value for name, value in sent.items() if value != usual[name]}
        st.session_state[key] = used
    return used
