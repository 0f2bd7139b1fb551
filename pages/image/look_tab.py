"""The tab Image: a photograph looked into, its tones and detail, and those most like it."""

import streamlit as st

from contrast_engine.as_written import markdown
from contrast_engine.selection import percentiles
from contrast_engine.server import Urls
from contrast_engine.store.collection import file_name
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId
from contrast_engine.views.image.analysis import ImageAnalysis, stands_out
from pages.common import controls, headings, inspector, label_buttons, loaders, thumbnails
from pages.components import figure, viewer
from pages.image import image_loaders

HEIGHT = "clamp(260px, calc(100vh - 300px), 1000px)"
"""Of the stage: in a window of 720 pixels all that is below it can be seen, too."""


def show(workspace: Workspace, image: ImageId) -> None:
    """Draw the tab."""
    measured = loaders.features(workspace)
    left, right = st.columns([2, 1], gap="medium")
    with left:
        _picture(workspace, image)
    with right:
        inspector.facts(workspace, image)
        if image in measured.rows:
            st.markdown(markdown(stands_out(percentiles(measured, image))))
        inspector.judged(workspace, image)
        label_buttons.bar(workspace, (image,), "image.label")
        inspector.features(workspace, image, height=300)
    with left:
        parts, reason = image_loaders.taken_apart(workspace, image)
        if parts is None:
            st.warning(markdown(reason))
        else:
            _parts(parts)
    if image in measured.rows:
        _similar(workspace, image)


def _picture(workspace: Workspace, image: ImageId) -> None:
    row = workspace.images.facts(image)
    viewer.show(
        viewer.Shown(image, file_name(row.path), row.width, row.height),
        key=f"image.viewer.{workspace.id}",
        urls=Urls(workspace.id),
        height=HEIGHT,
        is_full="full" in st.query_params,
    )


def _parts(parts: ImageAnalysis) -> None:
    """Draw the tones and the detail of an image."""
    tones, detail = st.columns(2, gap="medium")
    with tones:
        headings.small("Histogram", "dynamic-range")
        figure.show(parts.tones, key="image.tones", height=250, label="Histogram of lightness")
        st.caption("Its tones: between P1 and P99 lie 98% of the pixels.")
    with detail:
        headings.small("Power spectrum", "spectral-slope")
        if parts.spectrum:
            figure.show(
                parts.spectrum, key="image.spectrum", height=250, label="Radial power spectrum"
            )
        st.caption(markdown(parts.spectrum_words))
    noted = "".join(f" {markdown(note[:1].upper() + note[1:])}." for note in parts.notes)
    st.caption(
        f"Measured at {parts.width:d} × {parts.height:d} pixels. Read as: "
        f"{markdown(parts.how)}.{noted}"
    )


def _similar(workspace: Workspace, image: ImageId) -> None:
    """Draw the images most like it."""
    headings.section(
        "Similar images", "similar-images", "The photographs whose contrast is most like its own."
    )
    on = controls.space(workspace)
    near, where = image_loaders.neighbours(workspace, image, on)
    st.caption(
        f"The {len(near)} nearest images in {markdown(where)}, nearest first; below each its "
        "distance."
        if near
        else f"This image has no place in {markdown(where)}."
    )
    thumbnails.show(
        workspace,
        "image.similar",
        [other for other, _ in near],
        captions=dict(near),
        on_event=thumbnails.open_clicked,
    )
