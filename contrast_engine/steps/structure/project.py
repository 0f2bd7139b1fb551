"""project: lay the measured images out on a map, and judge the map."""

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from contrast_engine.arrays import Json
from contrast_engine.errors import NotEnoughData
from contrast_engine.imageset import ImageSet
from contrast_engine.pace import paced
from contrast_engine.progress import SILENT, Progress, in_parts
from contrast_engine.projections import Projection, checked, projections
from contrast_engine.projections.quality import continuity, neighbourhood, trustworthiness
from contrast_engine.steps.attributes import attribute_tables, beside
from contrast_engine.steps.in_use import settle
from contrast_engine.steps.structure.frozen_spaces import MANY, known_images
from contrast_engine.steps.structure.kept_neighbours import sharing
from contrast_engine.steps.structure.spaces import Space, space
from contrast_engine.store import Artifact, Workspace
from contrast_engine.vectors import Vectors


def project(
    workspace: Workspace,
    method: str = "pca",
    *,
    options: Json | None = None,
    on: str = "features",
    seed: int = 0,
    use: bool = True,
    who: str = "",
    progress: Progress = SILENT,
) -> str:
    """Key of the map of the images, made once.

    The details hold `trustworthiness` and `continuity`, each {value, n, n_neighbors}, the
    `space` in words, what the method says of its axes (`Projection.details`), and how many images
    were `placed` among others that were laid out, where any were (`laid_out` has the others).

    Args:
        workspace: Where the measurements are and the map goes.
        method: Name of a projection.
        options: Its options; those not named keep their default.
        on: The space to map: "features", the key of an embedding, or "features+KEY".
        seed: For everything drawn at random.
        use: Whether it is in use from now on; else what is in use stays, and it can be looked
            at. The first of its kind is in use in any case.
        who: Who asks; without it the name that is logged in.
        progress: Told on the way; a cancelled map leaves nothing behind.

    Raises:
        NotEnoughData: Nothing was measured, or too little for this method.
        OptionError: An option does not fit.
        PluginError: A projection of another package failed, or drew no map.
        UnknownName: There is no such projection, or an image of the space is not measured.
    """
    progress = paced(progress, f"project {method}", workspace, "loading the space and the method")
    recipe = projections[method].of(options or {})
    where = space(workspace, on, save=True)
    question = {"method": projections.stored_name(method), "options": recipe.as_json()}
    question |= projections.made_by(method) | recipe.question(len(where.vectors))
    inputs: tuple[str, ...] = (where.key,)
    if recipe.reads_features:
        inputs += (_measured(workspace), *_attributes_of(workspace, recipe))
    artifact = Artifact("maps", "project@1", question, inputs, seed)
    if not workspace.has(artifact):
        rows = where.vectors
        if recipe.reads_features:
            measured = workspace.load(inputs[1]).take(where.vectors.ids)
            rows = beside(measured, workspace, tuple(map(str, recipe.as_json().values())))
        laying, judging = in_parts(progress, 9, 1)
        one_thread = threadpool_limits(limits=1)  # sums must not depend on how many add them
        shared = sharing(workspace, where.key, where.vectors)
        with one_thread, projections.running(method), shared:
            drawn = checked(recipe.project(rows, seed=seed, progress=laying), rows)
            judging.tick(0, 1, "judging the map")
            details = {**_quality(where, drawn, seed), **recipe.details(rows)}
            chosen = recipe.laid_out(rows, seed=seed)
            if chosen is not None:
                details["placed"] = len(drawn) - len(chosen)
                kept = {"step": artifact.step, **question, "arrays": ["laid_out"]}
                arrays = {"laid_out": rows.at(chosen).numbers}
                workspace.models.save(artifact.key, arrays, kept)
            if len(drawn) < len(where.vectors):
                details["left_out"] = len(where.vectors) - len(drawn)
            workspace.save(artifact, drawn, details)
            if len(where.vectors) > MANY:
                known_images(workspace, where.key)  # that new ones are placed among
    return settle(workspace, "maps", artifact.key, use=use, who=who)


def laid_out(workspace: Workspace, key: str) -> ImageSet:
    """The images of a map that were laid out; all others were placed among them.

    Their neighbours on the map are those of the layout; a placed one keeps its region only.
    """
    drawn: Vectors = workspace.load(key)
    if "placed" not in workspace.manifest(key).details or not workspace.models.has(key):
        return drawn.images
    return ImageSet(workspace.models.load(key)[0]["laid_out"].astype(np.uint64))


def _measured(workspace: Workspace) -> str:
    key = workspace.current("features")
    if key is None:
        raise NotEnoughData("there are no measured images in this workspace; measure them first")
    return key


def _attributes_of(workspace: Workspace, recipe: Projection) -> tuple[str, ...]:
    """The keys of the tables that the attributes among the options are in."""
    tables = attribute_tables(workspace)
    keys = (tables[str(name)] for name in recipe.as_json().values() if name in tables)
    return tuple(dict.fromkeys(keys))


def _quality(where: Space, drawn: Vectors, seed: int) -> Json:
    details: Json = {"space": where.name, "on": where.on}
    for name, measure in (("trustworthiness", trustworthiness), ("continuity", continuity)):
        value, n = measure(where.vectors.take(drawn.ids), drawn, seed=seed)
        details[name] = {"value": value, "n": n, "n_neighbors": neighbourhood(n)}
    return details
