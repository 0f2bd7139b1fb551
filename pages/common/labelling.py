"""Give a label to some images at once, and take it back."""

from collections.abc import Sequence

import streamlit as st

from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId
from pages.common import session


def bar(workspace: Workspace, ids: Sequence[ImageId], key: str) -> None:
    """Draw one button per label; a click gives that label to all of `ids` on disk at once."""
    labels = workspace.labels.label_set().labels
    if not labels:
        session.link(session.LABEL, "Make labels to sort images with")
        return
    store = workspace.labels
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption("Label as" if len(ids) == 1 else f"Label all {len(ids):,} as", width="content")
        for label in labels:
            st.button(
                label,
                key=f"{key}.{label}",
                on_click=store.say,
                args=(tuple(ids), label),
                kwargs={"who": session.who(), "why": "chosen by hand"},
            )
        st.button(
            "Undo",
            key=f"{key}.undo",
            type="tertiary",
            on_click=store.undo,
            args=(session.who(),),
            help="Takes back what you said last, wherever you said it.",
        )
