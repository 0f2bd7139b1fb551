"""Export: download the table, and predict new images."""

from functools import partial

import streamlit as st

from contrast_engine.as_written import plain
from contrast_engine.steps.output.export import handed_out
from pages.common import headings, navigation
from pages.common.rows import written
from pages.output import export_form, formats_form, new_images, report_form

headings.page(
    "Export",
    "export",
    "What is known of the collection as a table to download, as a report, or in the form that "
    "another tool reads.",
)
workspace = navigation.workspace()
state = navigation.measured(workspace, "export the table")

rows = export_form.rows(workspace)
headings.section(
    "Table",
    "export",
    "One row per image: its file, every feature, cluster, label, predicted label with probability, "
    "and place on the map. A cell is blank where nothing is known. "
    f"Showing the first {len(rows):,} of {state.images:,} rows.",
)
st.dataframe(written(rows, plain), hide_index=True, height=export_form.PREVIEW)
with st.container(horizontal=True, vertical_alignment="center"):
    for suffix, words in (("csv", "Download CSV"), ("parquet", "Download Parquet")):
        st.download_button(
            words,
            partial(handed_out, workspace, suffix),
            f"{workspace.name}.{suffix}",
            on_click="ignore",
        )
    navigation.link(navigation.MAP, "Download the map too, as one page with its pictures")
with st.expander("Write the table to a path on this computer"):
    export_form.form(workspace)

headings.section(
    "Report",
    "report",
    "All of it as one file to send and to read: overview, map, clusters, issues, labels, model "
    "card, evidence, methods, and how to make it again.",
)
report_form.show(workspace)

formats_form.show(workspace)

headings.section(
    "New images",
    "pseudo-label",
    "Predicted by the same features and the same model as the collection. They are not added to "
    "it, but kept in a log, so that the page Monitor can say whether they are still like it.",
)
new_images.show(workspace)
navigation.link(navigation.MONITOR, "Are new images still like the collection?")
