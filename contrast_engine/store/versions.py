"""What changes whenever a workspace holds another result than before."""

from contrast_engine.store.artifacts import KINDS
from contrast_engine.store.atomic_files import stamp
from contrast_engine.store.exports import FILE as EXPORTED
from contrast_engine.store.workspace import Workspace


def results_version(workspace: Workspace) -> tuple[object, ...]:
    """The results in use, and marks of the folders that results, models and exports lie in."""
    folders = (*KINDS, "models", EXPORTED)
    return (
        *(workspace.current(kind) for kind in KINDS),
        *(stamp(workspace.root / name) for name in folders),
    )
