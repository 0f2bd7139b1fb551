"""What follows from changing an image: judgements, measures, its place on the map, its flips."""

import streamlit as st

from contrast_engine.arrays import Json
from contrast_engine.counterfactual import KNOBS, Reading, WhatIf
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.image.what_if import decision_boundary_words, trajectory
from pages.common import controls, image_loaders
from pages.components import figure

SUBJECTS = {"cluster": "its cluster", "label": "its predicted label"}


def judged(workspace: Workspace, reading: Reading) -> None:
    """Say the cluster and the predicted label of a changed image."""
    lines = []
    if reading.cluster is not None:
        names = workspace.labels.cluster_names(workspace.current("clusterings"))
        lines.append(f"Nearest cluster: {names.get(reading.cluster, f'Cluster {reading.cluster}')}")
    if reading.prediction:
        one = reading.prediction
        doubt = ", but the model would rather not say" if one.abstains else ""
        lines.append(f"Predicted: {one.label}, {one.probability:.0%} probability{doubt}")
    st.text("\n".join(lines) or "No clusters and no model yet.")


def measures(rows: list[Json]) -> None:
    """Draw the measures before and after, those that moved most first."""
    percentile = {"format": "%d %%", "min_value": 0, "max_value": 100, "width": 92}
    st.markdown("**Measures**, most moved first")
    st.dataframe(
        rows,
        hide_index=True,
        height=380,
        column_config={
            "Measure": st.column_config.TextColumn(width=130),
            "Before": st.column_config.TextColumn(width=62),
            "After": st.column_config.TextColumn(width=62),
            "Percentile before": st.column_config.ProgressColumn("% before", **percentile),
            "Percentile after": st.column_config.ProgressColumn("% after", **percentile),
        },
    )


def on_map(workspace: Workspace, what: WhatIf, strengths: dict[str, float]) -> None:
    """Draw the way of the image across the map that was drawn last."""
    key = workspace.current("maps")
    st.markdown("**Its way across the map**")
    if key is None:
        st.caption("There is no map yet; open the Map page once.")
        return
    details = workspace.manifest(key).details
    placing = image_loaders.placing(workspace, key)
    drawn, how = trajectory(placing, placing.trajectory(what, strengths), details)
    figure.show(drawn, key=f"whatif.map.{key}", height=380, label="Way of the image on the map")
    st.caption(f"{how} The open ring is the image as it is.")


def flips(workspace: Workspace, what: WhatIf, strengths: dict[str, float]) -> None:
    """Draw the search for the strength at which a judgement of the image changes."""
    clustered, predicted = workspace.current("clusterings"), workspace.current("predictions")
    subjects = [s for s, key in (("cluster", clustered), ("label", predicted)) if key]
    if not subjects:
        return
    st.markdown("**Where it would count as another kind**")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        knob = controls.in_address(
            st.selectbox, "Turn", list(KNOBS), "turn", "exposure",
            format_func=lambda name: KNOBS[name].title,
        )  # fmt: skip
        subject = controls.in_address(
            st.selectbox, "Until this changes", subjects, "until", subjects[0],
            format_func=SUBJECTS.get,
        )  # fmt: skip
        is_asked = st.button("Find where it flips", key="flip.find", type="primary")
    if is_asked:
        with st.spinner("Measuring at many strengths"):
            found = what.flips(strengths, knob, subject)
        names = workspace.labels.cluster_names(clustered) if clustered else {}
        for flip in found:
            (st.success if flip.is_verified else st.warning)(
                decision_boundary_words(flip, subject, names)
            )
        if not found:
            st.info("It does not flip within the range of this slider, all others staying put.")
