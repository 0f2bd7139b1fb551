"""A command says at once of how much and for how long, before anything slow is loaded."""

import argparse
import io
import json
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from contrast_engine import pace
from contrast_engine.cli import main
from contrast_engine.cli import opening_line as opening_file
from contrast_engine.cli import progress_line as line_file
from contrast_engine.cli.commands import build_parser
from contrast_engine.cli.opening_line import opening
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.pace import Curve
from contrast_engine.store.size_at_a_glance import images_at_a_glance

ENGINE = Path(pace.__file__).parent
HEAVY = ("numpy", "pyarrow", "PIL", "scipy", "sklearn", "torch", "contrast_engine.store.workspace")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder whose results in use are of 240 images."""
    features = tmp_path / "mine.contrast" / "features"
    features.mkdir(parents=True)
    (features / "current").write_text("00000000000000ab\n")
    (features / "00000000000000ab.json").write_text(json.dumps({"rows": 240}))
    return features.parent


@pytest.fixture
def train(root: Path, monkeypatch: pytest.MonkeyPatch) -> argparse.Namespace:
    """A command that takes 18 seconds, of which 3 are gone before its step begins."""
    curves = {"train vae": (Curve(240, 15.0, (0.0, 1.0), (0.0, 1.0), before=3.0),)}
    monkeypatch.setattr(pace, "measured_paces", lambda: curves)
    monkeypatch.setattr(line_file, "AT_FIRST", 0.02)
    return argparse.Namespace(
        prog="contrast train", workspace=str(root), method="vae", preset="quick", option=[]
    )


def test_before_anything_is_loaded_a_command_says_how_much_and_how_long(
    train: argparse.Namespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    with opening(train):
        time.sleep(0.3)
    text = screen.getvalue()
    assert "train 0 / 240   0:18 left   loading what it needs" in text
    assert text.rsplit("\r", 2)[1].strip() == "", "and is gone in the end"


def test_what_it_does_goes_on_in_the_same_line_and_what_follows_begins_anew(
    train: argparse.Namespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    with opening(train):
        time.sleep(0.15)
        with progress_line("training vae") as first:
            first.tick(3, 240, "reading")
        between = len(screen.getvalue())
        time.sleep(1.3)
        assert screen.getvalue()[between:].strip() == "", "nothing is said where nothing is done"
        with progress_line("writing") as second:
            second.tick(1, 4, "first")
            time.sleep(0.15)
            second.tick(2, 4, "second")
    said = [one.strip() for one in screen.getvalue().split("\r") if one.strip()]
    assert said[0].startswith("train 0 / 240   0:18 left")
    assert [one for one in said if one.startswith("training vae 3 / 240   0:18 left")]
    assert [one for one in said if one.startswith("writing 2 / 4")]
    assert not [one for one in said if one.startswith("writing") and "0:18" in one]


def test_other_options_than_were_measured_are_not_given_their_time(
    train: argparse.Namespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for changed in ({"preset": "full"}, {"option": ["epochs=900"]}, {"method": "another"}):
        screen = Terminal()
        monkeypatch.setattr(sys, "stderr", screen)
        with opening(argparse.Namespace(**{**vars(train), **changed})):
            time.sleep(0.3)
        assert "train 0 / 240   loading what it needs" in screen.getvalue()


def test_a_log_and_a_command_that_is_over_at_once_hear_nothing(
    train: argparse.Namespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for screen, seconds in ((io.StringIO(), 0.3), (Terminal(), 0.0)):
        monkeypatch.setattr(sys, "stderr", screen)
        with opening(train):
            time.sleep(seconds)
        assert screen.getvalue() == ""


def test_what_is_said_first_loads_nothing_that_is_slow(root: Path) -> None:
    code = (
        "import argparse, sys; from contrast_engine.cli.opening_line import opening\n"
        f"told = argparse.Namespace(prog='contrast validate', workspace={str(root)!r})\n"
        "with opening(told): pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ENGINE.parent
    )
    assert done.stdout.strip() == "[]"


def test_each_pace_is_that_of_a_command_and_of_a_step() -> None:
    sources = (file.read_text(encoding="utf-8") for file in ENGINE.rglob("*.py"))
    found = re.findall(r'paced\(\s*progress, f?"([^"]+)"', "\n".join(sources))
    steps = {re.sub(r"\{\w+\}", "{}", name) for name in found} | {"train {}", "label next {}"}
    assert len(steps) > 30
    front = build_parser()
    for words, name in opening_file._PACES.items():
        given = re.sub(r"\{\w+\}", "{}", name)
        assert given in steps or given.startswith("label next"), f"{words}: no step is paced {name}"
        parsers, parser = words.split(), front
        for word in parsers:
            assert parser.commands is not None
            parser = parser.commands.listed[word]  # type: ignore[assignment]
        known = {action.dest for action in parser._actions}
        assert "workspace" in known, words
        assert set(re.findall(r"\{(\w+)\}", name)) <= known, words


@pytest.mark.parametrize(
    ("current", "manifest"),
    [
        ("", "{}"), ("00000000000000ab", "[]"), ("00000000000000ab", '{"rows": "240"}'),
        ("00000000000000ab", '{"rows": true}'), ("00000000000000ab", '{"rows": -3}'),
        ("00000000000000ab", "[" * 100_000), ("../../secret", "{}"), ("\0", "{}"),
    ],
)  # fmt: skip
def test_a_folder_that_is_none_or_damaged_says_nothing(
    root: Path, current: str, manifest: str
) -> None:
    assert images_at_a_glance(root) == 240
    (root / "features" / "current").write_text(current)
    (root / "features" / "00000000000000ab.json").write_text(manifest)
    assert images_at_a_glance(root) is None
    assert images_at_a_glance(root / "none") is None
    assert images_at_a_glance("~nobody/none") is None


def test_every_command_that_is_paced_opens_with_it(
    root: Path, train: argparse.Namespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(line_file, "AT_FIRST", 0.0)
    assert main(["axes", str(root)]) == 1, "it is no workspace, and that is found out later"
    assert "axes 0 / 240   loading what it needs" in screen.getvalue()
