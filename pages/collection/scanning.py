"""Scanning and measuring as it goes on, with the newest pictures, and what came of it."""

import streamlit as st

from contrast_engine.as_written import markdown
from contrast_engine.server import Urls
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.collection.scan_words import job_words
from pages.common import job_panel
from pages.components.job_progress import Pictures

TITLES = {
    "gather": "Scanning, then measuring",
    "scan": "Scanning",
    "measure": "Measuring",
}


def show(workspace: Workspace) -> None:
    """Draw what is under way; where it has just ended, say what was found."""
    urls = Urls(workspace.id)
    running = False
    for step, title in TITLES.items():
        job = job_panel.running(workspace, step)
        if job:
            running = True
            pictures = Pictures(urls.newest, urls.thumb)
            job_panel.show(workspace, job.id, title, pictures=pictures)
        else:
            job_panel.problem(workspace, step)
    if running:
        return
    done = job_panel.ended(workspace, *TITLES)
    if done is not None:
        st.success(markdown(job_words(done.step, done.result)), icon=":material/check:")
