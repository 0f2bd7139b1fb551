"""The confusion matrix of a model, with the images behind the cell that was clicked."""

import streamlit as st

from contrast_engine.as_written import markdown, plain
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.models.confusion import ConfusionMatrix, confusion_matrix
from pages.common import headings, inspector, thumbnails
from pages.common.cached import cached
from pages.components import figure

SHOWN = 60
CELL = "mistakes.cell"


def show(workspace: Workspace, key: str) -> None:
    """Draw which labels the model confuses and the images of one cell.

    Args:
        workspace: The open workspace.
        key: The predictions.
    """
    found = _matrix(workspace, key)
    if found is None:
        return
    if not 0 <= st.session_state.get(CELL, -1) < len(found.cells):
        st.session_state[CELL] = found.worst
    across = round(len(found.cells) ** 0.5)

    def choose(point: dict[str, list[int]]) -> None:
        row, column = point["point"]
        st.session_state[CELL] = row * across + column

    headings.section(
        "Confusion matrix", "confusion-matrix", "Which labels the model takes for which others."
    )
    left, right = st.columns([2, 3], gap="medium")
    with left:
        figure.show(
            found.chart, key="mistakes.chart", height=320, label="Confusion matrix", on_click=choose
        )
        st.caption(markdown(found.basis))
    with right:
        place = st.selectbox(
            "Images behind a cell; click one in the matrix, or choose it here",
            range(len(found.cells)),
            format_func=lambda number: plain(found.cells[number].words),
            key=CELL,
        )
        cell = found.cells[place]
        if not cell.images:
            st.caption("No image is in this cell.")
        elif len(cell.images) > SHOWN:
            st.caption(f"Showing the most certain {SHOWN} of {len(cell.images):,}.")
        opened = thumbnails.show(
            workspace,
            key=f"mistakes.{key}.{place}",
            ids=[image for image, _ in cell.images[:SHOWN]],
            captions=dict(cell.images[:SHOWN]),
            size=96,
        ).opened
    if opened:
        inspector.dialog(workspace, opened)


@cached()
def _matrix(workspace: Workspace, key: str) -> ConfusionMatrix | None:
    return confusion_matrix(workspace, key)
