"""The real app in a process of its own, over a workspace that a test may change."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from contrast_engine.cli.app.machine import port_is_free

SECONDS_TO_START = 60


class AppServer:
    """`contrast app` on a free port.

    It is started over a link to the workspace, so that `show` can open another one in it.

    Args:
        workspace: The workspace folder that is open.
        log: Where its output goes; the link lies beside it.
        more: Further arguments of the command.
    """

    def __init__(self, workspace: Path, log: Path, *more: str) -> None:
        self.log = log
        self._more = more
        self._link = log.with_suffix(".contrast")
        self.show(workspace)
        # another run of these tests on the same machine begins to look elsewhere
        first = 20_000 + os.getpid() % 11_000
        self.port = next(port for port in range(first, 32_000) if port_is_free("127.0.0.1", port))
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def show(self, workspace: Path) -> None:
        """Make another workspace, with another id, the one that pages open from now on."""
        self.workspace = workspace
        self._link.unlink(missing_ok=True)
        self._link.symlink_to(workspace.resolve(), target_is_directory=True)

    def start(self) -> None:
        """Start it, on the same port as before, and wait until it answers."""
        command = [sys.executable, "-m", "contrast_engine", "app", str(self._link)]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "--port", str(self.port), "--no-browser", *self._more],
                stdout=log,
                stderr=log,
                env={**os.environ, "OMP_NUM_THREADS": "1"},
            )
        give_up = time.monotonic() + SECONDS_TO_START
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > give_up:
                raise RuntimeError(f"the app did not start:\n{self.log.read_text()}")
            time.sleep(0.1)

    def kill(self) -> None:
        """Kill it as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """Stop it as ctrl-c does, and give its exit code."""
        return self._end(signal.SIGINT)

    def _end(self, how: signal.Signals) -> int:
        assert self._process is not None
        if self.is_running:
            self._process.send_signal(how)
        return self._process.wait(timeout=30)

    def _answers(self) -> bool:
        try:
            with urlopen(f"{self.url}/_stcore/health", timeout=2) as reply:
                return reply.status == 200
        except (URLError, OSError):
            return False
