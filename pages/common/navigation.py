"""The way from page to page: paths, links with this tab's address, and what a page needs first."""

from typing import NoReturn

import streamlit as st

from contrast_engine.as_written import markdown
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.collection.progress import WorkflowState, workflow_state
from contrast_engine.views.collection.whose_turn import act_on, turn
from contrast_engine.views.outcomes import result_or_reason
from pages.common import faults, identity, open_workspace
from pages.frame.access import Act, closed, may

OVERVIEW = "overview/overview.py"
PRESENT = "overview/present.py"
COLLECTION = "collection/collection.py"
GALLERY = "collection/gallery.py"
MAP = "structure/map.py"
INSPECT = "image/image.py"
WHATIF = "image/what_if.py"
ISSUES = "collection/issues.py"
SIMILAR = "structure/outliers.py"
FEATURES = "collection/features.py"
AXES = "structure/axes.py"
COMPLEXITY = "complexity/complexity.py"
ILLUMINANTS = "illuminants/illuminants.py"
CLUSTERS = "structure/clusters.py"
LABEL = "labels/label.py"
PAIRS = "labels/pairs.py"
AGREEMENT = "labels/agreement.py"
MODEL = "models/model.py"
ENCODERS = "encoders/encoders.py"
MONITOR = "monitoring/monitor.py"
VALIDATE = "evidence/evidence.py"
EXPORT = "output/export.py"
GLOSSARY = "help/glossary.py"
METHODS = "help/methods.py"

PAGES = {
    "overview": OVERVIEW,
    "present": PRESENT,
    "collection": COLLECTION,
    "gallery": GALLERY,
    "map": MAP,
    "image": INSPECT,
    "whatif": WHATIF,
    "issues": ISSUES,
    "odd": SIMILAR,
    "features": FEATURES,
    "axes": AXES,
    "complexity": COMPLEXITY,
    "illuminants": ILLUMINANTS,
    "clusters": CLUSTERS,
    "label": LABEL,
    "pairs": PAIRS,
    "agreement": AGREEMENT,
    "model": MODEL,
    "encoders": ENCODERS,
    "monitor": MONITOR,
    "validate": VALIDATE,
    "export": EXPORT,
    "glossary": GLOSSARY,
    "methods": METHODS,
}
"""Every page, by its address."""

ADDRESSES = {page: address for address, page in PAGES.items()}

BEGIN = {"new": "1"}
"""The parameter with which the page Collection asks for photographs, whatever is open."""

_ONE_VIEW = (GALLERY, MAP, INSPECT, WHATIF)
"""Pages that show the same pictures, in one order: the filter of one is that of the others."""

_FILTER, _SHARED = "f.", ("selection", "image", "show", "sort", "order")

HERE = "frame.here"
"""The address of the page that is open, without its parameters."""


def workspace() -> Workspace:
    """The open workspace, or say that there is none, link to where one is opened, and stop."""
    found, reason = result_or_reason(open_workspace.opened)
    if reason:
        st.error(markdown(reason))
    if found is None:
        empty(
            "No collection is open yet. A collection is a folder on this computer in which the "
            "features, labels and results of your photographs are kept.",
            COLLECTION,
            "Open a collection",
        )
    if open_workspace.is_another():
        st.info(
            "The address names a collection that is not open here. "
            f"This is {markdown(found.name)}; open the other one on the page Collection."
        )
    faults.read_only(found)
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
            "The features have become better since these images were measured, and old and new "
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
    if state.read_again:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(
                f"{state.read_again:,} images were read in another way since they were measured; "
                "what is shown here rests on how they were read before."
            )
            if may(Act.RUN):
                link(COLLECTION, "Measure them again")
    elif state.unmeasured:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(
                f"{state.unmeasured:,} of {state.images:,} images were added after the last "
                "measuring and are not shown here."
            )
            if may(Act.RUN):
                link(COLLECTION, "Measure them")
    return state


def empty(text: str, page: str, label: str) -> NoReturn:
    """Say why there is nothing to show, offer the page that changes it, and end this page."""
    with st.container(border=True, width=720):
        st.markdown(markdown(text))
        act = act_on(ADDRESSES[page])
        if closed(act, f"{turn(act, label)}."):
            st.stop()
        if st.button(markdown(label), type="primary", key=f"empty.{page}"):
            st.switch_page(page, query_params=address())
    st.stop()


def link(page: str, label: str, **view: str) -> None:
    """Draw a link to another page of this workspace, with a view of it in the address."""
    st.page_link(
        page,
        label=markdown(label),
        query_params=address_of(page) | view,
        icon=":material/arrow_forward:",
    )


def address(**view: str) -> dict[str, str]:
    """The address parameters that carry this tab's workspace, and a view, to another page."""
    return open_workspace.parameters() | identity.parameters() | view


def address_of(page: str) -> dict[str, str]:
    """The address parameters with which the menu leads to a page.

    Gallery, map and image are looks at the same pictures, so filter, order, selection and image
    come along from one to the other.
    """
    here = PAGES.get(str(st.session_state.get(HERE)))
    if page not in _ONE_VIEW or here not in _ONE_VIEW:
        return address()
    shared = st.query_params.to_dict().items()
    return address(**{n: v for n, v in shared if n in _SHARED or n.startswith(_FILTER)})
