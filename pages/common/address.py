"""When the address wins over what this tab remembers: after Back, Forward, or a link to this page.

Otherwise it is the other way round: an address travels with every answer of the browser and may be
older than what was chosen a moment ago.
"""

import time
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from types import TracebackType

import streamlit as st
from streamlit.runtime.scriptrunner import RerunException, get_script_run_ctx

FOLLOWED = "address.followed"
"""What has followed the address since Back or Forward was pressed; absent where it was not."""

SAID = "address.said"
LATE = 3.0
"""Seconds for which an answer of the browser may carry an address that was written over since."""


@dataclass
class _Said:
    """What this tab wrote into the address under one name, and what it wrote just before."""

    value: str = ""
    before: dict[str, float] = field(default_factory=dict)


class Visit(AbstractContextManager["Visit"]):
    """Around a page: what it draws follows the address where Back or Forward led here.

    A page that is broken off for the next run has not followed yet, and does so in that one.
    """

    def __enter__(self) -> "Visit":
        context = get_script_run_ctx()
        if context is not None and context.is_history_navigation:
            st.session_state[FOLLOWED] = set()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not isinstance(error, RerunException):
            st.session_state.pop(FOLLOWED, None)


def follows(name: str) -> bool:
    """True, once, if what is remembered under a name gives way to the address.

    Args:
        name: The parameter, or a name for several of them.
    """
    followed = st.session_state.get(FOLLOWED)
    if followed is not None and name not in followed:
        followed.add(name)
        return True
    now, said = st.query_params.get(name), _all_said().get(name)
    if now is None or said is None or now == said.value:
        return False
    return time.monotonic() - said.before.get(now, -LATE) >= LATE


def say(name: str, value: str | None) -> None:
    """Put a value into the address, or take it out, and know that it was written here.

    Args:
        name: The parameter.
        value: None takes it out.
    """
    said = _all_said().setdefault(name, _Said())
    if said.value != (value or ""):
        said.before = {v: at for v, at in said.before.items() if time.monotonic() - at < LATE}
        said.before[said.value] = time.monotonic()
        said.value = value or ""
    if value is None:
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != value:
        st.query_params[name] = value


def _all_said() -> dict[str, _Said]:
    found: dict[str, _Said] = st.session_state.setdefault(SAID, {})
    return found
