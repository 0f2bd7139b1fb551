"""Export: download the table, and predict new images."""

from functools import partial

import streamlit as st

from contrast_engine.as_written import plain
from contrast_engine.steps.output.export import handed_out
from pages.common import headings, navigation
from pages.common.rows import written
from pages.output import export_form, formats_form, new_images, report_form, reproduce_form

headings.page(
    "Export",
    "export",
    "One row per image: its file, every feature, cluster, label, predicted label with probability, "
    "and place on the map. A cell is blank where nothing is known.",
)
workspace = navigation.workspace()
state = navigation.measured(workspace, "export the table")

rows = export_form.rows(workspace)
headings.section("Table", "export", f"The first {len(rows):,} of {state.images:,} rows.")
st.dataframe(written(rows, plain), hide_index=True, height=300)
with st.container(horizontal=True):
    for suffix, words in (("csv", "Download CSV"), ("parquet", "Download Parquet")):
        st.download_button(
            words,
            partial(handed_out, workspace, suffix),
            f"{workspace.name}.{suffix}",
            on_click="ignore",
        )
export_form.form(workspace)
navigation.link(navigation.MAP, "Download the map too, as one page with its pictures")

formats_form.show(workspace)

headings.section(
    "Report",
    "report",
    "What is known of the collection as one file to send: overview, map, clusters, issues, labels, "
    "model card, evidence, methods, and how to make it again.",
)
report_form.show(workspace)

headings.section(
    "Make it again",
    "curation-record",
    "A shell script that makes every result in use again from the files and from what people said.",
)
reproduce_form.show(workspace)

headings.section(
    "New images",
    "pseudo-label",
    "Predicted by the same features and the same model as the collection. They are not added to "
    "it, but kept in a log, so that the page Monitor can say whether they are still like it.",
)
new_images.show(workspace)
navigation.link(navigation.MONITOR, "Are new images still like the collection?")
