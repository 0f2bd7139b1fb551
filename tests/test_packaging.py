"""What is installed: pinned versions, and a wheel that carries the whole product."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def test_constraints_pin_every_direct_dependency_exactly() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", pin) for pin in pins), pins
    pinned = {pin.split("==")[0].lower() for pin in pins}
    extras = project["optional-dependencies"]
    wanted = [
        one for name, extra in extras.items() if name not in {"bench", "interop"} for one in extra
    ]
    for requirement in [*project["dependencies"], *wanted]:
        if requirement.startswith("contrast-engine["):
            continue  # its own extras, which are looked at by themselves
        assert re.split(r"[\[<>=!~; ]", requirement)[0].lower() in pinned, requirement
    assert "torch==2.13.0" in pins


@pytest.mark.slow
def test_the_wheel_carries_the_app_the_samples_and_the_licence(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    inside = "contrast_engine/_app"
    assert f"{inside}/app.py" in names
    for folder in ("pages", ".streamlit", "sample_data"):
        here = {
            f"{inside}/{file.relative_to(ROOT).as_posix()}"
            for file in (ROOT / folder).rglob("*")
            if file.is_file() and "__pycache__" not in file.parts
        }
        assert here, folder
        assert here <= names
    written = {path.name for path in (ROOT / "contrast_engine" / "docs").glob("*.md")}
    assert {f"contrast_engine/docs/{name}" for name in written} <= names
    assert "glossary.md" in written
    assert "contrast_engine/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    tops = {name.split("/")[0] for name in names}
    assert tops == {"contrast_engine", next(top for top in tops if top.endswith(".dist-info"))}


def test_make_offers_what_the_readme_promises() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert {"demo", "test"} <= set(re.findall(r"^(\w+):", text, re.M))
    assert "PORT ?= 8501" in text


def test_the_citation_names_the_version_and_licence_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    cited = dict(re.findall(r"^([\w-]+): (\S+)$", (ROOT / "CITATION.cff").read_text(), re.M))
    assert cited["version"] == project["version"]
    assert cited["license"] == project["license"]
    assert cited["cff-version"] == "1.2.0"


def test_hooks_before_a_commit_run_the_tools_of_the_virtual_environment_only() -> None:
    text = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert re.findall(r"^  - repo: (\S+)", text, re.M) == ["local"], "nothing is downloaded"
    entries = re.findall(r"^ +entry: (\S+)", text, re.M)
    assert {Path(entry).name for entry in entries} == {"ruff", "mypy"}
    assert all(entry.startswith(".venv/bin/") for entry in entries)
