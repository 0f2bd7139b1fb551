"""Web addresses: only the public internet is asked, within limits, however an address is dressed."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from contrast_engine.errors import ImageError
from contrast_engine.service import fetching
from contrast_engine.service.app import Service
from contrast_engine.service.fetching import fetch, is_public
from contrast_engine.service.limits import Limits
from tests.service.conftest import ask

NOT_PUBLIC = (
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
    "169.254.169.254", "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "239.1.1.1",
    "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "::127.0.0.1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:c0a8:101::",
    "2001:0:53aa:64c:0:fffe:80ff:fffe",
)  # fmt: skip
PUBLIC = ("93.184.216.34", "8.8.8.8", "172.32.0.1", "2606:2800:220:1::1", "::ffff:8.8.8.8")


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_an_address_of_a_private_network_is_never_asked(address: str) -> None:
    assert not is_public(address)
    literal = f"[{address.partition('%')[0]}]" if ":" in address else address
    with pytest.raises(ImageError, match="not on the public internet"):
        fetch(f"http://{literal}/a.jpg", 1000)
    with pytest.raises(ImageError, match="not on the public internet"):
        fetch("http://inside.example/", 1000, resolve=lambda *_: [PUBLIC[0], address])


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_internet_may_be_asked(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("host", ["localhost", "2130706433", "0x7f.1", "127.1", "0177.0.0.1"])
def test_other_ways_to_write_this_machine_are_seen_through(host: str) -> None:
    with pytest.raises(ImageError, match=r"not on the public internet|cannot be found"):
        fetch(f"http://{host}/", 1000)


@pytest.mark.parametrize(
    "url",
    [
        "", "a.jpg", "file:///etc/passwd", "ftp://example.org/a", "gopher://example.org/",
        "http://", "http:///a", "http://user:word@example.org/", "http://user@127.0.0.1/",
        "http://example.org:99999/", "http://exa mple.org/", "http://example.org/\r\nX: y",
        "javascript:alert(1)", "http://[::1", "data:image/png;base64,eA==", "//example.org/a",
        "http://example.org/\u00e9",
    ],
)  # fmt: skip
def test_what_is_no_plain_web_address_is_refused_before_anything_is_asked(url: str) -> None:
    def never(*_: Any) -> list[str]:
        pytest.fail("a name was looked up")

    with pytest.raises(ImageError, match="web address"):
        fetch(url, 1000, resolve=never)


@contextmanager
def answering(*answers: bytes, drip: float = 0.0) -> Iterator[tuple[int, list[bytes]]]:
    """A server that gives these answers, one a connection; its port, and what it was asked."""
    listener = socket.create_server(("127.0.0.1", 0))
    asked: list[bytes] = []

    def serve() -> None:
        for answer in answers:
            try:
                connection, _ = listener.accept()
                with connection:
                    asked.append(connection.recv(4000))
                    step = 1 if drip else 1_000_000
                    for start in range(0, len(answer), step):
                        connection.sendall(answer[start : start + step])
                        time.sleep(drip)
            except OSError:  # the caller went away, or the test is over
                return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield listener.getsockname()[1], asked
    listener.close()


def ok(body: bytes, length: int | None = None) -> bytes:
    stated = len(body) if length is None else length
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % stated + body


def fetched(port: int, most: int = 1000, seconds: float = 5.0) -> bytes:
    """As if this machine were on the internet under the name example.org."""
    return fetch(
        f"http://example.org:{port}/a.jpg?x=1", most, seconds,
        resolve=lambda host, _: ["127.0.0.1" if host == "example.org" else "10.0.0.1"],
        allowed=lambda address: address == "127.0.0.1",
    )  # fmt: skip


def test_the_bytes_at_an_address_are_given() -> None:
    with answering(ok(b"picture")) as (port, asked):
        assert fetched(port) == b"picture"
    assert asked[0].startswith(b"GET /a.jpg?x=1 HTTP/1.1\r\n")
    assert f"Host: example.org:{port}".encode() in asked[0]


def moved(to: str) -> bytes:
    return f"HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode()


def test_a_redirect_is_followed_within_the_internet_and_held_to_the_same() -> None:
    with answering(moved("/b.jpg"), ok(b"moved")) as (port, asked):
        assert fetched(port) == b"moved"
    assert asked[1].startswith(b"GET /b.jpg ")
    for target in ("http://10.0.0.1/", "http://inside.example/", "//10.0.0.1/x", "file:///etc/x"):
        with answering(moved(target)) as (port, _), pytest.raises(ImageError, match="web address"):
            fetched(port)
    with answering(*[moved("/")] * 9) as (port, asked), pytest.raises(ImageError, match="leads on"):
        fetched(port)
    assert len(asked) == 4


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (ok(b"x" * 1001), "more than 1,000 bytes"),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 1001, "more than 1,000 bytes"),
        (ok(b"x" * 10, length=20), "broke off|as it should"),
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "status 404"),
        (b"HTTP/1.1 206 Partial\r\nContent-Length: 0\r\n\r\n", "status 206"),
        (b"SSH-2.0-OpenSSH_9\r\n", "as it should"),
        (b"", "as it should"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n", "as it should"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n", "as it should"),
    ],
)
def test_an_answer_that_is_no_good_is_said(answer: bytes, reason: str) -> None:
    with answering(answer) as (port, _), pytest.raises(ImageError, match=reason):
        fetched(port)


SLOW_HEADERS = b"HTTP/1.1 200 OK\r\nX: " + b"y" * 500 + b"\r\n\r\n"


@pytest.mark.parametrize(
    "answer", [ok(b"x" * 500), b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 500, SLOW_HEADERS]
)
def test_an_answer_that_drips_is_given_up_in_time(answer: bytes) -> None:
    start = time.monotonic()
    with answering(answer, drip=0.02) as (port, _), pytest.raises(ImageError):
        fetched(port, seconds=0.3)
    assert time.monotonic() - start < 5


def test_nothing_that_answers_is_said_without_its_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(ImageError) as caught:
        fetched(port)
    assert str(caught.value) == "the web address did not answer as it should"


def test_the_service_fetches_only_where_that_is_allowed(
    serving: Callable[..., Service], pictures: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    name, data = next(iter(pictures.items()))
    with answering(ok(data)) as (port, _):
        inside = {"url": f"http://127.0.0.1:{port}/{name}"}
        closed = ask(serving(), "POST", "/v1/predict", json={"images": [inside]})
        assert closed.json()["error"]["code"] == "urls_not_allowed"
        service = serving(limits=Limits(allow_urls=True))
        refused = ask(service, "POST", "/v1/predict", json={"images": [inside]})
        assert refused.status_code == 422
        assert "not on the public internet" in refused.json()["error"]["message"]
        monkeypatch.setattr(fetching.fetch, "__kwdefaults__", {
            "resolve": lambda *_: ["127.0.0.1"], "allowed": lambda _: True,
        })  # fmt: skip
        outside = {"url": f"http://example.org:{port}/{name}", "name": "mine"}
        images = [outside, {"url": "ftp://example.org/"}]
        rows = ask(service, "POST", "/v1/features", json={"images": images}).json()["images"]
    assert [row["path"] for row in rows] == ["mine", "ftp://example.org/"]
    assert rows[0]["problem"] is None
    assert "http://" in rows[1]["problem"]
