"""Paths of what lies inside a workspace, written so that its folder can be moved."""

import os
from pathlib import Path


def inward(path: str, home: Path) -> str:
    """A path as it is written: relative to the workspace where it lies inside it.

    Args:
        path: A full path.
        home: The folder of the workspace.
    """
    for folder in dict.fromkeys((os.fspath(home), os.path.realpath(home))):
        prefix = os.path.join(folder, "")  # noqa: PTH118 - the slash at the end is the point
        if path.startswith(prefix):
            # with slashes wherever it is written, so that a folder can be moved between systems
            return path.removeprefix(prefix).replace(os.sep, "/")
    return path


def outward(path: str, home: Path) -> str:
    """The full path of what `inward` wrote, for a workspace as it lies now."""
    if not path or os.path.isabs(path):  # noqa: PTH117 - keeps bytes that are no UTF-8
        return path
    return os.path.join(os.path.realpath(home), path.replace("/", os.sep))  # noqa: PTH118
