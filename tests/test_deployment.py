"""The page on deployment and its files: commands are understood, settings are read."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from contrast_engine import docs
from contrast_engine.cli.commands import build_parser

ROOT = Path(__file__).parents[1]
PAGE = docs.text("deployment")
DEPLOY = "contrast_engine/docs/deploy"
COMPOSE = ("compose.yaml", "compose.team.yaml")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.M | re.S)


def commands() -> list[list[str]]:
    """Every command of the program on the page, in a shell, a table of cron or a unit."""
    text = "\n".join(blocks("bash") + blocks("cron") + blocks("ini")).replace("\\\n", " ")
    lines = re.findall(r"(?:^|\s|/|=)contrast ([a-z].*)$", text, re.M)
    of_images = re.findall(r"docker run (?:-\S+ )*contrast ([a-z].*)$", text, re.M)
    assert len(of_images) == 1
    return [shlex.split(re.sub(r"\s+>+ \S+$", "", line)) for line in lines]


def test_every_command_of_the_page_is_understood() -> None:
    found = commands()
    for line in found:
        _arguments, unknown = build_parser().parse_known_args(line)
        assert not unknown, line
    assert {"app", "password", "serve", "predict", "monitor", "backup", "restore"} <= {
        line[0] for line in found
    }


def test_every_variable_that_is_named_is_read() -> None:
    code = "".join(file.read_text("utf-8") for file in (ROOT / "contrast_engine").rglob("*.py")) + (
        ROOT / "Dockerfile"
    ).read_text("utf-8")
    files = [ROOT / name for name in (*COMPOSE, "Dockerfile")]
    texts = [PAGE, *(file.read_text("utf-8") for file in files)]
    named = {name for text in texts for name in re.findall(r"\bCONTRAST_[A-Z_]+\b", text)}
    assert len(named) >= 8
    assert {name for name in named if f'"{name}"' not in code} == set()
    from streamlit import config

    options = {option.env_var for option in config._config_options_template.values()}
    assert set(re.findall(r"\bSTREAMLIT_[A-Z_]+\b", PAGE)) <= options


def test_every_file_that_the_page_names_is_there() -> None:
    named = set(
        re.findall(rf"`((?:{DEPLOY}/)?[\w.]+\.(?:yaml|conf)|{DEPLOY}/\w+(?:\.txt)?)`", PAGE)
    )
    given = {f"{DEPLOY}/people.txt"}  # names and passwords: of those who deploy it
    assert {*COMPOSE, f"{DEPLOY}/nginx.conf", f"{DEPLOY}/roles.txt"} <= named
    assert all((ROOT / name).is_file() for name in named - given)


def test_lines_of_cron_have_five_times_and_no_bare_percent() -> None:
    lines = [line for block in blocks("cron") for line in block.splitlines()]
    assert len(lines) == 3
    for line in lines:
        assert re.match(r"([\d*/,-]+ ){4}[\d*/,-]+\s+contrast ", line)
        assert not re.search(r"(?<!\\)%", line)  # cron would cut the command there


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd")
def test_units_are_such_as_systemd_takes(tmp_path: Path) -> None:
    (unit,) = blocks("ini")
    program = shutil.which("true")
    file = tmp_path / "contrast.service"
    file.write_text(re.sub(r"ExecStart=\S+", f"ExecStart={program}", unit))
    told = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(file)], capture_output=True, text=True
    )
    said = [line for line in told.stderr.splitlines() if "contrast.service" in line]
    assert (told.returncode, said) == (0, [])


def services(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / name).read_text("utf-8"))
    return found


@pytest.mark.parametrize("name", COMPOSE)
def test_every_container_is_walled_in(name: str) -> None:
    for service in services(name)["services"].values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert "privileged" not in service
        assert not {"network_mode", "pid", "ipc", "devices", "user"} & set(service)
        written = [one for one in service["volumes"] if not one.endswith(":ro")]
        assert all(not one.startswith((".", "/", "$", "~")) for one in written)  # named volumes
        assert {one.split(":")[0] for one in written} <= set(services(name)["volumes"])
        assert "/tmp" in service["tmpfs"]


@pytest.mark.parametrize("name", COMPOSE)
def test_in_every_container_somebody_has_to_log_in(name: str) -> None:
    app = services(name)["services"]["contrast"]
    ways = {"CONTRAST_PASSWORD_FILE", "CONTRAST_PROXY_HEADER", "CONTRAST_LOGIN"}
    assert len(ways & set(app["environment"])) == 1
    for variable in ("CONTRAST_PASSWORD_FILE", "CONTRAST_ROLES"):
        at = app["environment"].get(variable)
        assert at is None or at.removeprefix("/run/secrets/") in app["secrets"]
    assert set(app["secrets"]) == set(services(name)["secrets"])


def test_of_the_team_s_app_nobody_is_outside_but_the_proxy() -> None:
    team = services("compose.team.yaml")
    app, proxy = team["services"]["contrast"], team["services"]["proxy"]
    assert "ports" not in app
    assert app["networks"] == ["inside"]
    assert team["networks"]["inside"]["internal"] is True
    subnet = team["networks"]["inside"]["ipam"]["config"][0]["subnet"]
    assert app["environment"]["CONTRAST_PROXY"] == subnet
    assert proxy["cap_add"] == ["NET_BIND_SERVICE"]
    assert all(one.split(":")[0].startswith(f"./{DEPLOY}/") for one in proxy["volumes"][:2])


@pytest.mark.parametrize("name", ["Caddyfile", "nginx.conf"])
def test_a_proxy_says_itself_what_the_app_believes_of_it(name: str) -> None:
    text = (ROOT / DEPLOY / name).read_text("utf-8")
    header = services("compose.team.yaml")["services"]["contrast"]["environment"][
        "CONTRAST_PROXY_HEADER"
    ]
    sets = "proxy_set_header" if name == "nginx.conf" else "header_up"
    set_ = set(re.findall(rf"^\s*{sets} (X-\S+)", text, re.M))
    assert header in set_
    assert "X-Forwarded-Host" in set_
    if name == "nginx.conf":  # Caddy replaces these two of its own accord
        assert {"X-Forwarded-For", "X-Forwarded-Proto"} <= set_
        assert "proxy_add_x_forwarded_for" not in text  # which keeps what a browser said
    assert "8501" in text
