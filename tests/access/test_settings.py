"""What has to be said before others are let in, by command and where the app is started itself."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from contrast_engine.access import Settings, is_loopback
from contrast_engine.cli import main
from contrast_engine.errors import OptionError

ROOT = Path(__file__).parents[2]
OTHERS = ["0.0.0.0", "::", "192.0.2.7", "example.org", ""]
OWN = ["127.0.0.1", "127.1.2.3", "::1", "[::1]", "localhost"]


@pytest.fixture
def phrases(tmp_path: Path) -> str:
    file = tmp_path / "phrases"
    file.write_text("owner: this house is mine")
    file.chmod(0o600)
    return str(file)


@pytest.fixture
def roles(tmp_path: Path) -> str:
    file = tmp_path / "roles"
    file.write_text("*: viewer")
    return str(file)


@pytest.mark.parametrize("host", OTHERS)
def test_nobody_else_is_let_in_unless_they_log_in(host: str, phrases: str, roles: str) -> None:
    assert not is_loopback(host)
    with pytest.raises(
        OptionError, match=r"lets other machines ask.*--password-file.*127\.0\.0\.1"
    ):
        Settings().check(host)
    for settings in (
        Settings(password_file=phrases),
        Settings(login="oidc", roles=roles),
        Settings(proxy_header="X-User", roles=roles),
        Settings(proxy_header="X-User", role_header="X-Role"),
    ):
        settings.check(host)
        assert settings.asks


@pytest.mark.parametrize("host", OWN)
def test_this_machine_needs_no_login_and_can_have_one(host: str, phrases: str) -> None:
    assert is_loopback(host)
    assert not Settings().asks
    Settings().check(host)
    Settings(password_file=phrases).check(host)


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        (Settings(login="oidc"), "give --roles FILE"),
        (Settings(proxy_header="X-User"), "give --roles FILE or --role-header NAME"),
        (Settings(password_file="a", login="oidc"), "two ways to log in"),
        (Settings(login="oidc", proxy_header="X-User"), "two ways to log in"),
        (Settings(login="saml"), "there is: oidc"),
        (Settings(password_file="a", name_claim="sub"), "goes with --login oidc"),
        (Settings(login="oidc", roles="a", name_claim="a claim"), "no claim of an account"),
        (Settings(role_header="X-Role"), "goes with --proxy-header"),
        (Settings(roles="somewhere"), "--roles goes with"),
        (Settings(proxy_header="Host", role_header="X-Role"), "no header that a proxy sets"),
        (Settings(proxy_header="X User", role_header="X-Role"), "no header that a proxy sets"),
        (Settings(proxy_header="X-User", role_header="Cookie"), "no header that a proxy sets"),
        (Settings(proxy_header="X-U", role_header="X-R", trust_proxy="10.0.0"), "--trust-proxy"),
        (Settings(password_file="nowhere"), "nowhere cannot be read"),
        (Settings(login="oidc", roles="nowhere"), "nowhere cannot be read"),
    ],
)
def test_settings_that_do_not_fit_together_are_refused(settings: Settings, why: str) -> None:
    with pytest.raises(OptionError, match=why):
        settings.check("127.0.0.1")


def test_the_environment_carries_them() -> None:
    settings = Settings("phrases", "oidc", "X-User", "10.0.0.0/8", "roles", "X-Role")
    assert Settings.of(settings.variables()) == settings
    assert Settings.of({}) == Settings()


@pytest.mark.parametrize("command", ["app", "quickstart"])
def test_a_command_refuses_before_it_does_anything(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "new.contrast"
    assert main([command, str(home), "--host", "0.0.0.0", "--no-browser"]) == 2
    said = capsys.readouterr()
    assert "lets other machines ask" in said.err
    assert not said.out
    assert not home.exists()


@pytest.mark.slow
@pytest.mark.parametrize("address", ["0.0.0.0", ""])
def test_started_by_streamlit_itself_it_refuses_as_well(address: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py")]
    left = {name: value for name, value in os.environ.items() if "CONTRAST" not in name}
    done = subprocess.run(
        [*command, f"--server.address={address}", "--server.headless=true", "--server.port=0"],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, env=left,
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    assert "lets other machines ask" in done.stderr


def test_a_line_for_the_file_of_phrases_is_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    read, write = os.pipe()
    os.write(write, b"four words of mine\n")
    os.close(write)
    with os.fdopen(read) as piped:
        monkeypatch.setattr(sys, "stdin", piped)
        assert main(["password", "annotator", "--for", "Ada"]) == 0
    line = capsys.readouterr().out
    assert line.startswith("annotator Ada: scrypt$")
    file = tmp_path / "phrases"
    file.write_text(line)
    Settings(password_file=str(file)).check("0.0.0.0")


def test_a_phrase_that_is_too_short_is_wrong_usage(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert main(["password", "owner"]) == 2
    assert "12 to 200 characters" in capsys.readouterr().err
