"""The tutorial, cell by cell in one process, and that its outputs are what they are."""

import ast
import contextlib
import io
import re
import shutil
from pathlib import Path

import pytest

import contrast_engine
from contrast_engine import Workspace, docs, steps
from contrast_engine.cli.commands import build_parser
from tests.few_draws import draw_few

ROOT = Path(__file__).parents[2]
EVERY = 6
CELL = re.compile(r"^```python\n(.*?)^```$(?:\n\n^```text\n(.*?)^```$)?", re.M | re.S)


def shown(code: str, names: dict[str, object]) -> str:
    """What a notebook shows below a cell: what it prints, then its last expression."""
    tree = ast.parse(code)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(tree, "tutorial.md", "exec"), names)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), "tutorial.md", "eval"), names)
            if value is not None:
                print(repr(value))
    return printed.getvalue()


def cells() -> list[tuple[str, str]]:
    return CELL.findall(docs.text("tutorial"))


def lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip().splitlines()]


def run_through(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, str]]:
    """Every cell with what the document says it shows, and what it shows."""
    photos = folder / "photos"
    photos.mkdir()
    for file in sorted((ROOT / "sample_data").glob("*.jpg"))[::EVERY]:
        shutil.copy(file, photos)
    monkeypatch.chdir(folder)
    names: dict[str, object] = {}
    return [(code, said, shown(code, names)) for code, said in cells()]


@pytest.mark.slow
def test_the_tutorial_runs_as_written_and_shows_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw_few(monkeypatch)
    found = run_through(tmp_path, monkeypatch)
    assert len(found) > 20
    for code, said, is_shown in found:
        if said:
            assert lines(said) == lines(is_shown), code
    assert (tmp_path / "report.html").stat().st_size > 10_000
    assert (tmp_path / "trip.csv").read_text(encoding="utf-8").count("\n") == 41


@pytest.mark.thorough
def test_the_tutorial_says_the_same_when_every_check_draws_in_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for code, said, is_shown in run_through(tmp_path, monkeypatch):
        if said:
            assert lines(said) == lines(is_shown), code


def table() -> dict[str, str]:
    """The commands that the tutorial lists, with what each is called in Python."""
    return dict(re.findall(r"^\| `([\w-]+)` \| (.*) \|$", docs.text("tutorial"), re.M))


def test_every_name_that_the_tutorial_lists_exists() -> None:
    named = [name for cell in table().values() for name in re.findall(r"`([\w.]+)", cell)]
    homes = {"steps": steps, "workspace": Workspace}
    for name in named:
        home, _, own = name.rpartition(".")
        if home == "workspace" and own in {"labels", "comparisons", "selections"}:
            continue  # attributes of an instance
        assert hasattr(homes[home] if home else contrast_engine, own), name


def test_every_command_is_listed_or_said_to_be_only_a_command() -> None:
    others = docs.text("tutorial").rpartition("The others start")[2]
    only = set(re.findall(r"`([\w-]+)`", others))
    commands = build_parser().commands
    assert commands is not None
    assert {*table()} | only == {*commands.listed}
    assert not {*table()} & only
