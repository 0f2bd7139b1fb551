"""Use: take the table with you, and let the model judge new images."""

from functools import partial

import streamlit as st

from contrast_engine.views.output.table_preview import table_bytes
from pages.common import navigation
from pages.output import export_form, new_images

st.title("Export")
st.caption(
    "One row per image: its file, every measure, cluster, label, predicted label with probability, "
    "and place on the map. A cell is blank where nothing is known."
)
workspace = navigation.workspace()
state = navigation.measured(workspace, "export the table")

rows = export_form.rows(workspace)
st.subheader("The table")
st.caption(f"The first {len(rows):,} of {state.images:,} rows.")
st.dataframe(rows, hide_index=True, height=300)
with st.container(horizontal=True):
    for suffix, words in (("csv", "Download CSV"), ("parquet", "Download Parquet")):
        st.download_button(
            words,
            partial(table_bytes, workspace, suffix),
            f"{workspace.name}.{suffix}",
            on_click="ignore",
        )
export_form.form(workspace)
navigation.link(navigation.MAP, "The map can be taken too, as one page with its pictures")

st.subheader("New images")
st.caption(
    "Judged by the same measuring and the same model as the collection; they are not added to it."
)
new_images.show(workspace)
