"""What a browser says to its page, and who may say it: read before Streamlit acts on it."""

from streamlit.proto.BackMsg_pb2 import BackMsg

from contrast_engine.access import Role

_EVERYBODYS = (
    "rerun_script", "app_heartbeat", "stop_script", "file_urls_request",
    "backend_operation_request",
)  # fmt: skip
"""What a page of everybody's says; it may ask where an upload would go, which only owners send."""


def least(data: bytes) -> Role:
    """The least role of who may say something to their page.

    The rest is of a developer's menu, which the app does not have: it throws away what is kept in
    memory for all people, and tells of the repository on the server.

    Args:
        data: The message, as it came.
    """
    message = BackMsg()
    try:
        message.ParseFromString(data)
    except Exception:  # noqa: BLE001 - of the library that Streamlit reads it with, and ends the page
        return Role.VIEWER
    return Role.VIEWER if message.WhichOneof("type") in _EVERYBODYS else Role.OWNER
