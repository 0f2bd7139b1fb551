"""What this tab looks at: which workspace, which image. Ids in the address, nothing else."""

from collections.abc import Iterable

import streamlit as st

from contrast_engine import server
from contrast_engine.imageset import ImageId, ImageSet
from contrast_engine.steps.collection.keep_selection import keep_selection
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.collection.progress import WorkflowState, workflow_state
from contrast_engine.views.collection.selections import kept_images

COLLECTION = "collection/collection.py"
MAP = "structure/map.py"
CLUSTERS = "structure/clusters.py"
AXES = "structure/axes.py"
GALLERY = "collection/gallery.py"
INSPECT = "image/image.py"
WHATIF = "image/what_if.py"
SIMILAR = "structure/outliers.py"
LABEL = "labels/label.py"
MODEL = "models/model.py"
VALIDATE = "evidence/evidence.py"
EXPORT = "output/export.py"

WORKSPACE = "workspace"
ELSEWHERE = "elsewhere"
IMAGE = "image"
WHO = "who"
BLIND = "blind"
KNOWN_AS = "known as"
SELECTED = "selected"
SELECTION = "selection"


def opened() -> Workspace | None:
    """The workspace this tab has open: the address decides, then the tab, then the server."""
    named, first = st.query_params.get(WORKSPACE), server.initial()
    workspace = server.workspaces().get(named or st.session_state.get(WORKSPACE) or "")
    if workspace is None:
        workspace = first
        st.session_state[ELSEWHERE] = bool(named)
    if workspace is not None:
        remember(workspace)
    return workspace


def remember(workspace: Workspace) -> None:
    """Make a workspace the one this tab has open, and put it into the address."""
    st.session_state[WORKSPACE] = workspace.id
    st.query_params[WORKSPACE] = workspace.id


def workspace() -> Workspace:
    """The open workspace, or say that there is none, link to where one is opened, and stop."""
    found = opened()
    if found is None:
        empty(
            "No collection is open yet. A collection is a folder on this computer in which the "
            "measurements, labels and results of your photographs are kept.",
            COLLECTION,
            "Open a collection",
        )
    if st.session_state.pop(ELSEWHERE, False):
        st.info(
            "The address names a collection that is not open here. "
            f"This is {found.name}; open the other one on the page Images."
        )
    return found


def measured(workspace: Workspace, purpose: str) -> WorkflowState:
    """The state of a workspace whose images are measured, or lead to measuring and stop.

    Args:
        workspace: The open workspace.
        purpose: What the page could show then, as the end of "Measure the images first to ...".
    """
    state = workflow_state(workspace)
    if not state.images:
        empty(
            f"There are no photographs in this collection yet. Add some to {purpose}.",
            COLLECTION,
            "Add photographs",
        )
    if state.is_outdated:
        empty(
            "The measures have become better since these images were measured, and old and new "
            f"values cannot be mixed. Measure the images again to {purpose}. Labels are kept.",
            COLLECTION,
            "Measure the images again",
        )
    if not state.measured:
        empty(
            f"The {state.images:,} images are not measured yet. Measure them to {purpose}.",
            COLLECTION,
            "Measure the images",
        )
    if state.unmeasured:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(
                f"{state.unmeasured:,} of {state.images:,} images were added after the last "
                "measuring and are not shown here."
            )
            link(COLLECTION, "Measure them")
    return state


def empty(text: str, page: str, label: str) -> None:
    """Say why there is nothing to show, offer the page that changes it, and end this page."""
    with st.container(border=True, width=720):
        st.markdown(text)
        if st.button(label, type="primary", key=f"empty.{page}"):
            st.switch_page(page, query_params=address())
    st.stop()


def link(page: str, label: str, **view: str) -> None:
    """Draw a link to another page of this workspace, with a view of it in the address."""
    st.page_link(page, label=label, query_params=address(**view), icon=":material/arrow_forward:")


def address(**view: str) -> dict[str, str]:
    """The address parameters that carry this tab's workspace, and a view, to another page."""
    kept = {
        WORKSPACE: st.session_state.get(WORKSPACE),
        WHO: st.session_state.get(KNOWN_AS),
        BLIND: st.query_params.get(BLIND),
    }
    return {name: value for name, value in kept.items() if value} | view


def image() -> str | None:
    """The image that is open in the inspector, by its id in the address."""
    return st.query_params.get(IMAGE)


def open_image(image: str | None = None) -> None:
    """Open an image in the inspector, or close it."""
    if image:
        st.query_params[IMAGE] = image
    else:
        st.query_params.pop(IMAGE, None)


def selected() -> ImageSet:
    """The selected images: those the address names, else the last of this tab."""
    named, held = st.query_params.get(SELECTION), st.session_state.get(SELECTION)
    if named and named != held:
        kept = kept_images(opened(), named)
        if not kept:
            st.toast("The selection in this address is not kept here any more.")
        select(kept)
    elif held and not named:
        st.query_params[SELECTION] = held
    return ImageSet.of(st.session_state.get(SELECTED, ()))


def select(images: Iterable[ImageId]) -> None:
    """Make these images the selection; it is kept, so that the address can name it."""
    st.session_state[SELECTED] = chosen = ImageSet.of(images)
    st.session_state[SELECTION] = key = keep_selection(opened(), chosen)
    if key:
        st.query_params[SELECTION] = key
    else:
        st.query_params.pop(SELECTION, None)


def selection() -> str:
    """The key under which the selection is kept, "" where there is none."""
    return st.session_state.get(SELECTION, "")


def who() -> str:
    """The name under which this tab labels."""
    return st.query_params.get(WHO) or st.session_state.get(KNOWN_AS) or "me"


def is_blind() -> bool:
    """True if this tab labels without seeing what others said or what the app thinks."""
    return st.query_params.get(BLIND) == "1"


def go_blind() -> None:
    """Do as the switch says; the address keeps it through a reload."""
    if st.session_state["labels blind"]:
        st.query_params[BLIND] = "1"
    else:
        st.query_params.pop(BLIND, None)


def call_me(name: str) -> None:
    """Label under this name from now on, in this tab and in addresses made from it."""
    st.session_state[KNOWN_AS] = st.query_params[WHO] = name.strip() or "me"
