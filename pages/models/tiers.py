"""The tiers of the model, and a button that writes it as one file."""

import streamlit as st

from contrast_engine.access import Act
from contrast_engine.as_written import markdown, plain
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.input_checks import typed_path
from contrast_engine.views.models.tiers import (
    commands,
    suggested_file,
    tiers_card,
    written_words,
)
from pages.common import compute, headings, job_panel, loaders
from pages.frame import access

STEP = "bundle"


def show(workspace: Workspace, key: str) -> None:
    """Draw what each tier costs and how right it is, and the form that writes the model file.

    Args:
        workspace: The open workspace.
        key: The predictions.
    """
    headings.section(
        "Tiers",
        "tier",
        "Cheaper ways to an answer, for many images. One is chosen where images are scored.",
    )
    card = tiers_card(workspace, key)
    if card.rows:
        st.dataframe(
            [{name: plain(cell) for name, cell in row.items()} for row in card.rows],
            hide_index=True,
        )
        st.caption("In brackets 95% intervals. Cost is processor time an image.")
    else:
        st.caption("They are made, timed and compared when the model file is written first.")
    if card.words:
        st.caption("\n".join(f"- {markdown(words)}" for words in card.words))
    headings.section(
        "Model file",
        "model-file",
        "One file with all that is needed to score images elsewhere, without this collection.",
    )
    job = job_panel.running(workspace, STEP)
    if job:
        job_panel.show(workspace, job.id, "Writing the model file")
        return
    job_panel.problem(workspace, STEP)
    newest = next((one for one in loaders.runner(workspace).jobs() if one.step == STEP), None)
    if access.closed(Act.EXPORT):
        return
    with st.form("bundle", border=False):
        path = st.text_input("File on this computer", suggested_file(workspace))
        is_replaced = st.checkbox("Replace a model file of that name")
        is_asked = st.form_submit_button("Write the model file")
    if newest and newest.state == "done":
        st.success(markdown(written_words(newest.result)))
        st.caption("Score images with it, or let other programs ask it:")
        st.code(commands(newest.result), language=None)
    if is_asked:
        compute.start(workspace, STEP, path=str(typed_path(path)), overwrite=is_replaced)
        st.rerun()
