"""The script: a shell that runs it gives every command the words that were meant."""

import os
import subprocess
from pathlib import Path

import pytest

from contrast_engine.reproduce.collection import Originals
from contrast_engine.reproduce.command import WS, Cannot, Command, Place, words_of
from contrast_engine.reproduce.plan import Plan
from contrast_engine.reproduce.record import SCRIPT, write_record
from contrast_engine.reproduce.script import script

NAME = "-odd 'name' \"$HOME\"\n`x`"
FILES = {
    "labels.jsonl": b'{"label": "it\'s $HOME `x` \\\\ END"}\n',
    "vectors-1/a b.npy": bytes(range(256)) * 3,
    "no-end.txt": b"no line break at the end",
    "sly.txt": b"END_OF_RECORD\nrm -rf /\n",
}

SPY = """#!/bin/sh
for word in "$@"; do printf '%s\\0' "$word" >> "$SPIED"; done
for word in "$@"; do [ ! -f "$word" ] || cp "$word" "$SPIED.$(basename "$word")"; done
"""


def planned(name: str = NAME) -> Plan:
    commands = [
        Command(words_of("selection save", (WS, name), [("--who", name)]), note="two\nlines"),
        *(Command(words_of("label import", (WS, Place(file)))) for file in FILES),
    ]
    cannot = (Cannot("a\nmap", "because\n rm -rf /"),)
    gone = Originals(2, ("/a\nb.jpg",), (), ())
    return Plan(name, tuple(commands), cannot, FILES, (), {}, ("chosen\nby me",), gone)


def run(file: Path, tmp_path: Path, *arguments: str) -> list[str]:
    """The words that a shell gave to `contrast`."""
    spy = tmp_path / "bin" / "contrast"
    spy.parent.mkdir()
    spy.write_text(SPY)
    spy.chmod(0o755)
    spied = tmp_path / "spied"
    environment = {**os.environ, "PATH": f"{spy.parent}:{os.environ['PATH']}", "SPIED": str(spied)}
    subprocess.run(["sh", os.fspath(file), *arguments], env=environment, check=True, cwd=tmp_path)
    return os.fsdecode(spied.read_bytes()).split("\0")[:-1]


@pytest.mark.parametrize("is_beside", [False, True])
def test_a_shell_gives_every_command_its_words_and_its_files(
    tmp_path: Path, is_beside: bool
) -> None:
    if is_beside:
        write_record(planned(), {"Python": "3"}, tmp_path / "re cord")
        file = tmp_path / "re cord" / SCRIPT
    else:
        file = tmp_path / "rebuild.sh"
        file.write_bytes(script(planned(), {"Python": "3"}))
    words = run(file, tmp_path, "-again.contrast")
    first = ["selection", "save", f"--who={NAME}", "--", "./-again.contrast", NAME, "label"]
    assert words[:7] == first
    for name, data in FILES.items():
        assert (tmp_path / f"spied.{Path(name).name}").read_bytes() == data


def test_what_is_said_above_the_commands_runs_nothing(tmp_path: Path) -> None:
    text = script(planned(), {"numpy": "2\nrm -rf /"}).decode("utf-8", "surrogateescape")
    before = text.split("set -eu")[0].splitlines()
    assert all(line.startswith("#") for line in before)
    assert any("Of 2 files that it was made of, 1 are gone" in line for line in before)
    assert any("because" in line for line in before)


def test_bytes_that_are_no_text_stay_what_they_are(tmp_path: Path) -> None:
    file = tmp_path / "rebuild.sh"
    file.write_bytes(script(planned("caf\udce9"), {}))
    assert run(file, tmp_path, "w")[3] == "caf\udce9"
