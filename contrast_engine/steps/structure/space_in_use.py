"""The space of now on the scale of what is in use, so that nothing is fitted anew for a look."""

from contrast_engine.errors import ModelError
from contrast_engine.steps.structure.spaces import FEATURES, FROZEN, Space, space, space_of
from contrast_engine.store import Workspace

_KINDS = ("predictions", "clusterings", "maps")


def space_in_use(workspace: Workspace, on: str = FEATURES) -> Space:
    """The space of the images measured last, on the scale of the model, clusters or map in use.

    A scale that was fitted before images came stays theirs once they were placed. Where nothing
    is in use that has all images on its scale, it is that of `space`, fitted on all of them.

    Args:
        workspace: Where the features and embeddings are.
        on: As `space` takes it.

    Raises:
        NotEnoughData: Nothing was measured yet.
        UnknownName: There is no features table, embedding or encoder of that key.
    """
    if on == FEATURES:
        table = workspace.current(FEATURES)
        for key in (_space_of_current(workspace, kind) for kind in _KINDS):
            recipe = (workspace.models.recipe(key) or {}) if key else {}
            if key and table and FROZEN in recipe and recipe.get("input") == table:
                try:
                    return space_of(workspace, key)
                except ModelError:  # damaged: fitted anew
                    continue
    return space(workspace, on)


def _space_of_current(workspace: Workspace, kind: str) -> str | None:
    key = workspace.current(kind)
    details = workspace.manifest(key).details if key else {}
    inputs = workspace.manifest(key).inputs if key else ()
    found = details.get("space_key") or (inputs[0] if inputs else None)
    return str(found) if found else None
