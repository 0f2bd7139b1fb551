"""Which role each message of a browser takes: those that the frontend sends, and all others."""

from streamlit.proto.BackMsg_pb2 import BackMsg

from contrast_engine.access import Role
from pages.frame import messages

OWNERS = {
    "load_git_info", "clear_cache", "set_run_on_save", "debug_disconnect_websocket",
    "debug_shutdown_runtime",
}  # fmt: skip


def test_every_kind_there_is_takes_a_role_and_an_unknown_one_an_owner() -> None:
    kinds = BackMsg.DESCRIPTOR.oneofs_by_name["type"].fields
    found = {}
    for kind in kinds:
        message = BackMsg()
        if kind.message_type is None:
            setattr(message, kind.name, True)
        else:
            getattr(message, kind.name).SetInParent()
        found[kind.name] = messages.least(message.SerializeToString())
    assert {name for name, role in found.items() if role is Role.OWNER} == OWNERS
    assert "rerun_script" in found
    assert messages.least(b"") is Role.OWNER


def test_what_is_no_message_is_left_to_streamlit_which_ends_the_page() -> None:
    assert messages.least(b"\xff\xff\xff\xff") is Role.VIEWER
