"""What follows from changing an image: predictions, features, trajectory, decision boundary."""

import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from contrast_engine.arrays import Json
from contrast_engine.as_written import markdown, plain
from contrast_engine.counterfactual import KNOBS, Reading, Subject, WhatIf
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.image.what_if import decision_boundary_words, trajectory
from contrast_engine.views.structure.cluster_marks import cluster_marks
from pages.common import controls, headings
from pages.components import figure
from pages.image import image_loaders

SUBJECTS: dict[Subject, str] = {"cluster": "its cluster", "label": "its predicted label"}


def judged(workspace: Workspace, reading: Reading) -> None:
    """Say the cluster and the predicted label of a changed image."""
    lines = []
    clustered = workspace.current("clusterings")
    if reading.cluster is not None and clustered:
        mark = cluster_marks(workspace, clustered)[reading.cluster]
        lines.append(f"Nearest cluster: {mark.name}")
    if reading.prediction:
        one = reading.prediction
        doubt = ", but the model abstains" if one.abstains else ""
        lines.append(f"Predicted: {one.label}, {one.probability:.0%} probability{doubt}")
    st.text("\n".join(map(plain, lines)) or "No clusters and no model yet.")


def features(rows: list[Json]) -> None:
    """Draw the features before and after, those that moved most first."""

    def percentile(label: str) -> ColumnConfig:
        return st.column_config.ProgressColumn(
            label, format="%d %%", min_value=0, max_value=100, width=92
        )

    st.markdown("**Features**, most moved first", help=headings.help_text("feature"))
    st.dataframe(
        rows,
        hide_index=True,
        height=380,
        column_config={
            "Feature": st.column_config.TextColumn(width=130),
            "Before": st.column_config.TextColumn(width=62),
            "After": st.column_config.TextColumn(width=62),
            "Percentile before": percentile("% before"),
            "Percentile after": percentile("% after"),
        },
    )


def on_map(workspace: Workspace, what: WhatIf, strengths: dict[str, float]) -> None:
    """Draw the trajectory of the image on the map that was drawn last."""
    key = workspace.current("maps")
    headings.small("Trajectory", "trajectory")
    if key is None:
        st.caption("There is no map yet; open the Map page once.")
        return
    details = workspace.manifest(key).details
    placing = image_loaders.placing(workspace, key)
    drawn, how = trajectory(placing, placing.trajectory(what, strengths), details)
    figure.show(
        drawn, key=f"whatif.map.{key}", height=380, label="Trajectory of the image on the map"
    )
    st.caption(f"{markdown(how)} The open ring is the image as it is.")


def decision_boundary(workspace: Workspace, what: WhatIf, strengths: dict[str, float]) -> None:
    """Draw the search for the strength at which a judgement of the image changes."""
    clustered, predicted = workspace.current("clusterings"), workspace.current("predictions")
    known = {"cluster": clustered, "label": predicted}
    subjects = [subject for subject in SUBJECTS if known[subject]]
    if not subjects:
        return
    headings.small("Decision boundary", "decision-boundary")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        knob = controls.in_address(
            st.selectbox, "Turn", list(KNOBS), "turn", "exposure",
            format_func=lambda name: KNOBS[name].title,
        )  # fmt: skip
        subject = controls.in_address(
            st.selectbox, "Until this changes", subjects, "until", subjects[0],
            format_func=SUBJECTS.get,
        )  # fmt: skip
        is_asked = st.button("Find the decision boundary", key="flip.find", type="primary")
    if is_asked:
        with st.spinner("Measuring at many strengths"):
            found = what.flips(strengths, knob, subject)
        names = workspace.labels.cluster_names(clustered) if clustered else {}
        for flip in found:
            (st.success if flip.is_verified else st.warning)(
                markdown(decision_boundary_words(flip, subject, names))
            )
        if not found:
            st.info(
                "No decision boundary lies within the range of this slider, the others staying put."
            )
