"""The page of an address that names none: where there is something to see, or to begin."""

import streamlit as st

from contrast_engine.views.collection.progress import workflow_state
from contrast_engine.views.outcomes import result_or_reason
from pages.common import navigation, open_workspace


def lead() -> None:
    """Lead to the overview where images are measured, else to the collection.

    A default page has no address of its own, and each of ours has.
    """
    workspace, _ = result_or_reason(open_workspace.opened)
    state, _ = result_or_reason(workflow_state, workspace) if workspace else (None, "")
    page = navigation.OVERVIEW if state and state.measured else navigation.COLLECTION
    st.switch_page(page, query_params=st.query_params.to_dict())
