"""Evidence, audits and the two laboratories: their commands, and what is left to say in words."""

from contrast_engine.reproduce.command import WS, CannotRebuild, Option
from contrast_engine.reproduce.models import now
from contrast_engine.reproduce.planner import Builder, Planner
from contrast_engine.reproduce.structure import seed
from contrast_engine.steps.evidence.downstream import asked_outcomes
from contrast_engine.steps.evidence.validate import KINDS as JUDGED
from contrast_engine.steps.evidence.validate import STEP as VALIDATED
from contrast_engine.store import Manifest

TABLE_GONE = "the table of {what} that it was given is not kept, only its hash; give it again by {}"


def build_validation(planner: Planner, made: Manifest) -> None:
    """`contrast validate`, with what is in use in use."""
    now(planner, made)
    for kind in JUDGED:
        key = planner.current(kind)
        if key:
            planner.needs(key)
            planner.use(kind, key)
    for asked in asked_outcomes(planner.workspace):
        if asked.key in made.inputs:
            planner.needs(asked.key)
    planner.add("validate", WS, options=seed(made), makes=(made.key,))


def build_audit(planner: Planner, made: Manifest) -> None:
    """`contrast sensitivity` and `contrast shortcuts`."""
    if made.inputs[0] != planner.current("features"):
        raise CannotRebuild("out of date: the images were measured again since")
    planner.needs(made.inputs[0])
    on = str(made.details.get("on") or made.recipe["on"])
    tested = str(made.recipe["on"])
    if any(one.key == tested for one in planner.workspace.artifacts("embeddings")):
        planner.needs(tested)
    planner.add(made.step.partition("@")[0], WS, on, options=seed(made), makes=(made.key,))


def build_views(planner: Planner, made: Manifest) -> None:
    """`contrast views`."""
    _of_images(planner, made)
    planner.add("views", WS, options=seed(made), makes=(made.key,))


def build_downstream(planner: Planner, made: Manifest) -> None:
    """Nothing: the table of outcomes is a person's own."""
    column, kind = made.recipe["column"], made.recipe["kind"]
    again = f"`contrast downstream WS FILE --column {column} --kind {kind}`"
    raise CannotRebuild(TABLE_GONE.format(again, what="results"))


def build_complexity(planner: Planner, made: Manifest) -> None:
    """`contrast complexity`; its tables of attributes come with it."""
    if made.recipe["scores"] is not None:
        again = "`contrast complexity WS --scores FILE`"
        raise CannotRebuild(TABLE_GONE.format(again, what="human scores"))
    _measured(planner, made)
    options: list[Option] = []
    if made.recipe["on"]:
        planner.needs(str(made.recipe["on"]))
        options = [("--on", str(made.recipe["on"]))]
    planner.add("complexity", WS, options=[*options, *seed(made)], makes=(made.key,))
    for other in planner.workspace.artifacts("attributes" if made.kind == "reports" else "reports"):
        is_twin = (other.step, other.recipe, other.inputs) == (made.step, made.recipe, made.inputs)
        if is_twin and other.key not in planner.done:
            planner.made(other)


def build_illuminants(planner: Planner, made: Manifest) -> None:
    """`contrast illuminant estimate`, which makes two tables."""
    _of_images(planner, made)
    method = str(made.recipe["method"])
    options = [("--method", method)] if method else []
    makes = [made.key]
    for other in planner.workspace.artifacts("attributes"):
        if (other.recipe, other.inputs) == (made.recipe, made.inputs) and other.key != made.key:
            makes.append(other.key)
            planner.made(other)
    planner.add("illuminant estimate", WS, options=options, makes=makes)


def build_judged_illuminants(planner: Planner, made: Manifest) -> None:
    """`contrast illuminant evaluate`, of relit photographs."""
    _of_images(planner, made)
    if made.recipe["tables"]:
        again = "`contrast illuminant evaluate WS --truth GT.CSV`"
        raise CannotRebuild(TABLE_GONE.format(again, what="illuminants"))
    options = [("--seeds", str(made.recipe["seeds"])), *seed(made)]
    planner.add("illuminant evaluate", WS, options=options, makes=(made.key,))


def build_grid(planner: Planner, made: Manifest) -> None:
    """`contrast illuminant grid`, of relit photographs."""
    _of_images(planner, made)
    if made.recipe["tables"]:
        again = "`contrast illuminant grid WS --truth GT.CSV`"
        raise CannotRebuild(TABLE_GONE.format(again, what="illuminants"))
    asked = made.recipe
    options = [(f"--{name}", str(asked[name])) for name in ("seeds", "folds", "epochs", "loss")]
    planner.add("illuminant grid", WS, options=[*options, *seed(made)], makes=(made.key,))


def build_haze(planner: Planner, made: Manifest) -> None:
    """Nothing of its own: it is looked for while the images are measured."""
    _of_images(planner, made)
    _measured(planner, made)


def _measured(planner: Planner, made: Manifest) -> None:
    used = planner.current("features")
    if used is None:
        raise CannotRebuild("the images were not measured")
    planner.needs(used)


def _of_images(planner: Planner, made: Manifest) -> None:
    """Go on only where a result is of the images that there are now."""
    images = planner.workspace.images
    there = {str(image) for image in images.ids if image not in images.missing}
    if set(made.inputs) != there:
        raise CannotRebuild("out of date: it is of other images than there are now")


BUILDERS: dict[str, Builder] = {
    VALIDATED.partition("@")[0]: build_validation,
    "sensitivity": build_audit,
    "shortcuts": build_audit,
    "views": build_views,
    "downstream": build_downstream,
    "complexity": build_complexity,
    "illuminants": build_illuminants,
    "illuminant_temperatures": build_illuminants,
    "judge_illuminants": build_judged_illuminants,
    "illuminant_grid": build_grid,
    "veil": build_haze,
}
"""What makes evidence and attributes, by step."""
