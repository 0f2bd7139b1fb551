"""The container file: what it installs is there, nobody is root, only this machine is answered."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = (ROOT / "compose.yaml").read_text(encoding="utf-8")


def test_it_installs_extras_that_there_are_at_the_versions_that_were_tested() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (extras,) = re.findall(r"'/src\[([\w,]+)\]' -c /src/constraints\.txt", DOCKERFILE)
    assert set(extras.split(",")) == {"all", "serve"} <= set(project["optional-dependencies"])
    lowest = re.search(r"\d+\.\d+", project["requires-python"])
    assert lowest is not None
    assert set(re.findall(r"FROM python:(\S+)-slim", DOCKERFILE)) == {lowest[0]}


def test_what_the_wheel_is_made_of_is_let_through_to_the_build() -> None:
    let_through = set(re.findall(r"^!(\S+)", (ROOT / ".dockerignore").read_text(), re.M))
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"][
        "targets"
    ]["wheel"]
    needed = {name.strip("/") for name in wheel["include"]} | set(wheel["force-include"])
    assert needed | {"pyproject.toml", "constraints.txt", "README.md", "LICENSE"} == let_through
    assert all((ROOT / name).exists() for name in let_through)


def test_nobody_in_the_container_is_root() -> None:
    last = DOCKERFILE.split("\nFROM ")[-1]
    assert last.index("useradd") < last.index("\nUSER contrast\n") < last.index("\nENTRYPOINT")
    assert "USER root" not in last


def test_only_this_machine_reaches_the_published_port_and_the_photographs_stay_as_they_are() -> (
    None
):
    (ports,) = re.findall(r"ports: (\[.*?\])", COMPOSE)
    port = re.search(r'"--port", "(\d+)"', DOCKERFILE)
    assert port is not None
    assert ports == f'["127.0.0.1:{port[1]}:{port[1]}"]'
    assert f"EXPOSE {port[1]}" in DOCKERFILE
    assert f"http://127.0.0.1:{port[1]}/_stcore/health" in DOCKERFILE
    assert re.search(r"- \$\{PHOTOS:-\./photos\}:/photos:ro\n", COMPOSE)
    for wall in ("read_only: true", "cap_drop: [ALL]", "no-new-privileges:true"):
        assert wall in COMPOSE
