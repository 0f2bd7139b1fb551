"""Where in one picture there is much to see, where that could be foretold, and where not."""

from collections.abc import Mapping

import streamlit as st

from contrast_engine.access import Act
from contrast_engine.as_written import markdown
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId, Vectors
from contrast_engine.views.complexity import training
from contrast_engine.views.complexity.entropy_maps import map_words
from contrast_engine.views.encoders.encoder_card import TrainedEncoder
from pages.common import compute, faults, inspector, navigation, selection, thumbnails
from pages.complexity import complexity_loaders, entropy_panels
from pages.frame import access


def show(workspace: Workspace, scored: Vectors, runs: Mapping[str, TrainedEncoder]) -> None:
    """Draw the maps of the open image, and the images on which the encoder errs most.

    Args:
        workspace: The open workspace.
        scored: The table with the score of every image; its first is shown where none is open.
        runs: The trained encoders of complexity, newest first.
    """
    key = next((key for key, run in runs.items() if training.predicts(run)), "")
    image = selection.image()
    if image is None or image not in workspace.images:
        image = next(i for i in scored.ids if i in workspace.images)
    _maps(workspace, image, key)
    inspector.facts(workspace, image)
    with st.container(horizontal=True, vertical_alignment="center"):
        navigation.link(navigation.INSPECT, "Look closely", image=image)
        st.caption("Another image: click it in the gallery or in the chart above.")
    if key:
        _worst(workspace, key)
    else:
        st.caption("Next: train the encoder below; what it predicts and where it errs follow here.")


@st.fragment(key="complexity.maps")
@faults.boundary
def _maps(workspace: Workspace, image: ImageId, key: str) -> None:
    """Draw the maps under a slider, which draws only this again."""
    opacity = st.slider("Opacity of the maps", 0, 100, 60, 5, format="%d%%", width=240)
    with st.spinner("Looking into the picture"):
        found, reason = complexity_loaders.patch_entropies(workspace, image, key)
    if found is None:
        st.warning(markdown(reason))
        return
    entropy_panels.show(workspace, image, found, opacity)
    st.markdown(markdown(map_words(found)))


def _worst(workspace: Workspace, key: str) -> None:
    table = training.error_table(workspace, key)
    if table is None:
        if access.button(Act.RUN, "Find the images on which it errs most", key="complexity.worst"):
            compute.start(workspace, "entropy_maps", encoder=key)
            st.rerun()
        return
    captions = training.worst(workspace, table)
    st.markdown("**Images on which the encoder errs most**")
    st.caption("Below each its mean absolute error; a click shows its maps above.")
    thumbnails.show(
        workspace,
        "complexity.errs",
        list(captions),
        captions=captions,
        size=96,
        opened=selection.image() or "",
        on_event=thumbnails.open_clicked,
    )
