"""Whether a result that a step made is in use from then on."""

from contrast_engine.store import Workspace

PLACED = "place@1"
"""The step of results that are earlier ones with further images placed among theirs."""


def settle(workspace: Workspace, kind: str, key: str, *, use: bool, who: str) -> str:
    """Key of a result, in use from now on where that is asked, or where it is the first.

    Args:
        workspace: Where it is saved.
        kind: Its kind.
        key: The result.
        use: Whether it is asked.
        who: Who asks; without it the name that is logged in.
    """
    if use or workspace.current(kind) is None:
        workspace.use(kind, key, who)
    return key
