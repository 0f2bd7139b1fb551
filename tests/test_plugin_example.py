"""The package of docs/plugins.md, built and installed: it is there in the command line and in Python."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from contrast_engine import docs
from contrast_engine.features import features
from contrast_engine.projections import projections
from tests.plugin_packages import install_example

ROOT = Path(__file__).parents[1]


def test_the_example_is_as_short_as_an_example_should_be() -> None:
    module = docs.text("plugins").partition("```python\n")[2].partition("```")[0]
    code = [line for line in module.splitlines() if line.strip() and '"""' not in line]
    assert len(code) <= 20


def test_it_is_there_in_python_with_its_package(site: Path, built_example: Path) -> None:
    install_example(site, built_example)
    assert features["warmth"].direction == "warmer"
    assert projections["plain"].title == "Plain: the first two columns"
    assert not features.broken
    assert not projections.broken
    plugins = (features.plugin("warmth"), projections.plugin("plain"))
    assert [one and one.package for one in plugins] == ["contrast-warmth 1.0"] * 2


@pytest.mark.slow
def test_it_is_there_in_the_command_line(site: Path, built_example: Path) -> None:
    photo = next((ROOT / "sample_data").glob("*.jpg"))
    path = os.pathsep.join([str(ROOT), str(built_example)])
    for command, wanted in (
        (["inspect", str(photo)], "Warmth: share of red in the red and blue light of a picture."),
        (["project", "--help"], "The first two columns of the space, as they are."),
    ):
        said = subprocess.run(
            [sys.executable, "-m", "contrast_engine", *command],
            capture_output=True, text=True, check=True, env=os.environ | {"PYTHONPATH": path},
        )  # fmt: skip
        assert wanted in said.stdout
        assert said.stderr == ""
