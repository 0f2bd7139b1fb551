"""Files beside all that: journals, and what is no JSON."""

import json
from pathlib import Path

import numpy as np

from tests.strangers.making import MAKERS, maker
from tests.strangers.results import PICKLE


def _text(name: str, data: bytes) -> None:
    def make(root: Path, _: Path) -> None:
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(data)

    MAKERS[f"beside: {name}, {data[:12]!r}"] = make


for _data in (
    b'{"x": ' + b"[" * 100_000,
    b"[1, 2]",
    b'{"names": 7, "images": "x", "problems": [1]}',
    np.random.default_rng(0).bytes(3000),
    PICKLE,
):
    for _file in (
        "annotators.json",
        "unmeasurable.json",
        "removed.json",
        "lookup.bin",
        "switching.json",
        "report.json",
    ):
        _text(_file, _data)


@maker("beside: a journal that replaces a file elsewhere")
def _(root: Path, other: Path) -> None:
    (root / "kept").mkdir()
    (root / "kept" / "diary.txt").write_text("harm")
    # what is joined to a folder and is a whole path is that path
    journal = {"kept": "kept", "names": [str(other / "diary.txt")], "event": _EVENT}
    (root / "switching.json").write_text(json.dumps(journal))


@maker("beside: a journal that takes a file elsewhere from here")
def _(root: Path, other: Path) -> None:
    journal = {"kept": "..", "names": [f"../{other.name}/diary.txt"], "event": _EVENT}
    (root / "switching.json").write_text(json.dumps(journal))


@maker("beside: a journal that reads a file elsewhere")
def _(root: Path, other: Path) -> None:
    journal = {"kept": str(other), "names": ["diary.txt"], "event": _EVENT}
    (root / "switching.json").write_text(json.dumps(journal))


_EVENT = {"who": "x", "token": "x", "body": {"what": "accept"}}
