"""Comparisons as a file: one JSON object a line, with who, when, and what was undone."""

import json
from pathlib import Path

from contrast_engine.arrays import Json
from contrast_engine.errors import CollectionError
from contrast_engine.store import Workspace, shown


def comparison_lines(workspace: Workspace) -> bytes:
    """Every comparison ever made, a line each, oldest first; only ASCII, ended by a new line."""
    return b"".join(f"{json.dumps(row)}\n".encode() for row in workspace.comparisons.rows())


def read_comparisons(file: str | Path) -> list[Json]:
    """The rows of a file of comparisons.

    Raises:
        CollectionError: It cannot be read, or a line is no JSON object.
    """
    path = Path(file).expanduser()
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CollectionError(f"{shown(path)} cannot be read: {error}") from error
    rows: list[Json] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError:
            row = None
        if not isinstance(row, dict):
            raise CollectionError(
                f"line {number} of {shown(path)} is no comparison; it needs a JSON object with "
                "left, right and answer, as `contrast rank export` writes them"
            )
        rows.append(row)
    return rows
