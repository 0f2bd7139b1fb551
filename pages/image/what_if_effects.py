"""What follows from changing an image: predictions, features, trajectory, decision boundary."""

import streamlit as st

from contrast_engine import server
from contrast_engine.arrays import Json
from contrast_engine.as_written import html, markdown
from contrast_engine.counterfactual import Reading, Subject, WhatIf
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.image.what_if import (
    decision_boundary_words,
    judged_words,
    slider_name,
    trajectory,
)
from contrast_engine.views.structure.cluster_marks import marks_in_use
from pages.common import controls, headings, loaders
from pages.components import figure
from pages.image import image_loaders

SUBJECTS: dict[Subject, str] = {"cluster": "its cluster", "label": "its predicted label"}

ABOVE = 360
"""Pixels of the window above and below what is shown side by side."""

_TWO_LINES = (
    "font-size:14px;line-height:18px;min-height:36px;overflow-wrap:anywhere;overflow:hidden;"
    "display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:3"
)
"""What a picture is judged to be: whole in a narrow column, without moving what is below it."""


def picture(workspace: Workspace, name: str, png: bytes, reading: Reading) -> None:
    """Draw a picture with the cluster and the predicted label it is given.

    Args:
        workspace: The open workspace.
        name: Before or after.
        png: The picture.
        reading: What is measured and judged of it.
    """
    judged = judged_words(reading, _names(workspace)) or "No clusters and no model yet."
    st.html(
        f'<div style="{_TWO_LINES}" title="{html(judged)}">'
        f"<b>{html(name)}</b> · {html(judged)}</div>"
        f'<img src="{server.put(png, "image/png")}" alt="The image {html(name.lower())}" '
        f'style="width:100%;height:calc((clamp(640px, 100vh, 1100px) - {ABOVE + 116}px) / 2);'
        'object-fit:contain;background:var(--surround);display:block;">'
    )


def _names(workspace: Workspace) -> dict[int, str]:
    """What the clusters in use are called."""
    return {cluster: mark.name for cluster, mark in marks_in_use(workspace).items()}


def features(rows: list[Json]) -> None:
    """Draw the features before and after, those that moved most first."""
    st.markdown("**Features**, most moved first", help=headings.help_text("feature"))
    st.dataframe(
        rows,
        hide_index=True,
        height="stretch",
        column_order=["Feature", "Before", "After", "Percentile"],
        column_config={
            "Feature": st.column_config.TextColumn(width=122),
            "Before": st.column_config.TextColumn(width=54),
            "After": st.column_config.TextColumn(width=54),
            "Percentile": st.column_config.TextColumn(width=82),
        },
    )


def on_map(workspace: Workspace, what: WhatIf, strengths: dict[str, float]) -> None:
    """Draw the trajectory of the image over the named clusters of the map in use."""
    key, clustered = workspace.current("maps"), workspace.current("clusterings")
    headings.small("Trajectory", "trajectory")
    if key is None:
        st.caption("There is no map yet; open the Map page once.")
        return
    details = workspace.manifest(key).details
    placing = image_loaders.placing(workspace, key)
    marks = marks_in_use(workspace)
    of = loaders.clustering(workspace, clustered).of if clustered else {}
    classes = [marks[of[i]].name if of.get(i) in marks else "" for i in placing.map.ids]
    colours = {mark.name: mark.colour for mark in marks.values()}
    places = placing.trajectory(what, strengths)
    drawn, how = trajectory(placing, places, details, classes, colours)
    figure.show(
        drawn, key=f"whatif.map.{key}", height=720, above=ABOVE + 100,
        label="Trajectory of the image on the map",
    )  # fmt: skip
    st.caption(f"The open ring is the image as it is. {markdown(how)}")


def decision_boundary(
    workspace: Workspace, what: WhatIf, strengths: dict[str, float], knob: str
) -> None:
    """Draw the search for the strength of one slider at which a judgement of the image changes.

    Args:
        workspace: The open workspace.
        what: The image.
        strengths: Where all sliders are.
        knob: The one that is searched along.
    """
    clustered, predicted = workspace.current("clusterings"), workspace.current("predictions")
    known = {"cluster": clustered, "label": predicted}
    subjects = [subject for subject in SUBJECTS if known[subject]]
    if not subjects:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        is_asked = st.button(
            f"Where does it flip along {markdown(slider_name(knob))}?", key="flip.find"
        )
        subject = controls.in_address(
            st.segmented_control, "Until this changes", subjects, "until", subjects[0],
            format_func=SUBJECTS.get, label_visibility="collapsed", required=True,
        )  # fmt: skip
        if not is_asked:
            plain = "Searched along the slider that was moved last, the others stay."
            st.caption(headings.with_link(plain, "decision-boundary"))
            return
        with st.spinner("Measuring at many strengths"):
            found = what.flips(strengths, knob, subject)
        for flip in found:
            words = markdown(decision_boundary_words(flip, subject, _names(workspace)))
            st.markdown(f":material/flag: {words}")
        if not found:
            st.markdown(
                f"{SUBJECTS[subject].capitalize()} does not change anywhere along "
                f"{markdown(slider_name(knob))}, the other sliders staying put."
            )
