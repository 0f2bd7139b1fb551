"""The sources of a collection with what each holds; taking one out, and putting it back."""

import streamlit as st

from contrast_engine import steps
from contrast_engine.access import Act
from contrast_engine.as_written import markdown
from contrast_engine.store.image_file import shown
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.collection.sources import Source
from pages.collection import collection_loaders
from pages.common import faults, identity
from pages.frame import access

PLACE = "sources"
ASKED = "sources.asked"
OPEN = "sources.open"
"""Stays true once something was done in the list, so that it does not fold up by that."""

ICONS = {
    "folder": ":material/folder:",
    "dropped": ":material/upload:",
    "archive": ":material/folder_zip:",
    "table": ":material/table:",
    "file": ":material/image:",
}


@faults.boundary
def show(workspace: Workspace) -> None:
    """Draw every source with a way to take it out, and what is out with a way to put it back."""
    found, out = collection_loaders.sources(workspace), collection_loaders.removed(workspace)
    if not found and not out:
        return
    faults.show(PLACE)
    _doubtful(workspace)
    words = f"Sources: {len(found):,}" + (f", {len(out):,} removed" if out else "")
    with st.expander(words, icon=":material/source:", expanded=st.session_state.get(OPEN, False)):
        for number, one in enumerate(found):
            _row(workspace, one, number)
        if out:
            st.caption("Taken out of the collection. Labels are kept and come back with them.")
        for each in out:
            with st.container(horizontal=True, vertical_alignment="center"):
                who = f", by {each.who}" if each.who else ""
                st.markdown(f"{markdown(each.words)} :small[{markdown(each.day + who)}]")
                access.button(
                    Act.TAKE_OUT,
                    "Put back",
                    key=f"sources.back.{each.seq}",
                    on_click=_put_back,
                    args=(workspace, each.seq),
                )


def _doubtful(workspace: Workspace) -> None:
    """Ask about places that the collection names, where it was not made on this computer."""
    doubtful = workspace.doubtful_roots
    if not doubtful:
        return
    places = ", ".join(markdown(shown(root)) for root in doubtful[:3])
    more = f" and {len(doubtful) - 3:,} more" if len(doubtful) > 3 else ""
    st.warning(
        f"This collection was not made on this computer. It says that its photographs lie in "
        f"{places}{more}. Nothing there is opened until you say so; small pictures, numbers and "
        "labels are shown.",
        icon=":material/folder_off:",
    )
    access.button(
        Act.OPEN,
        "They lie there: open them",
        key="sources.trust",
        on_click=_trust,
        args=(workspace, doubtful),
    )


def _trust(workspace: Workspace, roots: tuple[str, ...]) -> None:
    faults.attempt(PLACE, "It was not remembered.", workspace.trust_roots, roots)


def _row(workspace: Workspace, one: Source, number: int) -> None:
    asked = st.session_state.get(ASKED) == one.root
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"{ICONS[one.kind]} {markdown(one.path)} :small[{markdown(_facts(one))}]")
        if not asked:
            access.button(
                Act.TAKE_OUT,
                "Remove",
                key=f"sources.remove.{number}",
                type="tertiary",
                disabled=workspace.is_read_only,
                on_click=_ask,
                args=(one.root,),
                help="Takes its images out of the collection. No file is deleted, labels are kept, "
                "and it can be put back.",
            )
    if not asked:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        stay = one.images - one.alone
        also = f" {stay:,} stay: another source holds them too." if stay else ""
        st.markdown(f"Take {one.alone:,} images out of the collection?{also}")
        access.button(
            Act.TAKE_OUT,
            "Take them out",
            key="sources.remove.yes",
            type="primary",
            on_click=_remove,
            args=(workspace, one.root),
        )
        st.button("Keep", key="sources.remove.no", on_click=_ask, args=(None,))


def _facts(one: Source) -> str:
    parts = [f"{one.images:,} {'image' if one.images == 1 else 'images'}"]
    parts += [f"{one.problems:,} problems"] if one.problems else []
    parts += [f"{one.missing:,} missing"] if one.missing else []
    parts += [f"added {one.since}"] if one.since else []
    parts += ["dropped here"] if one.kind == "dropped" else []
    parts += [] if one.is_there else ["not there now"]
    return " · ".join(parts)


def _ask(root: str | None) -> None:
    st.session_state[ASKED], st.session_state[OPEN] = root, True


def _put_back(workspace: Workspace, seq: int) -> None:
    st.session_state[OPEN] = True
    faults.attempt(PLACE, "It was not put back.", steps.put_back, workspace, seq)


def _remove(workspace: Workspace, root: str) -> None:
    _ask(None)
    faults.attempt(
        PLACE, "Nothing was removed.", steps.remove, workspace, source=root, who=identity.who()
    )
