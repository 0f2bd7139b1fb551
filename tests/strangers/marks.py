"""Marks of workspaces that say something untrue: ids, roots, formats, dates."""

import json
from pathlib import Path
from typing import Any

from tests.strangers.making import DEEP, MAKERS, MARKUP, maker


def marked(root: Path, **changed: Any) -> None:
    """Change what the mark says."""
    mark = root / "workspace.json"
    mark.write_text(json.dumps(json.loads(mark.read_text()) | changed))


def _of_mark(name: str, **changed: Any) -> None:
    MAKERS[name] = lambda root, _: marked(root, **changed)


for _name, _roots in {
    "the whole disk": ["/", "/etc", "//server/share", r"\\server\share", "..", "../..", "~"],
    "NUL": ["\x00", "/tmp/\x00/x", "\ud800"], "numbers": [1, None, {}, []], "no list": "/etc",
    "null": None, "an object": {"/etc": 1}, "very many": [f"/{n}" for n in range(200_000)],
    "very long": ["/" + "x" * 2_000_000], "very deep": DEEP,
}.items():  # fmt: skip
    _of_mark(f"roots: {_name}", roots=_roots)

_of_mark("since of another type", since=[1, 2])
_of_mark("an id that is a path", id="../../etc")
_of_mark("an id that is a list", id=["x"])
_of_mark("an id of markup", id=MARKUP)
_of_mark("a format that is true", format=True)
_of_mark("a format below all", format=-(2**70))
_of_mark("reading options nobody has", reading={"x": MARKUP, "white": [1]})
_of_mark("reading options of another type", reading=[1])


@maker("a mark of brackets")
def _(root: Path, _: Path) -> None:
    (root / "workspace.json").write_text("[" * 100_000)


@maker("a mark of a number with very many digits")
def _(root: Path, _: Path) -> None:
    (root / "workspace.json").write_text('{"format": ' + "9" * 100_000 + ', "id": "00000000"}')
