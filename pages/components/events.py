"""What people did in a component, each thing once: the Python side of `shared/log.js`.

A component keeps an append-only log as its state: `{"token": ..., "entries": [{"seq": 1, ...}]}`.
The token is new with every mount, `seq` counts within it. Triggers would lose presses at
key-repeat speed; a log whose entries are numbered cannot, and a repeated one does no harm. What was
acted upon is acknowledged with the next drawing, and the browser then forgets it.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from contrast_engine.errors import OptionError
from contrast_engine.store import disk_faults
from pages.common import faults

Entry = dict[str, Any]
"""One thing somebody did, with its number `seq` and the `token` of its log."""

T = TypeVar("T")

Act = Callable[[list[Entry]], None]
"""What a component does with its new entries, oldest first."""


NOT_OURS = "the page got what no button of it sends; reload it"


def read(entries: list[Entry], of: Callable[[Entry], T]) -> list[T]:
    """What entries say, each read by `of`.

    Raises:
        OptionError: One says what no component of ours writes.
    """
    try:
        return [of(entry) for entry in entries]
    except (KeyError, TypeError, ValueError) as error:
        raise OptionError(f"{NOT_OURS} ({error})") from error


def text(said: object) -> str:
    """What was said, where it is text.

    Raises:
        TypeError: It is not.
    """
    if not isinstance(said, str):
        raise TypeError(f"{said!r} is no text")
    return said


def offered(said: object, choices: Sequence[T]) -> T:
    """What was said, where it is one of the choices that the browser was given.

    Raises:
        OptionError: It is none of them.
    """
    for one in choices:
        if one == said:
            return one
    words = ", ".join(map(str, choices))
    raise OptionError(f"{said!r} is not offered here; there are: {words}; reload the page")


def draw(
    component: ComponentRenderer,
    key: str,
    data: Mapping[str, Any],
    act: Act,
    *,
    rerun: str | Sequence[str] | None = None,
) -> None:
    """Draw a component and hand every entry of its log to `act` at most once.

    They count as acted upon before `act` begins: whatever it redraws, nothing is done twice.

    Args:
        component: As `register` gave it.
        key: Names this part of the page.
        data: What the browser gets, beside what the log needs.
        act: Called with the new entries before anything is redrawn.
        rerun: Keys of the fragments to run after that; else the one that holds the component.
    """

    def on_change() -> None:
        entries = _waiting(key)
        if not entries:
            return
        _acknowledge(key, entries)
        act(entries)
        if rerun:
            st.rerun(rerun)

    component(key=key, data={**data, **_sent(key)}, on_log_change=on_change)


def draw_until_saved(
    component: ComponentRenderer, key: str, data: Mapping[str, Any], save: Act
) -> None:
    """Draw a component and hand every entry of its log to `save` until it has returned for it.

    If `save` raises one of our errors or the disk refuses, the component gets the words as
    `problem`, and keeps and sends again what is not saved.

    Args:
        component: As `register` gave it.
        key: Names this part of the page.
        data: What the browser gets, beside what the log needs.
        save: Writes the entries to disk before anything is redrawn; may get one a second time
            after a failure, so it must know them by their token and number.
    """
    problem = f"{key}:problem"

    def on_change() -> None:
        entries = _waiting(key)
        if not entries:
            return
        try:
            save(entries)
        except disk_faults.FAULTS as error:
            st.session_state[problem] = words = disk_faults.words(error)
            faults.note(key, f"Not saved yet: {words}")
            return
        _acknowledge(key, entries)
        st.session_state.pop(problem, None)
        faults.note(key, "")

    faults.shown(key)  # the component says it itself
    told = {**data, **_sent(key), "problem": st.session_state.get(problem, "")}
    component(key=key, data=told, on_log_change=on_change)
    if _waiting(key):  # sent to a server that has since been started anew, or not saved before
        on_change()
        if not _waiting(key):
            st.rerun()


def on_trigger(key: str, name: str, act: Callable[[Any], None] | None) -> Callable[[], None]:
    """The callback for trigger `name` of component `key`, which hands its value to `act`."""

    def on_change() -> None:
        value = (st.session_state.get(key) or {}).get(name)
        if act and value:
            act(value)

    return on_change


def _sent(key: str) -> dict[str, Any]:
    """What the log in the browser needs: the last number acted upon for each token.

    The runs that drew the component are counted, so that it can tell new orders from old data.
    """
    run = st.session_state.get(f"{key}:run", 0) + 1
    st.session_state[f"{key}:run"] = run
    return {"run": run, "acknowledged": dict(_acknowledged(key))}


def _waiting(key: str) -> list[Entry]:
    """The entries of component `key` not yet acknowledged, oldest first, with their token."""
    log = (st.session_state.get(key) or {}).get("log") or {}
    if not isinstance(log, dict) or not isinstance(log.get("entries", []), list):
        return []
    token = str(log.get("token", ""))
    last = _acknowledged(key).get(token, 0)
    found = [e for e in log.get("entries", []) if isinstance(e, dict)]
    return [{**e, "token": token} for e in found if isinstance(n := e.get("seq"), int) and n > last]


def _acknowledge(key: str, entries: list[Entry]) -> None:
    for entry in entries:
        _acknowledged(key)[entry["token"]] = int(entry["seq"])


def _acknowledged(key: str) -> dict[str, int]:
    done: dict[str, int] = st.session_state.setdefault(f"{key}:acknowledged", {})
    return done
