"""The images that have an issue, the worst first: look at them, tick them, do as with any other."""

from collections.abc import Sequence

import streamlit as st

from contrast_engine.as_written import markdown
from contrast_engine.imageset import ImageId, ImageSet
from contrast_engine.issues import FlaggedImages
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.collection import issues as issues_view
from pages.common import selection, selection_panel, thumbnails
from pages.components.gallery import GalleryEvents

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
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            f"Showing {markdown(span)} of {len(flagged):,} images, the worst first.",
            width="content",
        )
        st.button(
            f"Select all {len(flagged):,}", key="issue.select", type="tertiary",
            on_click=selection.select, args=(flagged,),
        )  # fmt: skip
    chosen = selection.selected()
    here = [image for image in flagged if image in chosen]
    if here:
        selection_panel.heading(workspace, here, len(chosen) - len(here))
    thumbnails.show(
        workspace,
        key=key,
        ids=on_page,
        captions=issues_view.captions(found, on_page),
        size=SIZE,
        selected=[image for image in on_page if image in chosen],
        opened=selection.image() or "",
        on_event=lambda event: _happened(event, on_page),
        rerun=fragment,
        label=f"Images with the issue {found.issue.title.lower()}",
    )
    thumbnails.turn(f"{key}.page", len(flagged), PER_PAGE)


def _happened(event: GalleryEvents, on_page: Sequence[ImageId]) -> None:
    """Open what was clicked; what is ticked is selected."""
    thumbnails.open_clicked(event)
    old = selection.selected()
    new = (old - ImageSet.of(on_page)) | ImageSet.of(event.selected)
    if new != old:
        selection.select(new)
