"""Image: one photograph taken apart, and the photographs most like it."""

import streamlit as st

from contrast_engine.as_written import markdown
from contrast_engine.selection import percentiles
from contrast_engine.views.image.analysis import stands_out
from pages.common import (
    controls,
    headings,
    image_picker,
    inspector,
    label_buttons,
    loaders,
    navigation,
    thumbnails,
)
from pages.components import figure
from pages.image import image_loaders

headings.page(
    "Image",
    "local-contrast",
    "One photograph taken apart: its tones, where in it the contrast is, how its detail is spread "
    "over coarse and fine, and the photographs whose contrast is most like its own.",
)
workspace = navigation.workspace()
navigation.measured(workspace, "look into them")
image = image_picker.image(workspace)
measured = loaders.features(workspace)
parts, reason = image_loaders.taken_apart(workspace, image)

left, right = st.columns([3, 2], gap="large")
with left:
    shown, local = st.columns(2, gap="small")
    with shown:
        inspector.picture(workspace, image)
    if parts is None:
        st.warning(markdown(reason))
    else:
        with local:
            inspector.drawn(parts.heat, "Local contrast")
        st.caption(f"Right, its local contrast. {markdown(parts.heat_words)}")
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
with right:
    inspector.facts(workspace, image)
    with st.container(horizontal=True, vertical_alignment="center"):
        navigation.link(navigation.MAP, "Locate on the map", image=image)
        navigation.link(navigation.WHATIF, "What if", image=image)
        image_picker.other()
    if image in measured.rows:
        st.markdown(markdown(stands_out(percentiles(measured, image))))
    inspector.judged(workspace, image)
    label_buttons.bar(workspace, (image,), "image.label")
    inspector.features(workspace, image, height=420)

if image in measured.rows:
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
