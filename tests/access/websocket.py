"""A websocket client that says to a page what it likes, as a forger would."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

SECONDS = 60.0


@dataclass
class Widget:
    """A widget that a page drew."""

    id: str
    kind: str
    label: str
    is_closed: bool


@dataclass
class Page:
    """A page, opened by a websocket and nothing else."""

    socket: ClientConnection
    session: str = ""
    widgets: dict[str, Widget] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)

    def run(self, name: str = "", query: str = "", states: Any = ()) -> None:
        """Have the script run, with widgets as they are said to be, and read what it draws."""
        message = BackMsg()
        message.rerun_script.query_string = query
        if name:
            message.rerun_script.page_name = name
        for state in states:
            message.rerun_script.widget_states.widgets.append(state)
        self.widgets, self.words = {}, []
        self.socket.send(message.SerializeToString())
        until = time.monotonic() + SECONDS
        is_over = False
        while not is_over:
            found = ForwardMsg()
            data = self.socket.recv(timeout=max(until - time.monotonic(), 0.1))
            assert isinstance(data, bytes)
            found.ParseFromString(data)
            is_over = self._read(found)

    def _read(self, message: ForwardMsg) -> bool:
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.session = message.new_session.initialize.session_id
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            element = message.delta.new_element
            self._element(element)
        # a page that leads on to another runs that one at once; what counts is the last to end
        finished = kind == "script_finished"
        return finished and message.script_finished in (
            ForwardMsg.FINISHED_SUCCESSFULLY,
            ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
        )

    def _element(self, element: Any) -> None:
        kind = element.WhichOneof("type")
        one = getattr(element, kind)
        if hasattr(one, "body"):
            self.words.append(one.body)
        if getattr(one, "id", ""):
            label = getattr(one, "label", "")
            closed = bool(getattr(one, "disabled", False))
            self.widgets[one.id] = Widget(one.id, kind, label, closed)


@contextmanager
def opened(url: str, headers: dict[str, str], session: str = "") -> Iterator[Page]:
    """A page of somebody, connected; the script has not run.

    Args:
        url: Of the app.
        headers: What says who asks.
        session: One of Streamlit's to go on with.
    """
    named = ["streamlit", *(["no-token", session] if session else [])]
    address = url.replace("http://", "ws://") + "/_stcore/stream"
    with connect(
        address, additional_headers=headers, origin=Origin(url), max_size=2**26,
        compression=None, open_timeout=30, user_agent_header=None,
        subprotocols=[Subprotocol(name) for name in named],
    ) as socket:  # fmt: skip
        yield Page(socket)
