"""The workspaces this process serves."""

import os
import threading
from pathlib import Path

from contrast_engine.access import Act, doing
from contrast_engine.store import Workspace
from contrast_engine.store.recent import recent_collections
from contrast_engine.store.workspace_marker import (
    has_id,
    home_of,
    is_at_home,
    is_workspace,
    read_mark,
    renew_id,
)

_workspaces: dict[str, Workspace] = {}
_opening = threading.Lock()


def open_workspace(root: str | Path) -> Workspace:
    """The workspace of a folder, served from now on; the same folder gives the same object.

    A copy gets an id of its own: an address never leads from one to the other. Which one is the
    copy does not hang on which was opened first: a mark says where its folder lay when it was given
    its id. Only who is at work in a copy of before, whose mark says nothing, keeps the address.
    Under a second name a folder is no copy.

    Raises:
        WorkspaceError: The folder is something else, or cannot be written.
    """
    workspace = Workspace(Path(root).resolve())
    with _opening:
        known = _workspaces.get(workspace.id)
        if known is not None and _is_one_folder(known.root, workspace.root):
            return known
        original = _original(workspace, known)
        if original is not None:
            with doing(Act.LOOK):  # the server's own, whoever looks first
                renew_id(workspace.root, original)
        _workspaces[workspace.id] = workspace  # new here, made anew, or moved
    return workspace


def _original(workspace: Workspace, known: Workspace | None) -> Path | None:
    """The workspace that a folder is a copy of; None where it is the original itself."""
    root, home = workspace.root, home_of(workspace.root)

    def is_another(folder: Path) -> bool:
        return has_id(folder, workspace.id) and not _is_one_folder(folder, root)

    if known is not None and is_another(known.root):
        return known.root  # somebody may be at work in it
    is_home = is_at_home(root)
    is_beside = home is not None and home.parent == root.parent  # no other place is looked at
    if home is not None and is_beside and not is_home and is_another(home):
        return home
    others = [other for other in recent_collections() if is_another(other)]
    return next((other for other in others if not is_home or is_at_home(other)), None)


def _is_one_folder(one: Path, other: Path) -> bool:
    """Whether two paths are one folder: a mount, or capital letters, give it a second name."""
    try:
        return one.samefile(other)
    except OSError:  # one of them is not there
        return False


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
