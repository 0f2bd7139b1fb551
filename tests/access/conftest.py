"""The real app in a process of its own, with people who log in, over a collection of thirty."""

import html
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from contrast_engine.cli.app.machine import port_is_free
from contrast_engine.store import Workspace
from tests.pages.conftest import at_stage, photographs, stages  # noqa: F401 - fixtures

if TYPE_CHECKING:
    from tests.access.issuer import Issuer

ROLES = ("viewer", "annotator", "owner")
NAMES = {"viewer": "Vera", "annotator": "Ada", "owner": "Olga"}
PHRASES = {
    "viewer": "looking is all we do",
    "annotator": "labels by the dozen",
    "owner": "this house is all mine",
}
SECONDS_TO_START = 90


class Served:
    """An app that asks who somebody is.

    Args:
        workspace: The open collection.
        mode: How people log in: "phrase", "proxy" or "oidc".
        folder: Where its files go.
    """

    def __init__(self, workspace: Path, mode: str, folder: Path) -> None:
        self.workspace, self.mode, self.folder = workspace, mode, folder
        first = 20_500 + os.getpid() % 11_000
        self.port = next(port for port in range(first, 32_000) if port_is_free("127.0.0.1", port))
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "log"
        self.people: dict[str, dict[str, str]] = {}
        self.names = NAMES

    def start(self, options: list[str], environment: dict[str, str]) -> None:
        command = [sys.executable, "-m", "contrast_engine", "app", str(self.workspace)]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "--port", str(self.port), "--no-browser", *options],
                stdout=log, stderr=log, cwd=self.folder,
                env={**os.environ, "OMP_NUM_THREADS": "1", **environment,
                     "XDG_DATA_HOME": str(self.folder / "data")},
            )  # fmt: skip
        until = time.monotonic() + SECONDS_TO_START
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(self.log.read_text())
            time.sleep(0.1)

    def stop(self) -> None:
        self._process.send_signal(signal.SIGINT)
        self._process.wait(timeout=30)

    def headers(self, role: str) -> dict[str, str]:
        """What a request of somebody carries; nothing for nobody."""
        if role == "nobody":
            return {}
        if role not in self.people:
            self.people[role] = self._headers(role)
        return self.people[role]

    def log_in(self, name: str, phrase: str, **more: str) -> httpx.Response:
        """The answer to the form, with its cookies."""
        with httpx.Client(base_url=self.url, timeout=30) as browser:
            form = re.search(r'name="form" value="([^"]+)"', browser.get("/login").text)
            assert form is not None
            given = {"form": form[1], "name": name, "phrase": phrase, "next": "/", **more}
            return browser.post("/login", data=given)

    def browser(self) -> httpx.Client:
        """A browser without a script, that keeps cookies and goes where it is led."""
        return httpx.Client(base_url=self.url, timeout=30, follow_redirects=True)

    def by_account(self, browser: httpx.Client, account: str) -> httpx.Response:
        """What a browser sees at last that logs in with an account of the issuer's."""
        found = re.search(r'href="([^"]*/auth/login[^"]*)"', browser.get("/").text)
        assert found is not None
        chosen = browser.get(html.unescape(found[1]))
        assert "Choose an account" in chosen.text, chosen.text
        return browser.get(chosen.url.copy_add_param("account", account))

    def _headers(self, role: str) -> dict[str, str]:
        if self.mode == "phrase":
            answer = self.log_in(NAMES[role], PHRASES[role])
            assert answer.status_code == 303, answer.text
            return {"cookie": answer.headers["set-cookie"].split(";")[0]}
        if self.mode == "oidc":
            with self.browser() as browser:
                assert self.by_account(browser, role).status_code == 200
                return {"cookie": "; ".join(f"{one}={two}" for one, two in browser.cookies.items())}
        return {"x-forwarded-user": NAMES[role]}

    def _answers(self) -> bool:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", self.port)):
                return False
        try:
            return httpx.get(f"{self.url}/_stcore/health", timeout=5).status_code == 200
        except httpx.HTTPError:
            return False


def serve(workspace: Path, mode: str, folder: Path) -> Served:
    """An app in one of the modes, started."""
    folder.mkdir()
    served = Served(workspace, mode, folder)
    if mode == "phrase":
        file = folder / "phrases"
        lines = [f"{role}: {PHRASES[role]}" for role in ROLES]
        file.write_text("\n".join([*lines, "annotator Grace: a phrase of her own"]))
        file.chmod(0o600)
        served.start(["--password-file", str(file), "--host", "127.0.0.1"], {})
    elif mode == "proxy":
        file = folder / "roles"
        file.write_text("\n".join(f"{NAMES[role]}: {role}" for role in ROLES))
        served.start(["--proxy-header", "X-Forwarded-User", "--roles", str(file)], {})
    return served


def serve_accounts(workspace: Path, folder: Path, issuer: "Issuer", *more: str) -> Served:
    """An app that an issuer of OpenID Connect says the people to, started."""
    from tests.access.issuer import PEOPLE

    folder.mkdir()
    served = Served(workspace, "oidc", folder)
    served.names = {role: PEOPLE[role]["email"] for role in ROLES}
    secrets = folder / ".streamlit" / "secrets.toml"
    secrets.parent.mkdir()
    secrets.write_text(issuer.secrets_toml(served.url))
    file = folder / "roles"
    file.write_text("\n".join(f"{served.names[role].upper()}: {role}" for role in ROLES))
    served.start(["--login", "oidc", "--roles", str(file), *more], {})
    return served


@pytest.fixture(scope="session")
def collection(
    stages: dict[str, Path],  # noqa: F811 - the fixture
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """A copy of a collection with clusters, labels and a model."""
    import shutil

    root = tmp_path_factory.mktemp("roles") / "team.contrast"
    shutil.copytree(stages["trained"], root)
    return root


@pytest.fixture(scope="session")
def issuer() -> Iterator["Issuer"]:
    """Who knows people by their account, on this machine."""
    pytest.importorskip("authlib", reason="Streamlit's login needs Authlib: contrast-engine[login]")
    from tests.access.issuer import Issuer

    with Issuer() as running:
        yield running


@pytest.fixture(scope="session", params=["phrase", "proxy", "oidc"])
def served(
    request: pytest.FixtureRequest, collection: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """The app, in each way to log in."""
    folder = tmp_path_factory.mktemp("served") / request.param
    if request.param == "oidc":
        found = serve_accounts(collection, folder, request.getfixturevalue("issuer"))
    else:
        found = serve(collection, request.param, folder)
    yield found
    found.stop()


@pytest.fixture
def workspace(collection: Path) -> Iterator[Workspace]:
    """The collection, as another process has it."""
    home = Workspace(collection)
    yield home
    home.close()
