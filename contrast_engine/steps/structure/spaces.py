"""The space that maps, clusters and labels are made in: features, an embedding, or both."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from contrast_engine.arrays import Json
from contrast_engine.errors import NotEnoughData, UnknownName
from contrast_engine.imageset import ImageIds
from contrast_engine.placing import joined
from contrast_engine.steps.structure.space_files import keep_rows, kept_rows
from contrast_engine.store import Artifact, Workspace
from contrast_engine.vectors import Vectors, given_away

if TYPE_CHECKING:
    from contrast_engine.scaling import QuantileScaling, Standardising

QUANTILES = "quantile-scaling@1"
_STANDARDISING = "standardising@1"
TOGETHER = "spaces-together@1"

FEATURES = "features"

FROZEN = "frozen"
"""Entry of the recipe of a scaling that is that of another space, on a table that grew since."""


@dataclass(frozen=True, eq=False)
class Space:
    """Scaled vectors, and how to bring new images into them.

    Args:
        key: Names the space and its scaling.
        vectors: One row per image, every column on the same scale.
        name: What the space is, in words.
        scaling: Brings measured features or embeddings into this space; None where it joins two,
            each of which has its own.
        on: What was asked for: "features", the key of an embedding, or "features+KEY".
        readable: Columns that can be put into words for the same images: the scaled features
            where they are measured, otherwise the vectors themselves.
    """

    key: str
    vectors: Vectors
    name: str
    scaling: "QuantileScaling | Standardising | None"
    on: str
    readable: Vectors


def space(workspace: Workspace, on: str = FEATURES, *, save: bool = False) -> Space:
    """A space of the images: quantile-scaled features, a standardised embedding, or both.

    Args:
        workspace: Where the features and embeddings are.
        on: "features" for those measured last, or the key of a table of features; the key of an
            embedding, or of the encoder that made it; "features+KEY" for both, in which the two
            weigh the same whatever their numbers of columns.
        save: Whether to save the fitted scaling, as a result made in the space needs it to bring
            new images in; without it nothing is written but, of very many images, their scaled
            rows into the cache.

    Raises:
        NotEnoughData: Nothing was measured yet, or the two parts share no image.
        UnknownName: There is no features table, embedding or encoder of that key.
    """
    parts = [part.strip() for part in on.split("+")]
    if len(parts) > 2 or not all(parts) or len(set(parts)) != len(parts):
        raise UnknownName(f"no space {on!r}; give features, the key of an embedding, or "
                          "features+KEY")  # fmt: skip
    if len(parts) == 2:
        return _together(workspace, [_one(workspace, part, save) for part in parts], save)
    return _one(workspace, parts[0], save)


def space_of(workspace: Workspace, key: str) -> Space:
    """A space again by the key it was saved under, whatever is current now.

    Raises:
        ModelError: No space was saved under that key.
    """
    recipe = workspace.models.load(key)[1]
    if "parts" in recipe:
        return _together(workspace, [space_of(workspace, part) for part in recipe["parts"]])
    if FROZEN in recipe:
        return _frozen(workspace, key)
    return _one(workspace, str(recipe["input"]))


def in_space(workspace: Workspace, key: str, images: ImageIds) -> Vectors:
    """Those of some images that a saved space holds, in it; no other row is read or scaled.

    Raises:
        ModelError: No space was saved under that key.
    """
    arrays, recipe = workspace.models.load(key)
    if "parts" in recipe:
        parts = [in_space(workspace, part, images) for part in recipe["parts"]]
        shared = parts[0].ids.among(parts[1].images)
        return joined([part.take(shared) for part in parts])
    scaling, table = scaling_from(arrays), workspace.load(str(recipe["input"]))
    rows = table.places(images)
    there = rows >= 0
    values = np.column_stack(list(scaling.scaled(table, rows[there])))  # (m, d)
    return Vectors(ImageIds(images.numbers[there]), given_away(values), scaling.columns)


def embedding_of(workspace: Workspace, key: str) -> str:
    """The key of an embedding, named by its own key or by that of its encoder.

    Of several that an encoder made it is the current one, else the newest.

    Raises:
        UnknownName: There is none.
    """
    current = workspace.current("embeddings")
    made = sorted(workspace.artifacts("embeddings"), key=lambda one: one.key != current)
    for manifest in made:
        if manifest.key == key:
            return key
    for manifest in made:
        if manifest.recipe.get("model") == key:
            return manifest.key
    hint = "embed the images with it first" if workspace.models.has(key) else "train an encoder"
    raise UnknownName(f"no embedding {key!r} in this workspace; {hint}")


def _one(workspace: Workspace, on: str, save: bool = False) -> Space:
    if on == FEATURES or any(m.key == on for m in workspace.artifacts("features")):
        return _of_features(workspace, on, save)
    return _of_embedding(workspace, embedding_of(workspace, on), save)


def _of_features(workspace: Workspace, on: str, save: bool = False) -> Space:
    from contrast_engine.features import core_names
    from contrast_engine.scaling import QuantileScaling

    source = workspace.current(FEATURES) if on == FEATURES else on
    if source is None:
        raise NotEnoughData("there are no measured images in this workspace; measure them first")
    kept = kept_rows(workspace, f"{QUANTILES}-{source}", core_names())
    if kept is not None:
        key = Artifact("models", QUANTILES, {"columns": list(kept.columns)}, (source,)).key
        if workspace.models.has(key):
            scaling = QuantileScaling.from_arrays(workspace.models.load(key)[0])
            return Space(key, kept, _scaled_name(kept), scaling, on, kept)
    table = workspace.load(source)
    names = [name for name in core_names() if name in table.columns]
    recipe = {"columns": names}
    key = Artifact("models", QUANTILES, recipe, (source,)).key
    if workspace.models.has(key):
        scaling = QuantileScaling.from_arrays(workspace.models.load(key)[0])
    else:
        scaling = QuantileScaling.fit(table, names)
        if save:
            workspace.models.save(
                key, scaling.arrays(), {"step": QUANTILES, "input": source, **recipe}
            )
    scaled = scaling.transform(table)
    keep_rows(workspace, f"{QUANTILES}-{source}", core_names(), scaled)
    return Space(key, scaled, _scaled_name(scaled), scaling, on, scaled)


def _scaled_name(scaled: Vectors) -> str:
    return f"{len(scaled.columns)} contrast features, quantile-scaled on {len(scaled):,} images"


def _of_embedding(workspace: Workspace, source: str, save: bool = False) -> Space:
    from contrast_engine.scaling import Standardising

    table, manifest = workspace.load(source), workspace.manifest(source)
    key = Artifact("models", _STANDARDISING, {}, (source,)).key
    if workspace.models.has(key):
        scaling = Standardising.from_arrays(workspace.models.load(key)[0])
    else:
        scaling = Standardising.fit(table)
        if save:
            workspace.models.save(key, scaling.arrays(), {"step": _STANDARDISING, "input": source})
    vectors = scaling.transform(table)
    what = manifest.details.get("name", "embedding")
    name = f"{what}, {len(table.columns)} numbers, standardised on {len(table):,} images"
    return Space(key, vectors, name, scaling, source, _readable(workspace, vectors))


def _frozen(workspace: Workspace, key: str) -> Space:
    """A space on the scale that another one was fitted on, with the images that came since."""
    arrays, recipe = workspace.models.load(key)
    source = str(recipe["input"])
    table, manifest = workspace.load(source), workspace.manifest(source)
    scaling = scaling_from(arrays)
    kept = kept_rows(workspace, f"{FROZEN}-{key}", scaling.columns)
    vectors = scaling.transform(table) if kept is None else kept
    if kept is None:
        keep_rows(workspace, f"{FROZEN}-{key}", scaling.columns, vectors)
    if manifest.kind == FEATURES:
        what = f"{len(vectors.columns)} contrast features, quantile-scaled"
        return Space(key, vectors, _on_scale(what, scaling.n, len(table)), scaling, source, vectors)
    what = manifest.details.get("name", "embedding")
    what = f"{what}, {len(table.columns)} numbers, standardised"
    name = _on_scale(what, scaling.n, len(table))
    return Space(key, vectors, name, scaling, source, _readable(workspace, vectors))


def _on_scale(what: str, fitted: int, n: int) -> str:
    return f"{what} on {fitted:,} images, {n:,} on that scale"


def scaling_from(arrays: Mapping[str, Any]) -> "QuantileScaling | Standardising":
    """The scaling that was saved as some arrays, of whichever kind."""
    from contrast_engine.scaling import QuantileScaling, Standardising

    kind = QuantileScaling if "knots" in arrays else Standardising
    return kind.from_arrays(arrays)


def _together(workspace: Workspace, parts: list[Space], save: bool = False) -> Space:
    first, second = (part.vectors for part in parts)
    ids = first.ids.among(second.images)
    if not ids:
        raise NotEnoughData("the two spaces share no image; embed and measure the same images")
    key = Artifact("models", TOGETHER, {}, tuple(part.key for part in parts)).key
    if save and not workspace.models.has(key):
        recipe: Json = {"step": TOGETHER, "parts": [part.key for part in parts]}
        workspace.models.save(key, {}, recipe)
    vectors = joined([first.take(ids), second.take(ids)])
    name = " + ".join(part.name for part in parts) + f", equally weighted, {len(ids):,} images"
    return Space(key, vectors, name, None, "+".join(part.on for part in parts),
                 _readable(workspace, vectors))  # fmt: skip


def _readable(workspace: Workspace, vectors: Vectors) -> Vectors:
    if workspace.current(FEATURES) is None:
        return vectors
    features = _of_features(workspace, FEATURES).vectors
    is_whole = bool((features.places(vectors.ids) >= 0).all())
    return features.take(vectors.ids) if is_whole else vectors
