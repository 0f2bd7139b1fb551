"""What the menu says of the sample collection: who labelled in it, and the way to one's own."""

import streamlit as st

from contrast_engine.access import Act, may
from contrast_engine.as_written import markdown
from contrast_engine.store.sample_mark import finished_parts, is_sample
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.labels.annotator_names import annotators_words
from contrast_engine.views.outcomes import result_or_reason
from pages.common import navigation

OWN = "Use my photographs"
NEW = "new images"
"""The part of the sample that scored new images, as it is remembered."""


def note(workspace: Workspace | None) -> None:
    """Say below the menu that this is the sample, and offer owners to begin with others.

    Args:
        workspace: The open collection; nothing is drawn of any other.
    """
    if workspace is None or not is_sample(workspace):
        return
    made = finished_parts(workspace)
    words, _ = result_or_reason(annotators_words, workspace)
    with st.sidebar, st.container(key="sample-note", gap="small"):
        new = "; new images simulated" if NEW in made else ""
        by = f" Labelled and compared by {markdown(words)}{new}." if words else ""
        st.caption(f"**Sample photographs.**{by}")
        if may(Act.OPEN) and st.button(
            OWN, key="sample.own", icon=":material/add_photo_alternate:"
        ):
            st.switch_page(
                navigation.COLLECTION, query_params=navigation.address(**navigation.BEGIN)
            )
