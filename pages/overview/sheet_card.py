"""The contact sheet: a few images that stand for all."""

import streamlit as st

from contrast_engine.store.workspace import Workspace
from contrast_engine.views.overview import ContactSheet
from pages.overview import card, style


def show(workspace: Workspace, found: ContactSheet) -> None:
    """Draw the sheet, and below it how it was drawn."""
    title = "1 image" if found.total == 1 else f"{found.total:,} images"
    with card.frame("sheet", title, found):
        st.html(style.pictures(workspace, found.images, "ov-sheet") + style.note(found.how))
