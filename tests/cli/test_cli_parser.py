import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from contrast_engine.cli.parser import Parser, build_parser
from tests.cli.conftest import Contrast

CONTRAST = [sys.executable, "-m", "contrast_engine"]


def leaves(parser: Parser) -> Iterator[Parser]:
    """Every command that can be run."""
    children = [a.choices for a in parser._actions if a.dest in {"command", "action"}]
    if not children:
        yield parser
    for choices in children:
        for child in (choices or {}).values():
            yield from leaves(child)


def test_help_lists_every_command_in_its_group(contrast: Contrast) -> None:
    said = contrast("--help")
    assert said.code == 0
    groups = ("Start:", "Collect and measure:", "Explore:", "Label and learn:", "Judge and use:")
    positions = [said.out.index(group) for group in groups]
    assert positions == sorted(positions)
    for command in ("quickstart", "scan", "cluster", "pseudo-label", "validate"):
        assert f"\n  {command} " in said.out
    assert max(map(len, said.out.splitlines())) <= 100


@pytest.mark.parametrize("command", list(leaves(build_parser())), ids=lambda p: p.prog)
def test_every_command_explains_itself_and_takes_json(command: Parser) -> None:
    text = command.format_help()
    assert "--json" in text
    assert 10 < len(command.description or "") < 90
    assert (command.description or "").endswith(".")


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["scna", "w"], "did you mean 'scan'"),
        (["label", "ad", "w"], "did you mean 'add'"),
        (["measure"], "missing: WS"),
        (["measure", "w", "extra"], "not understood: extra"),
        (["measure", "w", "--treads", "2"], "not understood: --treads"),
        (["cluster", "w", "--seed", "x"], "--seed"),
        (["cluster", "w", "--seed", "-1"], "at least 0"),
        (["measure", "w", "--threads", "0"], "at least 1"),
        (["label", "add", "w", "--label", "low"], "--image"),
        (["project", "w", "pcaa"], "did you mean 'pca'"),
        (["cluster", "w", "kmeans", "-o", "n_cluster=3"], "did you mean 'n_clusters'"),
        (["cluster", "w", "kmeans", "-o", "n_clusters=many"], "a whole number"),
        (["cluster", "w", "kmeans", "-o", "n_clusters=1"], "from 2"),
        (["cluster", "w", "kmeans", "-o", "n_clusters"], "NAME=VALUE"),
        (["pseudo-label", "w", "--order", "low"], "two different labels"),
        (["app", "--port", "70000"], "65535"),
    ],
)
def test_wrong_usage_is_exit_two_and_says_what_was_meant(
    contrast: Contrast, arguments: list[str], hint: str
) -> None:
    said = contrast(*arguments)
    assert (said.code, said.out) == (2, "")
    assert hint in said.err
    assert "Traceback" not in said.err
    assert "--help" in said.err


def test_no_command_at_all_shows_the_help(contrast: Contrast) -> None:
    said = contrast()
    assert (said.code, said.out) == (2, "")
    assert "Usage: contrast COMMAND" in said.err


def test_version_is_one_line(contrast: Contrast) -> None:
    said = contrast("--version")
    assert said.code == 0
    assert said.out.startswith("contrast ")
    assert len(said.out.splitlines()) == 1


def test_a_missing_workspace_is_one_line_and_exit_one(contrast: Contrast, tmp_path: Path) -> None:
    commands = (
        ["measure"], ["project"], ["cluster"], ["pseudo-label"], ["validate"],
        ["predict"], ["export"], ["jobs"], ["label", "list"], ["app"],
    )  # fmt: skip
    for command in commands:
        extra = {"predict": ["x.jpg"], "export": ["x.csv"]}.get(command[0], [])
        said = contrast(*command, tmp_path / "none", *extra)
        assert (said.code, said.out) == (1, ""), command
        assert len(said.err.splitlines()) == 1
        assert "contrast scan" in said.err


def test_method_help_lists_the_options_of_every_method(contrast: Contrast) -> None:
    said = contrast("cluster", "--help").out
    assert "-o n_clusters=3" in said
    assert "hierarchical" in said


def test_a_reader_that_goes_away_is_not_an_error_message(photos: Path) -> None:
    file = next(photos.glob("*.jpg"))
    script = (
        f"{sys.executable} -m contrast_engine inspect '{file}' | head -1; exit ${{PIPESTATUS[0]}}"
    )
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True)
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 1


@pytest.mark.slow
def test_control_c_is_exit_130_without_a_traceback_and_keeps_what_was_done(
    photos: Path, tmp_path: Path
) -> None:
    root = tmp_path / "w.contrast"
    subprocess.run([*CONTRAST, "scan", root, photos], check=True, capture_output=True)
    slowly = (
        "import sys, time; sys.argv = ['contrast', 'measure', sys.argv[1]]\n"
        "from contrast_engine.steps.collection import measure as measuring\n"
        "read = measuring.read_image\n"
        "measuring.read_image = lambda content: (time.sleep(0.5), read(content))[1]\n"
        "from contrast_engine.cli import main; sys.exit(main())"
    )
    running = subprocess.Popen(
        [sys.executable, "-c", slowly, root],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        # a shell lets its background jobs ignore ctrl-c, and these tests may be one
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    while not (root / "locks" / "measure.lock").exists() and running.poll() is None:
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 130, err
    assert out == ""
    assert err.splitlines() == ["contrast: stopped; what was finished is kept"]
    assert subprocess.run([*CONTRAST, "measure", root], capture_output=True).returncode == 0


def test_an_unexpected_error_is_one_line_unless_asked_for_more(tmp_path: Path) -> None:
    code = (
        "import sys; sys.argv = ['contrast', 'inspect', 'x']\n"
        "import contrast_engine.images as images\n"
        "def broken(path): raise RuntimeError('made to fail')\n"
        "images.examine = broken\n"
        "from contrast_engine.cli import main; sys.exit(main())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 1
    assert "unexpected error, RuntimeError: made to fail" in done.stderr
    assert "Traceback" not in done.stderr
    asked = {**os.environ, "CONTRAST_TRACEBACK": "1"}
    more = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=asked)
    assert "Traceback" in more.stderr
