"""Every command that writes a file leaves one that is there as it is, unless it is told not to."""

import argparse
from collections.abc import Iterator
from pathlib import Path

import pytest

from contrast_engine.cli.commands import build_parser
from contrast_engine.cli.parser import Parser
from tests.cli.conftest import Contrast

WRITERS = {
    "contrast export": [
        ["export", "W", "OUT.csv"], ["export", "W", "OUT.parquet"], ["export", "W", "OUT.html"],
        ["export", "W", "OUT.jsonl"], ["export", "W", "OUT.json", "--format", "coco"],
    ],
    "contrast report": [["report", "W", "OUT.html"]],
    "contrast selection export": [
        ["selection", "export", "W", "few", f"OUT.{ending}"] for ending in ("csv", "parquet", "zip")
    ],
    "contrast backup": [["backup", "W", "OUT.tar"]],
    "contrast label export": [["label", "export", "W", "OUT.csv"]],
    "contrast rank export": [["rank", "export", "W", "OUT.jsonl"]],
    "contrast label next": [["label", "next", "W", "--strategy", "random", "--csv", "OUT.csv"]],
}  # fmt: skip

RULES_OF_THEIR_OWN = {
    "contrast bundle": "a model file only, and only when told (tests/predict)",
    "contrast predict": "the same table is continued, another one stays (tests/predict)",
    "contrast watch": "a file of answers is continued, another file stays (tests/predict)",
    "contrast measure": "parts that are there are not made again (tests/batches)",
    "contrast samples": "the same pictures are no obstacle (tests/test_samples.py)",
}

OF_A_FILE = ("to write", "to a file", "write a row", "a line (default", "of the parts")


def leaves(parser: Parser) -> Iterator[Parser]:
    if parser.commands is None:
        yield parser
        return
    for child in parser.commands.listed.values():
        yield from leaves(child)


def test_every_command_that_names_a_file_to_write_is_known_here() -> None:
    def writes(action: argparse.Action) -> bool:
        return any(words in (action.help or "") for words in OF_A_FILE)

    found = {one.prog for one in leaves(build_parser()) if any(map(writes, one._actions))}
    assert found == WRITERS.keys() | RULES_OF_THEIR_OWN.keys()


@pytest.fixture
def filled(contrast: Contrast, workspace: Path, photos: Path) -> Path:
    first = sorted(photos.glob("*.jpg"))[0]
    assert contrast("selection", "save", workspace, "few", "--image", first).code == 0
    return workspace


def test_a_file_that_is_there_stays_until_it_is_told_to_go(
    contrast: Contrast, filled: Path, tmp_path: Path
) -> None:
    for lines in WRITERS.values():
        for line in lines:
            words = [word.replace("OUT", str(tmp_path / "out")) for word in line]
            words = [str(filled) if word == "W" else word for word in words]
            (target,) = (Path(word) for word in words if word.startswith(str(tmp_path / "out")))
            target.write_bytes(b"mine")
            said = contrast(*words)
            assert said.code != 0, line
            assert "is there already" in said.err, line
            assert "--overwrite" in said.err, line
            assert target.read_bytes() == b"mine", line
            said = contrast(*words, "--overwrite")
            assert (said.code, said.err) == (0, ""), line
            assert target.read_bytes() != b"mine", line
            target.unlink()
            assert contrast(*words).code == 0, line
            target.unlink()


def test_a_link_that_leads_nowhere_is_something_that_is_there(
    contrast: Contrast, filled: Path, tmp_path: Path
) -> None:
    (tmp_path / "out.csv").symlink_to(tmp_path / "nowhere.csv")
    assert contrast("export", filled, tmp_path / "out.csv").code == 1
    assert not (tmp_path / "nowhere.csv").exists()
