"""What people did in a component, each thing once.

A component keeps an append-only log as its state: `{"token": ..., "entries": [{"seq": 1, ...}]}`.
The token is new with every mount, `seq` counts within it. Triggers would lose presses at
key-repeat speed; a log whose entries are numbered cannot, and a repeated one does no harm.
"""

from typing import Any

import streamlit as st

Entry = dict[str, Any]


def peek(key: str) -> list[Entry]:
    """The entries of component `key` not yet acknowledged, oldest first, with their token."""
    log = (st.session_state.get(key) or {}).get("log") or {}
    token = str(log.get("token", ""))
    last = _acknowledged(key).get(token, 0)
    return [{**e, "token": token} for e in log.get("entries", []) if int(e["seq"]) > last]


def acknowledge(key: str, entries: list[Entry]) -> None:
    """Note that all of `entries` were acted upon, so that they are never given again."""
    for entry in entries:
        _acknowledged(key)[entry["token"]] = int(entry["seq"])


def fresh(key: str) -> list[Entry]:
    """The entries of component `key` not given before; they count as acted upon."""
    entries = peek(key)
    acknowledge(key, entries)
    return entries


def acknowledged(key: str) -> dict[str, int]:
    """The last number acted upon for each token, as the component wants to hear it."""
    return dict(_acknowledged(key))


def next_run(key: str) -> int:
    """Count the runs that drew component `key`, so that it can tell new orders from old data."""
    name = f"{key}:run"
    st.session_state[name] = st.session_state.get(name, 0) + 1
    return int(st.session_state[name])


def _acknowledged(key: str) -> dict[str, int]:
    done: dict[str, int] = st.session_state.setdefault(f"{key}:acknowledged", {})
    return done
