"""The door of the running app, in a real browser: nothing comes in, and nothing goes out."""

import base64
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page

from contrast_engine import Workspace
from contrast_engine.cli.app.machine import port_is_free
from tests.browser.conftest import NUMBER, own_copy
from tests.browser.open_pages import addresses, open_page
from tests.browser.watching import WINDOW
from tests.sockets import Outgoing, needs_proc

ROOT = Path(__file__).parents[2]
SEEN = """
window.broken = [];
document.addEventListener("securitypolicyviolation", event => {
  window.broken.push([event.effectiveDirective, event.blockedURI, event.sourceFile].join(" "));
});
"""


@pytest.fixture(scope="module")
def root(clustered_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = own_copy(clustered_workspace, tmp_path_factory.mktemp("door"))
    Workspace(copy).annotators.take("me", NUMBER)
    return copy


@contextlib.contextmanager
def running(command: list[str], watch: Outgoing, port: int) -> Iterator[str]:
    """The app by a command, watched from its first moment; gives its address."""
    process = subprocess.Popen(
        command, env=watch.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    watch.start(process.pid)
    url = f"http://127.0.0.1:{port}"
    try:
        give_up = time.monotonic() + 90
        while True:
            with contextlib.suppress(OSError), urlopen(f"{url}/_stcore/health", timeout=2):
                break
            assert process.poll() is None, "the app did not start"
            assert time.monotonic() < give_up
            time.sleep(0.1)
        yield url
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def free_port() -> int:
    first = 20_000 + (os.getpid() * 7) % 11_000
    return next(port for port in range(first, 32_000) if port_is_free("127.0.0.1", port))


def handshake(port: int, origin: str | None, host: str | None = None) -> bytes:
    """The first line that the opening of a websocket is answered with."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        key = base64.b64encode(os.urandom(16)).decode()
        said = [
            "GET /_stcore/stream HTTP/1.1", f"Host: {host or f'127.0.0.1:{port}'}",
            "Upgrade: websocket", "Connection: Upgrade", f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13", *([f"Origin: {origin}"] if origin else []), "", "",
        ]  # fmt: skip
        line.sendall("\r\n".join(said).encode())
        return line.recv(4096).partition(b"\r\n")[0]


def foreign(port: int) -> None:
    for origin in (
        "https://evil.example", f"http://localhost:{port}", "http://localhost:1", "null",
        "http://192.0.2.7:8501",
    ):  # fmt: skip
        assert handshake(port, origin).startswith(b"HTTP/1.1 403"), origin
    assert handshake(port, None, "evil.example").startswith(b"HTTP/1.1 403")


@needs_proc
@pytest.mark.timeout(900)
def test_no_page_breaks_the_policy_and_nothing_leaves_the_machine(
    browser: Browser, root: Path, tmp_path: Path
) -> None:
    port = free_port()
    app = [sys.executable, "-m", "contrast_engine", "app", str(root), "--no-browser"]
    asked: set[str] = set()
    broken: dict[str, list[str]] = {}
    with (
        Outgoing(tmp_path) as watch,
        running([*app, "--port", str(port)], watch, port) as url,
    ):
        foreign(port)
        assert handshake(port, f"http://127.0.0.1:{port}").startswith(b"HTTP/1.1 101")
        assert handshake(port, None).startswith(b"HTTP/1.1 101")
        context = browser.new_context(viewport=WINDOW)
        context.add_cookies([{"name": "contrast-browser", "value": NUMBER, "url": url}])
        context.on("request", lambda request: asked.add(request.url))
        context.add_init_script(SEEN)
        page = context.new_page()
        warned: list[str] = []
        page.on("console", lambda line: warned.append(line.text) if "olicy" in line.text else None)
        page.on("websocket", lambda line: asked.add(line.url.replace("ws:", "http:")))
        for address in addresses():
            open_page(page, f"{url}/{address}")
            page.wait_for_load_state("networkidle")
            if found := page.evaluate("window.broken"):
                broken[address] = found
        context.close()
    assert broken == {}
    assert warned == []
    own = (f"http://127.0.0.1:{port}/", "data:", f"blob:http://127.0.0.1:{port}/")
    assert {one for one in asked if not one.startswith(own)} == set()
    assert len(asked) > 150
    assert watch.left == []
    assert watch.looks > 100
    assert [one for one in watch.calls if one[0] == "socket.connect"]  # the hook was there


@needs_proc
def test_listening_everywhere_it_still_asks_nobody(root: Path, tmp_path: Path) -> None:
    """As Streamlit itself is started, which then asks for the address to print it."""
    port = free_port()
    command = [
        sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), "--server.headless=true",
        f"--server.port={port}", "--server.address=0.0.0.0",
    ]  # fmt: skip
    phrases = tmp_path / "phrases.txt"
    phrases.write_text("owner: a phrase of the tests\n")
    phrases.chmod(0o600)  # without a login it does not listen there
    with Outgoing(tmp_path) as watch:
        watch.environment["CONTRAST_WORKSPACE"] = str(root)
        watch.environment["CONTRAST_PASSWORD_FILE"] = str(phrases)
        with running(command, watch, port):
            foreign(port)
            time.sleep(2)
    assert watch.left == []
    assert watch.looks > 20


@pytest.fixture
def strict(browser: Browser) -> Iterator[Page]:
    """A page in which the content policy holds, as it does for everybody else."""
    context = browser.new_context(viewport=WINDOW)
    yield context.new_page()
    context.close()


def test_what_is_put_into_a_page_asks_nobody_and_does_not_run(strict: Page, app_server) -> None:
    page = strict
    open_page(page, f"{app_server.url}/glossary")
    page.evaluate(SEEN)
    page.evaluate(
        """() => {
          const script = document.createElement("script");
          script.textContent = "window.hurt = 1";
          document.body.append(script);
          const frame = document.createElement("iframe");
          frame.src = "http://127.0.0.1:9/";
          document.body.append(frame);
          document.body.insertAdjacentHTML("beforeend",
            '<img src="http://127.0.0.1:9/x.png" onerror="window.hurt = 2">');
          const own = document.createElement("script");
          own.src = URL.createObjectURL(new Blob(["try { eval('window.hurt = 3') } catch {}"]));
          document.body.append(own);
          fetch("http://127.0.0.1:9/").catch(() => {});
          new WebSocket("ws://127.0.0.1:9/");
        }"""
    )
    page.wait_for_timeout(500)
    assert page.evaluate("window.hurt") is None
    broken = {one.split()[0] for one in page.evaluate("window.broken")}
    assert broken >= {"script-src-elem", "script-src-attr", "img-src", "frame-src", "connect-src"}


def test_a_page_of_another_port_can_neither_send_nor_show_nor_listen(
    strict: Page, app_server, tmp_path: Path
) -> None:
    """Another program of this machine, whose pages count as the same site."""
    port = free_port()
    (tmp_path / "evil.html").write_text("<title>evil</title><p>evil</p>")
    command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
    process = subprocess.Popen(
        [*command, "--directory", str(tmp_path)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        give_up = time.monotonic() + 30
        while port_is_free("127.0.0.1", port) and time.monotonic() < give_up:
            time.sleep(0.1)
        page = strict
        page.goto(f"http://127.0.0.1:{port}/evil.html")
        got = page.evaluate(
            """async url => {
              const socket = new Promise(done => {
                const line = new WebSocket(url.replace("http", "ws") + "/_stcore/stream");
                line.onopen = () => done("open");
                line.onerror = () => done("refused");
              });
              const picture = new Promise(done => {
                const image = new Image();
                image.onload = () => done("shown");
                image.onerror = () => done("refused");
                image.src = url + "/favicon.png";
              });
              const sent = await fetch(url + "/_stcore/upload_file/a/b", {
                method: "POST", mode: "no-cors", body: "x",
              }).then(answer => answer.type, () => "refused");
              const read = await fetch(url + "/api/health").then(() => "read", () => "refused");
              return [await socket, await picture, sent, read];
            }""",
            app_server.url,
        )
        assert got[0] == "refused"
        assert got[1] == "refused"
        assert got[2] in ("opaque", "refused")  # it was sent; that it was refused is not told
        assert got[3] == "refused"
        page.evaluate(
            """url => { const frame = document.createElement("iframe"); frame.src = url + "/map";
            document.body.append(frame); }""",
            app_server.url,
        )
        page.wait_for_timeout(1500)
        assert not [frame for frame in page.frames if frame.query_selector("[data-testid=stApp]")]
        page.evaluate("url => location.assign(url + '/glossary')", app_server.url)  # a link may
        page.wait_for_selector("h1")
    finally:
        process.terminate()
        process.wait(10)
