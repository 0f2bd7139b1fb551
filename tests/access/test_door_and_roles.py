"""Tricks of who is let in too little, against the real app: paths, messages, cookies, headers."""

import http.client
import socket
from pathlib import Path

import httpx
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed

from contrast_engine.store import Workspace
from tests.access.conftest import NAMES, PHRASES, Served
from tests.access.websocket import Page, opened

TRICKS = (
    "//api/{ws}/team", "/./api/{ws}/team", "/x/../api/{ws}/team", "/%2e/api/{ws}/team",
    "/x/%2e%2e/api/{ws}/team", "/api/%2F{ws}/team", "/api//{ws}/team", "/api/{ws}//team",
    "/api%2f{ws}%2fteam", "/%61pi/{ws}/team", "/api/{ws}/team/", "/api/{ws}/team%0a",
    "/api/{ws}/team%00", "/api/{ws}/team;x", "/API/{ws}/team", "/api/{ws}/team?x=/_stcore/health",
    "/_stcore/health/../../api/{ws}/team", "/_stcore/health%2f..%2f..%2fapi/{ws}/team",
    "/api/health/../{ws}/team", "/api/health%0a/../{ws}/team", "/%2561pi/{ws}/team",
    "/_stcore/../api/{ws}/team", "\\api\\{ws}\\team", "/\\api/{ws}/team",
    "http://127.0.0.1/api/{ws}/team", "/contrast/api/{ws}/team", "/label/api/{ws}/team",
)  # fmt: skip
"""Other ways to write an address of those who are in."""


def asked(
    served: Served, method: str, target: str, headers: dict[str, str] | None = None
) -> tuple[int, bytes]:
    """The answer to an address just as it is written."""
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)
    try:
        connection.putrequest(method, target, skip_host=bool(headers and "host" in headers))
        for name, value in (headers or {}).items():
            connection.putheader(name, value)
        connection.putheader("content-length", "0")
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_no_way_to_write_an_address_leads_past_the_log_in(
    served: Served, workspace: Workspace
) -> None:
    told = f"/api/{workspace.id}/team"
    assert asked(served, "GET", told, served.headers("viewer"))[0] == 200
    for trick in (told, *TRICKS):
        for method in ("GET", "HEAD", "POST"):
            target = trick.replace("{ws}", workspace.id)
            status, body = asked(served, method, target)
            assert status >= 400, (method, target, status)
            assert b"Vera" not in body, (method, target)
            assert b'"people"' not in body, (method, target)


@pytest.mark.parametrize("role", ["viewer", "annotator"])
def test_no_way_to_write_an_address_gives_a_role_that_one_has_not(
    served: Served, role: str
) -> None:
    for target in (
        "/_stcore/metrics", "//_stcore/metrics", "/%5fstcore/metrics", "/_stcore/./metrics",
        "/_stcore/%6detrics", "/_stcore//metrics", "/_stcore/metrics/", "/_stcore/metrics%0a",
        "/x/../_stcore/metrics", "/_stcore/agent/mcp", "/_stcore/agent/openapi.json",
        "/_stcore/agent%2fopenapi.json", "/_stcore/upload_file/%2e%2e/x",
    ):  # fmt: skip
        for method in ("GET", "PUT", "DELETE", "POST", "PATCH"):
            status, body = asked(served, method, target, served.headers(role))
            is_page = method == "GET" and b"<title>" in body
            assert status >= 400 or is_page, (method, target, status, body[:80])
            assert b"openapi" not in body, target
            assert b"_count" not in body, target


def answers(page: Page, kind: str) -> list[ForwardMsg]:
    """What comes back for a message, up to the sign of life that is asked for behind it."""
    for name in (kind, "app_heartbeat"):
        message = BackMsg()
        setattr(message, name, True)
        page.socket.send(message.SerializeToString())
    found = [ForwardMsg()]
    while found[-1].WhichOneof("type") != "heartbeat_ack":
        answer, data = ForwardMsg(), page.socket.recv(timeout=20)
        assert isinstance(data, bytes)
        answer.ParseFromString(data)
        found.append(answer)
    return found


def test_what_a_page_never_says_is_heard_of_owners_only(served: Served) -> None:
    for role, is_heard in (("viewer", False), ("annotator", False), ("owner", True)):
        with opened(served.url, served.headers(role)) as there:
            there.run("glossary")
            found = answers(there, "set_run_on_save")
        assert any(one.session_status_changed.run_on_save for one in found) is is_heard, role


def test_a_cookie_that_is_logged_out_or_made_up_opens_nothing(
    served: Served, workspace: Workspace
) -> None:
    if served.mode != "phrase":
        pytest.skip("a proxy has its own cookies")
    answer = served.log_in("Quentin", PHRASES["viewer"])
    cookie = answer.headers["set-cookie"].split(";")[0]
    told = f"{served.url}/api/{workspace.id}/team"
    assert httpx.get(told, headers={"cookie": cookie}).status_code == 200
    here = {"cookie": cookie, "sec-fetch-site": "same-origin", "sec-fetch-mode": "navigate"}
    with opened(served.url, {"cookie": cookie}) as there:
        there.run("glossary")
        assert httpx.get(f"{served.url}/logout", headers=here).status_code == 303
        message = BackMsg()
        message.app_heartbeat = True
        there.socket.send(message.SerializeToString())
        with pytest.raises(ConnectionClosed):
            all(there.socket.recv(timeout=20) for _ in range(1_000))
    name, _, value = cookie.partition("=")
    for tried in (cookie, f"{name}={value[:-1]}", f"{name}=", f"{name}={'x' * 4_000}",
                  f"{name}={value}; {name}=x", f"{name}=Olga", f"{name}=%00"):  # fmt: skip
        assert httpx.get(told, headers={"cookie": tried}).status_code == 401, tried


def test_what_a_proxy_would_say_counts_for_nothing_where_none_is_asked(
    served: Served, workspace: Workspace
) -> None:
    told = f"/api/{workspace.id}/team"
    owner = {"x-forwarded-user": NAMES["owner"]}
    lies = [
        {"x-forwarded-for": "127.0.0.1"}, {"x-real-ip": "127.0.0.1"}, {"remote-user": "Olga"},
        {"x_forwarded_user": "Olga"}, {"x-forwarded-user": ""}, {"forwarded": "for=127.0.0.1"},
        {"x-original-url": "/api/health"}, {"x-rewrite-url": "/_stcore/health"},
        {"x-contrast-visit": "x"}, {"x-http-method-override": "GET"},
    ]  # fmt: skip
    lies += [owner] if served.mode != "proxy" else []
    for lie in lies:
        assert asked(served, "GET", told, lie)[0] == 401, lie


def test_a_host_or_origin_that_is_not_ours_is_refused_to_owners_too(
    served: Served, workspace: Workspace
) -> None:
    told, own = f"/api/{workspace.id}/team", served.headers("owner")
    here = f"127.0.0.1:{served.port}"
    for origin in ("null", "http://127.0.0.1:1", "http://example.org", f"http://x@{here}.example.org",
                   f"https://{here}.example.org", f"http://{here}#@example.org",
                   f"file://{here}", f"http://{here}, http://example.org"):  # fmt: skip
        assert asked(served, "GET", told, {**own, "origin": origin})[0] == 403, origin
        assert asked(served, "PUT", told, {**own, "origin": origin})[0] == 403, origin
    assert asked(served, "GET", told, {**own, "origin": f"http://{here}"})[0] == 200
    for host in ("example.org", f"example.org:{served.port}", f"{here}@example.org",
                 f"example.org/{here}", f"{here}.example.org", "127.0.0.1.nip.io", "2130706433",
                 "", " "):  # fmt: skip
        assert asked(served, "GET", told, {**own, "host": host})[0] in (400, 403), host


def test_two_requests_in_one_are_one(served: Served, workspace: Workspace) -> None:
    """A body that looks like another request is not answered as one."""
    hidden = f"GET /api/{workspace.id}/team HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    for length in (f"Content-Length: {len(hidden)}\r\nTransfer-Encoding: chunked",
                   f"Content-Length: 0\r\nContent-Length: {len(hidden)}"):  # fmt: skip
        raw = (f"POST /api/health HTTP/1.1\r\nHost: 127.0.0.1\r\n{length}\r\n"
               f"Connection: close\r\n\r\n{hidden}")  # fmt: skip
        with socket.create_connection(("127.0.0.1", served.port), timeout=20) as there:
            there.sendall(raw.encode())
            answer = b""
            try:
                while part := there.recv(65536):
                    answer += part
            except ConnectionResetError:
                pass
        assert b"HTTP/1.1 200" not in answer, length
        assert b'"people"' not in answer, length


def test_the_media_of_a_page_are_for_those_who_are_in(served: Served, collection: Path) -> None:
    for target in ("/media/0.png", "/media/../../etc/passwd", f"/media/{'a' * 56}.csv"):
        assert asked(served, "GET", target)[0] in (400, 401), target
        assert asked(served, "GET", target, served.headers("viewer"))[0] in (400, 404), target
