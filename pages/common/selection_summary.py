"""What sets the selected images apart, and their download as a table or an archive."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from contrast_engine import server
from contrast_engine.as_written import markdown
from contrast_engine.imageset import ImageId, ImageSet
from contrast_engine.server import Urls
from contrast_engine.steps.structure.spaces import FEATURES
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.collection.selection_summary import selection_json, selection_words
from pages.common import loaders
from pages.components import feature_differences

MOST_WEIGHED = 5000

TABLES = {"csv": "Table (CSV)", "parquet": "Table (Parquet)"}


def show(workspace: Workspace, chosen: Sequence[ImageId]) -> None:
    """Say and draw what sets these images apart from the rest, once their pictures are there."""
    images = ImageSet.of(chosen)
    question = f"chosen {workspace.id} {workspace.current('features')} {images.key}"
    at = server.compute_later(
        question, partial(_differences, workspace, images), "application/json"
    )
    feature_differences.show(at, key="selection.differences")


def _differences(workspace: Workspace, images: ImageSet) -> bytes:
    return selection_words(loaders.space(workspace, FEATURES).vectors, images).as_json()


def download(workspace: Workspace, chosen: Sequence[ImageId], key: str) -> None:
    """Draw the menu that downloads these images.

    Args:
        workspace: The open workspace.
        chosen: The images.
        key: Under which they are kept; without one there is no archive of them.
    """
    opened = st.popover("Download", type="tertiary", key="selection.download", on_change="rerun")
    if not opened.open:
        return  # what is in it travels once it is asked for
    with opened:
        for suffix, label in TABLES.items():
            st.download_button(
                label,
                partial(selection_json, workspace, chosen, suffix),
                f"selection.{suffix}",
                key=f"selection.download.{suffix}",
                on_click="ignore",
                width="stretch",
            )
        if key:
            label = markdown(f"Images ({_size(workspace, chosen)}zip)")
            st.link_button(label, Urls(workspace.id).archive(key), width="stretch")


def _size(workspace: Workspace, chosen: Sequence[ImageId]) -> str:
    """Say how large the files are; of very many that is not asked at every selection."""
    if len(chosen) > MOST_WEIGHED:
        return ""
    return f"{sum(workspace.images.facts(image).bytes for image in chosen) / 1e6:,.1f} MB, "
