"""Predictions for images from outside the collection, by its model."""

import streamlit as st

from contrast_engine.as_written import markdown, plain
from contrast_engine.predict import Prediction, Predictor, image_files
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.input_checks import source_problem, typed_path
from contrast_engine.views.models.new_images import file_predictions
from contrast_engine.views.outcomes import result_or_reason
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
    if not is_sent and not uploads:
        return
    problem = source_problem(path) if is_sent else None
    predictor, reason = result_or_reason(Predictor, workspace)
    if problem or predictor is None:
        st.error(markdown(problem or reason))
        return
    st.caption(markdown(predictor.promise))
    if is_sent:
        files = image_files(typed_path(path))
        st.caption(f"Showing {min(MOST, len(files)):,} of {len(files):,} files, by name.")
        _draw(workspace, predictor.predict(files[:MOST]))
    else:
        named = [(file.name, file.getvalue()) for file in uploads[:MOST]]
        _draw(workspace, predictor.predict_bytes(named))


def _draw(workspace: Workspace, found: tuple[Prediction, ...]) -> None:
    st.dataframe(
        [
            {
                "File": plain(one.name),
                "Label": plain(one.label),
                "Probability": one.probability,
                "How sure": plain(one.words),
                "Cluster": plain(one.cluster),
            }
            for one in file_predictions(workspace, found)
        ],
        hide_index=True,
        column_config={
            "Probability": st.column_config.ProgressColumn(
                format="percent", min_value=0, max_value=1
            )
        },
    )
