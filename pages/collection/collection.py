"""Collection: what is in it, what could not be used, and how the features are spread."""

import streamlit as st

from contrast_engine.as_written import markdown
from contrast_engine.views.collection.progress import workflow_state
from contrast_engine.views.input_checks import source_problem, typed_path
from pages.collection import (
    collection_loaders,
    feature_table,
    reading_form,
    workers_setting,
    workspace_picker,
)
from pages.common import compute, headings, job_panel

headings.page(
    "Images",
    "collection",
    "A collection is a folder in which features, labels and results are kept. "
    "Your photographs stay where they are and are never changed.",
)
workspace = workspace_picker.show()
state = workflow_state(workspace)

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
cards[3].metric("Missing", f"{state.missing:,}", help="The file is not where it was; all is kept.")
cards[4].metric(
    "Measured", f"{state.measured:,} of {state.images:,}", help=headings.help_text("feature")
)

with st.form("add", border=False):
    field, button = st.columns([5, 1], vertical_alignment="bottom")
    source = field.text_input(
        "Add photographs: folder or file on this computer",
        placeholder="/home/me/photographs",
        help="A folder with everything below it, one image, a .zip, or a .csv or .parquet table "
        "with a column called path.",
    )
    is_sent = button.form_submit_button("Scan and measure", type="primary", width="stretch")
beside = st.container(horizontal=True, vertical_alignment="bottom")
with beside:
    workers = workers_setting.show()
if is_sent:
    reason = source_problem(source)
    if reason:
        st.error(markdown(reason))
    else:
        compute.start(workspace, "gather", paths=[str(typed_path(source))], **workers)
with beside:
    if state.files and st.button(
        "Look for changes", help="Reads the known folders again: new, moved and vanished files."
    ):
        compute.start(workspace, "gather", **workers)
    if state.unmeasured and st.button(f"Measure {state.unmeasured:,} images"):
        compute.start(workspace, "measure", **workers)
reading_form.options(workspace, workers)
reading_form.to_read_again(workspace)

for step, title in (
    ("gather", "Scanning, then measuring"),
    ("scan", "Scanning"),
    ("measure", "Measuring"),
):
    job = job_panel.running(workspace, step)
    if job:
        job_panel.show(workspace, job.id, title)
    else:
        job_panel.problem(workspace, step)

ignored = job_panel.ignored(workspace)
if ignored:
    st.caption(f"The last scan passed over {ignored:,} files that are no images.")
if state.problems:
    with st.expander(
        f"Problems: {state.problems:,} files could not be used", icon=":material/report:"
    ):
        feature_table.problems(workspace.images.problems)
reading_form.notes(workspace)

if state.measured:
    headings.section(
        "Features",
        "feature",
        f"How every feature of the {state.measured:,} measured images is spread, taken in linear "
        "light at a long side of at most 512 pixels. The bars count images between the 1st and "
        "99th percentile.",
    )
    feature_table.features(collection_loaders.overview(workspace))
