"""Run the app in this process: one line with its address once it answers, a clean stop."""

import http.client
import os
import runpy
import signal
import socket
import sys
import threading
import time
import webbrowser
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from contrast_engine.access.settings import TRUST_PROXY
from contrast_engine.cli.app.machine import has_display
from contrast_engine.cli.command_result import CommandResult, print_error, print_result

if TYPE_CHECKING:
    from contrast_engine.store import Workspace

EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}
SECONDS_TO_START = 120.0
ALLOWED_HOSTS = "CONTRAST_ALLOWED_HOSTS"


@dataclass(frozen=True)
class Address:
    """Where the server listens."""

    host: str
    port: int

    @property
    def reachable(self) -> str:
        """The host to reach it by from this machine."""
        return EVERYWHERE.get(self.host, self.host)

    @property
    def url(self) -> str:
        """What to type into a browser."""
        host = f"[{self.reachable}]" if ":" in self.reachable else self.reachable
        return f"http://{host}:{self.port}"

    @property
    def for_others(self) -> str:
        """What to type on other machines; empty where it listens at one address only."""
        return f"http://{socket.gethostname()}:{self.port}" if self.host in EVERYWHERE else ""


def reached_by_others(address: Address, environment: Mapping[str, str]) -> list[str]:
    """The line that says where other machines reach the app; none where they do not.

    Args:
        address: Where it listens.
        environment: Says whether a proxy is believed, and by which names people reach it.
    """
    if environment.get(TRUST_PROXY):
        names = [name for one in environment.get(ALLOWED_HOSTS, "").split(",")
                 if (name := one.strip()) and name != "*"]  # fmt: skip
        return [f"Others reach it through the proxy{', at ' if names else ''}{', '.join(names)}."]
    if not address.for_others:
        return []
    return [f"Others reach it at {address.for_others}, or by an address of this machine."]


def serve(
    folder: Path, workspace: "Workspace", address: Address, *, opens: bool, as_json: bool
) -> None:
    """Serve the app until ctrl-c or SIGTERM.

    It runs in this very process, as `streamlit run app.py` would: killing it kills the server.

    Args:
        folder: Where app.py lies.
        workspace: The workspace that is open at first.
        address: Where to listen; the port is free.
        opens: Whether to open a browser window.
        as_json: Whether to say where it is as a JSON document.
    """
    os.environ["CONTRAST_WORKSPACE"] = str(workspace.root)
    document = {"url": address.url, "workspace": str(workspace.root)}
    lines = [f"{workspace.name} is open at {address.url} (ctrl-c stops it)"]
    ready = CommandResult(document, [*lines, *reached_by_others(address, os.environ)])

    def announce() -> None:
        if not _answers_in_time(address):
            print_error(f"contrast: {address.url} does not answer")
            return
        print_result(ready, as_json=as_json)
        if opens and has_display():
            webbrowser.open(address.url)

    # The server would believe any program of this machine what it says about who asks.
    os.environ["FORWARDED_ALLOW_IPS"] = ""
    threading.Thread(target=announce, daemon=True).start()
    # The server hands a signal back once it has closed everything, so these run last.
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    sys.argv = ["streamlit", "run", str(folder / "app.py"), *_flags(address)]
    try:
        runpy.run_module("streamlit", run_name="__main__", alter_sys=True)
    except SystemExit as stopped:
        if stopped.code:
            raise
    print_error("Stopped.")


def _flags(address: Address) -> list[str]:
    return [
        f"--server.port={address.port}",
        f"--server.address={address.host}",
        "--server.headless=true",
        "--server.fileWatcherType=none",
        "--browser.gatherUsageStats=false",
        "--logger.hideWelcomeMessage=true",
    ]


def _answers_in_time(address: Address) -> bool:
    give_up = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < give_up:
        if _answers(address):
            return True
        time.sleep(0.1)
    return False


def _answers(address: Address) -> bool:
    connection = http.client.HTTPConnection(address.reachable, address.port, timeout=2)
    try:
        connection.request("GET", "/_stcore/health")
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()


def _stop(signal_number: int, frame: FrameType | None) -> NoReturn:
    sys.exit(0)
