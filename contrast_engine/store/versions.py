"""What changes whenever a workspace holds another result than before."""

from typing import Protocol

from contrast_engine.errors import WorkspaceError
from contrast_engine.store.artifacts import KINDS
from contrast_engine.store.atomic_files import stamp
from contrast_engine.store.exports import FILE as EXPORTED
from contrast_engine.store.workspace import Workspace


class Log(Protocol):
    """Whatever is only added to, and knows how often."""

    def version(self) -> object:
        """Another one after every change."""


def log_version(log: Log) -> object:
    """The version of a log; None where it is damaged, which whoever needs its content says."""
    try:
        return log.version()
    except WorkspaceError:
        return None


def results_version(workspace: Workspace) -> tuple[object, ...]:
    """The results in use, and marks of the folders that results, models and exports lie in."""
    folders = (*KINDS, "models", EXPORTED)
    return (
        *(workspace.current(kind) for kind in KINDS),
        *(stamp(workspace.root / name) for name in folders),
    )
