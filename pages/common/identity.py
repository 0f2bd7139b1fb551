"""Who labels in this browser: a name, asked for once, and whether they label blind.

The name belongs to the browser, which keeps a random number in a cookie; the collection keeps which
name was taken in which browser. So the address need not carry it, and two people in two browsers
are never one by accident.
"""

import secrets
from collections.abc import Callable

import streamlit as st

from contrast_engine import access, server
from contrast_engine.access import Act
from contrast_engine.as_written import markdown
from contrast_engine.simulated import is_simulated
from contrast_engine.store.annotators import LONGEST_NAME
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.labels.annotator_names import elsewhere_words, known_names, spelled
from pages.common import faults, open_workspace
from pages.frame.access import closed, closed_button

WHO = "who"
"""The parameter of addresses that were shared when they carried the name."""

BLIND = "blind"
KNOWN_AS = "known as"
SWITCH = "labels blind"
"""The key of the switch that `go_blind` follows."""

COOKIE = "contrast-browser"
"""Where a browser keeps its number; `pages/components/front_door` makes it."""

TOKEN = "number of a browser without cookies"
DOUBT = "whose name is this"
PLACE = "who"
OFFERED = 8
QUESTION = "Who is labelling?"
WHY = "Your name stands beside every label you give."


def who() -> str:
    """The name of the person at this browser; "" where it was not said yet."""
    known = access.acting()
    return known.name if known else typed()


def typed() -> str:
    """The name that was typed in this browser, where nobody has to log in; "" without one."""
    workspace = _workspace()
    found = workspace.annotators.name_of(_browser()) if workspace and _browser() else ""
    return found or _brought(workspace)


def ask(key: str, act: Act = Act.CHANGE) -> bool:
    """True where it is known who labels and they may; else the question is drawn here, once.

    What writes with a name stands behind it: `if identity.ask("bar"): st.button(...)`.

    Args:
        key: Names this place.
        act: What is done there; where somebody may not, that is said in its place.
    """
    if closed(act):
        return False
    if who():
        return True
    question(key)
    return False


def ask_behind(words: str, key: str, act: Act = Act.CHANGE) -> bool:
    """As `ask`, where there is little room: the question opens behind a button.

    Args:
        words: What is done once the name is known; they stand on the button.
        key: Names this place.
        act: What is done there; where somebody may not, the button is closed and says why.
    """
    if not access.may(act):
        closed_button(act, markdown(words), key=f"{key}.closed")
        return False
    if who():
        return True
    opened = st.popover(markdown(words), key=f"{key}.before", on_change="rerun")
    if opened.open:
        with opened:
            question(key)
    return False


def question(key: str, after: Callable[[], object] = lambda: None) -> None:
    """Draw the question of who labels, also to say another name than before.

    Args:
        key: Names this place.
        after: Called when a name was taken.
    """
    doubted = st.session_state.get(DOUBT)

    def take(name: str, *, is_sure: bool = False) -> None:
        call_me(name, is_sure=is_sure)
        if faults.is_well(PLACE) and DOUBT not in st.session_state:
            after()

    with st.container(key=f"{key}.who", gap="small", width=560):
        st.markdown(f"**{markdown(QUESTION)}** {WHY}")
        if doubted:
            _is_that_you(key, doubted, take)
        else:
            _field(key, take)
        faults.show(PLACE)


def call_me(name: str, *, is_sure: bool = False) -> None:
    """Label under this name from now on, in this browser; asks first where it is another's.

    Args:
        name: As it was typed.
        is_sure: The person said that the name is theirs in another browser, too.
    """
    st.session_state.pop(DOUBT, None)
    workspace = _workspace()
    if workspace is None:
        st.session_state[KNOWN_AS] = " ".join(name.split())[:LONGEST_NAME]
        return
    found = faults.attempt(PLACE, "", spelled, workspace, name)
    if found is None:
        return
    if _take(workspace, found, is_sure=is_sure):
        st.session_state[KNOWN_AS] = found
        st.query_params.pop(WHO, None)
    elif faults.is_well(PLACE):
        st.session_state[DOUBT] = found


def is_blind() -> bool:
    """True if this tab labels without seeing the labels of others or what the model predicts."""
    return st.query_params.get(BLIND) == "1" or all_are_blind()


def all_are_blind() -> bool:
    """True if whoever owns the collection has everybody label blind."""
    workspace = _workspace()
    return workspace is not None and workspace.labels.label_set().is_blind


def go_blind() -> None:
    """Do as the switch says; the address keeps it through a reload."""
    if st.session_state[SWITCH]:
        st.query_params[BLIND] = "1"
    else:
        st.query_params.pop(BLIND, None)


def parameters() -> dict[str, str]:
    """The address parameters that carry how this tab labels to another page."""
    return {BLIND: "1"} if st.query_params.get(BLIND) == "1" else {}


def _field(key: str, take: Callable[[str], None]) -> None:
    workspace, address = _workspace(), st.query_params.get(WHO, "")
    known = known_names(workspace) if workspace else ()

    def said() -> None:
        take(st.session_state[f"{key}.name"])

    with (
        st.form(f"{key}.form", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        st.text_input(
            "Your name", address, key=f"{key}.name", max_chars=LONGEST_NAME,
            placeholder="Your name", label_visibility="collapsed", width=260,
        )  # fmt: skip
        st.form_submit_button("This is me", type="primary", on_click=said)
    if known:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption("Labelled here before:", width="content")
            for place, name in enumerate(known[:OFFERED]):
                st.button(
                    markdown(name), key=f"{key}.known.{place}", type="tertiary",
                    on_click=take, args=(name,),
                )  # fmt: skip


def _is_that_you(key: str, name: str, take: Callable[..., None]) -> None:
    workspace = _workspace()
    when = elsewhere_words(workspace, name, _browser()) if workspace else ""
    used = f" was used in another browser, last on {markdown(when)}" if when else " is known here"
    st.markdown(f"**{markdown(name)}**{used}. Is that you?")

    def another() -> None:
        st.session_state.pop(DOUBT, None)

    with st.container(horizontal=True):
        st.button(
            "Yes, that is me", key=f"{key}.sure", type="primary",
            on_click=take, args=(name,), kwargs={"is_sure": True},
        )  # fmt: skip
        st.button("No, I use another name", key=f"{key}.other", on_click=another)


def _brought(workspace: Workspace | None) -> str:
    """The name this tab brings from another collection or an old address, once it is taken."""
    for brought in (st.session_state.get(KNOWN_AS), st.query_params.get(WHO)):
        name = " ".join(str(brought or "").split())[:LONGEST_NAME]
        if is_simulated(name):
            continue
        if name and (workspace is None or not _browser() or workspace.is_read_only):
            return name
        if name and workspace and _take(workspace, name := spelled(workspace, name)):
            return name
    return ""


def _take(workspace: Workspace, name: str, *, is_sure: bool = False) -> bool:
    """True if the name is this browser's from now on."""
    if not _browser():
        return True
    take = workspace.annotators.take
    return bool(faults.attempt(PLACE, "", take, name, _browser(), is_sure=is_sure))


def _browser() -> str:
    """The number of this browser; "" where there is none at all, as in a test of a page."""
    if not st.context.headers:
        return ""
    return st.context.cookies.get(COOKIE) or str(
        st.session_state.setdefault(TOKEN, secrets.token_hex(16))
    )


def _workspace() -> Workspace | None:
    return server.workspaces().get(st.session_state.get(open_workspace.WORKSPACE, ""))
