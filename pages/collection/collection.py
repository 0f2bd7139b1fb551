"""Collection: what is in it, what could not be used, and how the features are spread."""

import streamlit as st

from contrast_engine.access import Act
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.collection.progress import WorkflowState, workflow_state
from pages.collection import (
    add_photographs,
    collection_loaders,
    feature_table,
    first_pictures,
    label_offers,
    reading_form,
    scanning,
    source_list,
    workers_setting,
    workspace_picker,
)
from pages.common import compute, headings, job_panel
from pages.frame import access


def _numbers(state: WorkflowState) -> None:
    """Draw how many images there are, and what became of their files."""
    cards = st.columns(5)
    cards[0].metric(
        "Images",
        f"{state.images:,}",
        help=f"Different pictures that can be read. {headings.help_text('image-id')}",
    )
    cards[1].metric(
        "Files",
        f"{state.files:,}",
        help="The same picture in two files is one image and two files. "
        f"Duplicate: {headings.help_text('duplicate')}",
    )
    cards[2].metric("Problems", f"{state.problems:,}", help=headings.help_text("problem"))
    cards[3].metric(
        "Missing", f"{state.missing:,}", help="The file is not where it was; all is kept."
    )
    cards[4].metric(
        "Measured",
        f"{min(state.measured, state.images):,} of {state.images:,}",
        help=headings.help_text("feature"),
    )


def _again(workspace: Workspace, state: WorkflowState) -> dict[str, int]:
    """Draw what is done with the photographs that are known; gives how many at a time."""
    with st.container(horizontal=True, vertical_alignment="center"):
        is_asked = state.files and access.button(
            Act.RUN,
            "Look for changes",
            help="Reads the known sources again: new, moved and vanished files.",
        )
        is_left = state.unmeasured and access.button(
            Act.RUN, f"Measure {state.unmeasured:,} images"
        )
        workers = workers_setting.show()
    if is_asked:
        compute.gather(workspace, **workers)
    if is_left:
        compute.start(workspace, "measure", **workers)
    return workers


headings.page(
    "Collection",
    "collection",
    "A collection is a folder in which features, labels and results are kept. "
    "Your photographs stay where they are and are never changed.",
)
workspace = workspace_picker.show()
state = workflow_state(workspace)

if state.files:
    _numbers(state)
under_way = st.container()
ways_in = st.container()
workers = _again(workspace, state)
with ways_in:
    add_photographs.show(workspace, workers)
with under_way:
    scanning.show(workspace)
    first_pictures.show(workspace)
    label_offers.show(workspace)
source_list.show(workspace)
reading_form.options(workspace, workers)
reading_form.to_read_again(workspace)

ignored = job_panel.ignored(workspace)
if ignored:
    st.caption(f"The last scan passed over {ignored:,} files that are no images.")
if state.problems:
    with st.expander(
        f"Problems: {state.problems:,} files could not be used", icon=":material/report:"
    ):
        feature_table.problems(workspace.images.problems)
reading_form.notes(workspace)

if state.measured and state.images:
    headings.section(
        "Features",
        "feature",
        f"How every feature of the {state.measured:,} measured images is spread, taken in linear "
        "light at a long side of at most 512 pixels. The bars count images between the 1st and "
        "99th percentile.",
    )
    feature_table.features(collection_loaders.overview(workspace))
