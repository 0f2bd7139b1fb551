"""The workspaces this process serves."""

import os
from pathlib import Path

from contrast_engine.store import Workspace
from contrast_engine.store.workspace_marker import is_workspace, read_mark

_workspaces: dict[str, Workspace] = {}


def open_workspace(root: str | Path) -> Workspace:
    """The workspace of a folder, served from now on; the same folder gives the same object.

    Raises:
        WorkspaceError: The folder is something else, or cannot be written.
    """
    workspace = Workspace(Path(root).resolve())
    known = _workspaces.get(workspace.id)
    if known is not None and known.root == workspace.root:
        return known
    _workspaces[workspace.id] = workspace  # new here, made anew, or moved
    return workspace


def workspaces() -> dict[str, Workspace]:
    """The workspaces served now, by id."""
    return dict(_workspaces)


def initial() -> Workspace | None:
    """The workspace named by CONTRAST_WORKSPACE, opening it the first time; None if unset.

    Raises:
        WorkspaceError: It names something that cannot be opened, or that is gone since.
    """
    named = os.environ.get("CONTRAST_WORKSPACE", "")
    if not named:
        return None
    root = Path(named).resolve()
    was_open = any(known.root == root for known in _workspaces.values())
    if was_open and not is_workspace(root):
        read_mark(root)  # says what became of it; an empty one in its place would look like a loss
    return open_workspace(root)
