"""How the tests of the command line call it: in this process, as `contrast ARGUMENTS`."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from contrast_engine import cli
from contrast_engine.cli import main
from contrast_engine.cli.commands import build_parser
from contrast_engine.cli.parser import Front
from contrast_engine.login import login_name

SAMPLE_DATA = Path(__file__).parents[2] / "sample_data"


@dataclass(frozen=True)
class Said:
    """What one command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON document on stdout; NaN and the like are no JSON."""
        return json.loads(self.out, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))


Contrast = Callable[..., Said]


@cache
def parser_for(login: str) -> Front:
    """The whole command line, put together once: that takes longer than many commands.

    Args:
        login: Who labels where nobody is named; a parser is told when it is made.
    """
    return build_parser()


@pytest.fixture
def contrast(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Contrast:
    """Run one command."""
    monkeypatch.setattr(cli, "build_parser", lambda word: parser_for(login_name()))

    def run(*arguments: str | Path) -> Said:
        capsys.readouterr()
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as stopped:
            code = int(stopped.code or 0)
        if "completion" in arguments:  # which changes the parser that it prints
            parser_for.cache_clear()
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return run


@pytest.fixture(scope="session")
def photos(made_once: Callable[..., Path]) -> Path:
    """A folder of thirty sample photographs; only to be read."""

    def fill(folder: Path) -> None:
        (folder / "photos").mkdir()
        for file in sorted(SAMPLE_DATA.glob("*.jpg"))[::8]:
            shutil.copy(file, folder / "photos")

    return made_once("cli", fill) / "photos"


@pytest.fixture(scope="session")
def explored(photos: Path, made_once: Callable[..., Path]) -> Path:
    """Their workspace with a map and clusters; only to be copied."""

    def fill(folder: Path) -> None:
        root = folder / "explored.contrast"
        commands = (
            ["scan", root, photos],
            ["measure", root],
            ["project", root, "pca"],
            ["cluster", root, "kmeans"],
        )
        for command in commands:
            assert main([str(word) for word in command]) == 0

    return made_once("explored", fill) / "explored.contrast"


@pytest.fixture
def workspace(explored: Path, tmp_path: Path) -> Path:
    """A measured and clustered workspace of this test's own."""
    return Path(shutil.copytree(explored, tmp_path / "mine.contrast"))


@pytest.fixture
def labelled(contrast: Contrast, workspace: Path, photos: Path, tmp_path: Path) -> Path:
    """The workspace with half of its images labelled by their contrast, in three steps."""
    from contrast_engine import Workspace

    opened = Workspace.open(workspace)
    measured = opened.load(opened.current("features"))
    order = sorted(measured.ids, key=lambda image: measured.row(image)["c_rms"])
    file = tmp_path / "labels.csv"
    lines = ["id,label"]
    for place, image in enumerate(order):
        if place % 2:
            lines.append(f"{image},{('low', 'medium', 'high')[place // 10]}")
    file.write_text("\n".join(lines))
    assert contrast("label", "import", workspace, file).code == 0
    return workspace
