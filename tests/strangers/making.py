"""What makers of hostile workspaces share: their list, and texts that harm."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

Maker = Callable[[Path, Path], None]
"""Spoils a workspace, its first argument; the second is a folder of somebody else."""

MAKERS: dict[str, Maker] = {}
SQLITE = ("labels", "comparisons", "edits", "thumbs", "team", "selections")
"""The databases that may be in a workspace."""

MARKUP = "<script>alert(1)</script>![x](http://example.org/x.png)\x1b]0;t\x07\u202e"


def maker(name: str) -> Callable[[Maker], Maker]:
    """Puts a maker into the list, under a name."""

    def add(made: Maker) -> Maker:
        MAKERS[name] = made
        return made

    return add


DEEP: Any = "x"
for _ in range(400):
    DEEP = [DEEP]

"""A list of lists, deeper than anybody reads."""
