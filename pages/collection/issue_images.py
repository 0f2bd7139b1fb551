"""The images that have an issue, the worst first: look at them, tick them, do as with any other."""

from functools import partial

import streamlit as st

from contrast_engine.as_written import markdown
from contrast_engine.imageset import ImageSet
from contrast_engine.issues import FlaggedImages
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.collection import issues as issues_view
from pages.common import selection, selection_bar, thumbnails

PER_PAGE = 60
SIZE = 128


def show(workspace: Workspace, found: FlaggedImages, fragment: str) -> None:
    """Draw the flagged images page by page, with their values, and what can be done with them."""
    flagged = found.images
    if not flagged:
        limit = found.issue.limit_said(found.threshold)
        st.markdown(f"No image has this issue: in none of them {markdown(limit)}.")
        return
    key = f"issue.images.{found.issue.name}"
    part, span = thumbnails.page_of(f"{key}.page", len(flagged), PER_PAGE)
    on_page = flagged[part]
    st.caption(f"Showing {markdown(span)} of {len(flagged):,} images, the worst first.")
    thumbnails.show(
        workspace,
        key=key,
        ids=on_page,
        captions=issues_view.captions(found, on_page),
        size=SIZE,
        opened=selection.image() or "",
        on_event=thumbnails.open_clicked,
        rerun=fragment,
        label=f"Images with the issue {found.issue.title.lower()}",
    )
    thumbnails.turn(f"{key}.page", len(flagged), PER_PAGE)
    after = partial(st.rerun, fragment)
    selection_bar.show(workspace, ImageSet.of(flagged), after=after)
