"""Which questions this workspace has answered already, and how they were asked last."""

from typing import Any

from contrast_engine.arrays import Json
from contrast_engine.clusterings import clusterings
from contrast_engine.errors import OptionError
from contrast_engine.options import Recipe
from contrast_engine.projections import projections
from contrast_engine.registry import Registry
from contrast_engine.steps.attributes import attribute_tables
from contrast_engine.steps.in_use import PLACED
from contrast_engine.steps.structure.spaces import FEATURES, embedding_of, space
from contrast_engine.store.artifacts import Manifest
from contrast_engine.store.workspace import Workspace

STEPS: dict[str, tuple[str, Registry[Any]]] = {
    "project": ("maps", projections),
    "cluster": ("clusterings", clusterings),
}


def is_answered(workspace: Workspace, step: str, **question: Any) -> bool:
    """True if this map or clustering of the images as they are now exists: asking only reads it.

    Args:
        workspace: Where it would be kept.
        step: "project" or "cluster".
        question: What `answer` takes.
    """
    return answer(workspace, step, **question) is not None


def answer(
    workspace: Workspace,
    step: str,
    *,
    method: str,
    options: Json,
    on: str = FEATURES,
    seed: int = 0,
) -> str | None:
    """The key of this map or clustering of the images as they are now, newest first.

    Asking the step itself gives the same, but reads the whole space for it: seconds for half a
    million images.

    Args:
        workspace: Where it would be kept.
        step: "project" or "cluster".
        method: Registered name of the method.
        options: Its options; those not named are at their default.
        on: The space: "features", the key of an embedding, or "features+KEY".
        seed: The seed.
    """
    kind, methods = STEPS[step]
    wanted_space = None if on == FEATURES else space(workspace, on).key
    recipe = methods[method].of(options)
    known = {workspace.current("features"), *attribute_tables(workspace).values()}
    wanted = {"method": methods.stored_name(method), "options": recipe.as_json()}
    wanted |= methods.made_by(method)
    return next(
        (
            made.key
            for made in workspace.artifacts(kind)
            if made.recipe == wanted
            and made.seed == seed
            and (kind != "maps" or made.step == PLACED or set(made.inputs[1:]) <= known)
            and (
                is_of_now(workspace, made)
                if wanted_space is None
                else made.inputs[0] == wanted_space or _has_grown_to(workspace, made, on)
            )
        ),
        None,
    )


def is_of_now(workspace: Workspace, made: Manifest) -> bool:
    """True if a map or clustering was made from the images measured last."""
    (space,) = made.inputs[:1]
    if not workspace.models.has(space):
        return False
    return bool(workspace.models.load(space)[1].get("input") == workspace.current("features"))


def _has_grown_to(workspace: Workspace, made: Manifest, on: str) -> bool:
    """True if the images of a space as it is now were placed in a result of it."""
    if made.step != PLACED:
        return False
    recipes = workspace.models
    space = recipes.recipe(made.inputs[0]) or {}
    parts = [recipes.recipe(part) or {} for part in space.get("parts", ())] or [space]
    asked = [part.strip() for part in on.split("+")]
    now = [workspace.current(FEATURES) if part == FEATURES else embedding_of(workspace, part)
           for part in asked]  # fmt: skip
    return [part.get("input") for part in parts] == now


def last_method(workspace: Workspace, kind: str) -> str | None:
    """The method of the map or clustering that was asked for last."""
    key = workspace.current(kind)
    return _present(kind, workspace.manifest(key)) if key else None


def last_options(workspace: Workspace, kind: str, method: str) -> Json:
    """The options with which a method was used last; empty where it never was.

    Those that the method does not take are left out: somebody else may have written them.
    """
    current = workspace.current(kind)
    made = [workspace.manifest(current)] if current else []
    made += workspace.artifacts(kind)
    found = (one.recipe["options"] for one in made if _present(kind, one) == method)
    recipe = _methods(kind)[method]
    return {name: value for name, value in next(found, {}).items() if _fits(recipe, name, value)}


def _fits(recipe: type[Recipe], name: str, value: object) -> bool:
    try:
        recipe.of({name: value})
    except OptionError:
        return False
    return True


def _methods(kind: str) -> Registry[Any]:
    return dict(STEPS.values())[kind]


def _present(kind: str, made: Manifest) -> str:
    """The name that the method of a stored result is listed under now."""
    return _methods(kind).present_name(str(made.recipe["method"]))
