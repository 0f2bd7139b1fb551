"""Predictions for images from outside the collection, by its model."""

import streamlit as st

from contrast_engine.store.workspace import Workspace
from contrast_engine.views.input_checks import source_problem
from contrast_engine.views.models.new_images import (
    FilePredictions,
    files_to_predict,
    predict_files,
    predict_uploads,
)
from pages.common import navigation

MOST = 20


def show(workspace: Workspace) -> None:
    """Draw a form for new images and what the model says about them."""
    if workspace.current("predictions") is None:
        st.info("There is no model yet. Label a few images and train one; then come back.")
        navigation.link(navigation.MODEL, "Train a model")
        return
    by_path, by_upload = st.columns(2, gap="medium")
    with by_path, st.form("judge", border=False):
        path = st.text_input("Image or folder on this computer", placeholder="/home/me/new")
        is_sent = st.form_submit_button("Predict these images")
    with by_upload:
        uploads = st.file_uploader(
            f"Or drop up to {MOST} images here", accept_multiple_files=True, max_upload_size=50
        )
    if is_sent:
        reason = source_problem(path)
        if reason:
            st.error(reason)
        else:
            files = files_to_predict(path)
            st.caption(f"Showing {min(MOST, len(files)):,} of {len(files):,} files, by name.")
            _draw(predict_files(workspace, files[:MOST]))
    elif uploads:
        _draw(predict_uploads(workspace, [(file.name, file.getvalue()) for file in uploads[:MOST]]))


def _draw(judgement: FilePredictions) -> None:
    if judgement.problem:
        st.error(judgement.problem)
        return
    st.dataframe(
        [
            {
                "File": one.name,
                "Label": one.label,
                "Probability": one.probability,
                "How sure": one.words,
                "Cluster": one.cluster,
            }
            for one in judgement.rows
        ],
        hide_index=True,
        column_config={
            "Probability": st.column_config.ProgressColumn(
                format="percent", min_value=0, max_value=1
            )
        },
    )
