"""Predictions for images from outside the collection, by its model."""

from collections.abc import Sequence
from functools import partial

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from contrast_engine.access import Act
from contrast_engine.arrays import Json
from contrast_engine.as_written import markdown, plain
from contrast_engine.predict.scoring.predict_files import (
    FEW,
    FewFiles,
    predict_few,
    predict_uploads,
)
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.input_checks import source_problem, typed_path
from contrast_engine.views.models.new_images import (
    TIER_WORDS,
    file_predictions,
    scored_words,
    scores_bytes,
    tier_choices,
    wrong_words,
)
from contrast_engine.views.outcomes import result_or_reason
from pages.common import compute, headings, job_panel, loaders, navigation
from pages.frame import access

STEP = "predict_files"
ASKED = "new images asked"
"""Where it is kept what was asked for last, so that a button below it knows."""

SEEN = "new images seen"
"""Which uploads were looked at already."""


def show(workspace: Workspace) -> None:
    """Draw a form for new images and what the model says about them."""
    if workspace.current("predictions") is None:
        st.info("There is no model yet. Label a few images and train one; then come back.")
        navigation.link(navigation.MODEL, "Train a model")
        return
    tiers, reason = result_or_reason(tier_choices, workspace)
    if tiers is None:
        st.error(markdown(reason))
        return
    tier = tiers[0]
    if len(tiers) > 1:
        tier = st.selectbox(
            "Tier", tiers, format_func=TIER_WORDS.__getitem__, width=480,
            help=headings.help_text("tier"),
        )  # fmt: skip
    if access.closed(Act.ADD):
        return
    by_path, by_upload = st.columns(2, gap="medium")
    with by_path, st.form("judge", border=False):
        path = st.text_input(
            "Image or folder on this computer",
            placeholder="/home/me/new",
            help="Or a .zip archive, or a table with a column 'path'.",
        )
        is_sent = st.form_submit_button("Predict these images")
    with by_upload:
        uploads = st.file_uploader(
            f"Or drop up to {FEW:,} images here", accept_multiple_files=True, max_upload_size=50
        )
    if is_sent:
        _ask(workspace, path, tier)
    elif uploads:
        _look_at(workspace, uploads[:FEW], tier)
    _answer(workspace)


def _ask(workspace: Workspace, path: str, tier: str) -> None:
    """Look at the first files at a path, and remember what was asked and what came of it."""
    reason = source_problem(path)
    few: FewFiles | None = None
    if reason is None:
        few, reason = result_or_reason(predict_few, workspace, typed_path(path), tier=tier)
    st.session_state[ASKED] = (workspace.id, [str(typed_path(path))], tier, few, reason)


def _look_at(workspace: Workspace, uploads: Sequence[UploadedFile], tier: str) -> None:
    """Look at uploads once, however often the page is drawn with them."""
    files = [file.file_id for file in uploads]
    if st.session_state.get(SEEN) == (workspace.id, files, tier):
        return
    st.session_state[SEEN] = (workspace.id, files, tier)
    named = [(file.name, file.getvalue()) for file in uploads]
    found, reason = result_or_reason(predict_uploads, workspace, named, tier=tier)
    st.session_state[ASKED] = (workspace.id, files, tier, found, reason)


def _answer(workspace: Workspace) -> None:
    """Draw what came of what was asked last, and the job that scores the rest."""
    asked = st.session_state.get(ASKED)
    job = job_panel.running(workspace, STEP)
    if asked is not None and asked[0] == workspace.id:
        _, paths, tier, few, reason = asked
        _draw(workspace, few, reason)
        if few is None:
            return
        if few.files is None:
            st.caption("An archive or a table: its files are looked up when they are scored.")
        is_rest = few.files is None or few.files > len(few.predictions)
        words = "Score all files in it" if few.files is None else f"Score all {few.files:,} files"
        if job is None and is_rest and st.button(words):
            compute.start(workspace, STEP, paths=paths, tier=tier)
            job = job_panel.running(workspace, STEP)
    if job is not None:
        job_panel.show(workspace, job.id, "Scoring new images")
    elif job_panel.problem(workspace, STEP) is None:
        _scored(workspace)


def _scored(workspace: Workspace) -> None:
    """Say what came of the last job, with its table to take away."""
    done = (j for j in loaders.runner(workspace).jobs() if (j.step, j.state) == (STEP, "done"))
    newest = next(done, None)
    if newest is None:
        return
    report: Json = newest.result
    st.success(markdown(scored_words(report)))
    st.download_button(
        "Download the scores as CSV",
        partial(scores_bytes, workspace, report),
        f"{workspace.name}-scores.csv",
        on_click="ignore",
    )
    st.caption(markdown(f"It is kept in {report['path']}; the same files again continue it."))


def _draw(workspace: Workspace, few: FewFiles | None, reason: str) -> None:
    if few is None:
        st.error(markdown(reason))
        return
    if not few.predictions:
        return
    if few.files and few.files > len(few.predictions):
        st.caption(f"Showing {len(few.predictions):,} of {few.files:,} files.")
    shown = file_predictions(workspace, few.predictions)
    classes = dict.fromkeys(label for one in shown for label in one.probabilities)
    st.dataframe(
        [
            {
                "File": plain(one.name),
                "Label": plain(one.label),
                "Probability": one.probability,
                "How sure": plain(one.words),
                "Cluster": plain(one.cluster),
                **{f"p({plain(label)})": p for label, p in one.probabilities.items()},
            }
            for one in shown
        ],
        hide_index=True,
        column_config={
            "Probability": st.column_config.ProgressColumn(
                format="percent", min_value=0, max_value=1
            ),
            **{
                f"p({plain(label)})": st.column_config.NumberColumn(format="%.2f")
                for label in classes
            },
        },
    )
    with st.expander(markdown(wrong_words(workspace))):
        st.caption(markdown(few.promise))
