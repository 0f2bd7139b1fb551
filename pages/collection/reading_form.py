"""How files are read that leave something open, and what was noted about those that were read."""

import streamlit as st

from contrast_engine.access import Act, may
from contrast_engine.as_written import markdown
from contrast_engine.images import ReadingOptions
from contrast_engine.images.reading_options import AS_STATED, pixels_of
from contrast_engine.store.notes import note_kinds
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.input_checks import sentence
from contrast_engine.views.outcomes import result_or_reason
from pages.collection import collection_loaders
from pages.common import compute, navigation


def options(workspace: Workspace, workers: dict[str, int]) -> None:
    """Draw the reading options of a collection; changed ones have its files read again.

    Args:
        workspace: The open workspace.
        workers: How many images are worked on at a time, as steps take it.
    """
    now = workspace.reading_options
    usual = now == ReadingOptions()
    words = "Reading options" if usual else f"Reading options: {markdown(now.words())}"
    if not may(Act.CHANGE):
        if not usual:
            st.caption(f"{words}.")
        return
    with st.expander(words), st.form("reading", border=False):
        st.caption(
            "Ordinary photographs say themselves what their numbers mean, and none of this touches "
            "them. It is kept with the collection; the files that a change concerns are read and "
            "measured again."
        )
        white, window, most = st.columns(3)
        chosen_white = white.text_input(
            "White of HDR and float files",
            now.white,
            help="What counts as white in OpenEXR, Radiance HDR and floating-point TIFF: a value "
            "such as 1.0, or P99.5, the luminance below which 99.5% of the file's pixels lie. "
            "What is brighter counts as white, and its share is noted.",
        )
        chosen_window = window.text_input(
            "Window of medical images",
            now.window or AS_STATED,
            help="Centre and width in the units of the image, such as 40:400; stated takes what "
            "the file states, or its whole range.",
        )
        chosen_most = most.text_input(
            "Most megapixels decoded of one file",
            f"{now.max_pixels / 1e6:g}",
            help="Larger files are refused before they fill the memory. JPEGs and the like are "
            "decoded reduced, so far larger ones are read too.",
        )
        is_sent = st.form_submit_button("Use these options")
    if not is_sent:
        return
    chosen, reason = result_or_reason(_chosen, chosen_white, chosen_window, chosen_most)
    if chosen is not None:
        _, reason = result_or_reason(workspace.choose_reading_options, chosen)
    if reason:
        st.error(markdown(sentence(reason)))
    elif workspace.images.files:
        compute.gather(workspace, **workers)
        st.rerun()
    else:
        st.rerun()


def to_read_again(workspace: Workspace) -> None:
    """Say that files were read otherwise than they would be now, where that is so."""
    files = collection_loaders.in_doubt(workspace, workspace.reading_options.words())
    if files:
        st.info(
            f"{files:,} files were read by an earlier version or under other options. Some may be "
            "read otherwise now, such as 16-bit files, files with a colour profile and files that "
            "could not be read; *Look for changes* reads them again and measures only those that "
            "differ."
        )


def notes(workspace: Workspace) -> None:
    """Draw what was noted about reading the images, with how many, and a way to see them."""
    noted = workspace.images.noted
    if not noted:
        return
    with st.expander(f"Notes on reading: {len(noted):,} of {len(workspace.images):,} images"):
        for kind, images in note_kinds(noted).items():
            navigation.link(
                navigation.GALLERY, f"{markdown(kind)} ({len(images):,})", show=f"note.{kind}"
            )


def _chosen(white: str, window: str, most: str) -> ReadingOptions:
    return ReadingOptions(white, window, pixels_of(most))
