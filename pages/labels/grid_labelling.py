"""Labelling several images at once: a grid to select in, and one button per label."""

from collections.abc import Sequence

import streamlit as st

from contrast_engine.as_written import plain
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.labels.queue import QueuedImage
from contrast_engine.views.labels.queue_strategies import LabelRequest
from pages.common import inspector, label_buttons, thumbnails
from pages.labels import queue as label_queue
from pages.labels import team

PER_PAGE = 60


def show(workspace: Workspace, name: str, queue: Sequence[QueuedImage]) -> Sequence[LabelRequest]:
    """The queue as it is shown; draws a page of images to select from, and the labels to give.

    Args:
        workspace: The open workspace.
        name: Names this very queue.
        queue: The images.
    """
    found = label_queue.seen(workspace, name, queue)
    pages = max(-(-len(found) // PER_PAGE), 1)
    page = min(st.session_state.get(f"several.page.{name}", 1), pages)
    here = found[(page - 1) * PER_PAGE : page * PER_PAGE]
    held = team.handed(workspace, f"{name} {page}", here, most=PER_PAGE).held
    ids = [one.image for one in here]
    marked = f"several.{name}.{page}"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            f"Showing {len(here):,} of {len(found):,}. Ctrl or shift and click selects, Space too.",
            width="content",
        )
        is_all = st.button("Select all shown", type="tertiary")
        is_rest = st.button("Select those without a label", type="tertiary")
        is_none = st.button("Select none", type="tertiary")
    wanted = None
    if is_all or is_rest or is_none:
        wanted = [
            one.image
            for one in here
            if is_all or (is_rest and one.is_open and one.image not in held)
        ]
    above = st.container(height=76, border=False, vertical_alignment="center")
    events = thumbnails.show(
        workspace,
        key=marked,
        ids=ids,
        captions={one.image: _caption(one, held.get(one.image, "")) for one in here},
        size=104,
        selected=wanted,
        own_ticks=True,
    )
    with above:
        if events.selected:
            label_buttons.bar(workspace, events.selected, f"several.bar.{name}")
        else:
            st.caption(
                "Select images to give them a label together; one undo takes all of it back."
            )
    if pages > 1:
        st.pagination(pages, key=f"several.page.{name}")
    if events.opened:
        inspector.dialog(workspace, events.opened)
    return found


def _caption(one: LabelRequest, holder: str) -> str:
    """The label of an image, or whose it is to label."""
    if one.is_open:
        return f"with {plain(holder)}" if holder else ""
    return one.label or ("unsure" if one.is_unsure else "labelled by another")
