"""Spaces whose scale stays as it was fitted while images are added to them."""

from dataclasses import dataclass

import numpy as np

from contrast_engine.among_known import PROBES, beyond, far_limit
from contrast_engine.arrays import Bools, Floats, Ints, Json
from contrast_engine.errors import ModelError, NotEnoughData, UnknownName
from contrast_engine.imageset import ImageIds, ImageSet, Numbers
from contrast_engine.placing import joined
from contrast_engine.randomness import generator
from contrast_engine.scaling import SAME, QuantileScaling
from contrast_engine.steps.collection.doubtful_files import images_read_otherwise_since
from contrast_engine.steps.structure.spaces import FEATURES, FROZEN, scaling_from
from contrast_engine.store import Artifact, Manifest, Workspace
from contrast_engine.vectors import Vectors

MOST = 50_000
"""Known images among which new ones are placed; of a larger collection so many at random."""

MANY = 20_000
"""Above so many the known images of a space are kept, not looked up for every placing."""

_KNOWN = "known-images@1"

_COMPARED = 1_000
"""Known images that are looked at to tell whether all were measured again."""


@dataclass(frozen=True, eq=False)
class Known:
    """Images that a space was fitted on, in the space: all, or `MOST` of them at random.

    Args:
        images: (n,) their ids as numbers.
        values: (n, d) their rows.
        limit: Distance to the nearest beyond which a new image is far from all.
        total: Images that the space was fitted on.
    """

    images: Numbers
    values: Floats
    limit: float
    total: int

    @property
    def probes(self) -> Ints:
        """Rows that say how near known images are to each other, at random."""
        return _drawn(len(self.images), PROBES, "probes")


def grown_space(workspace: Workspace, key: str, on: str = FEATURES) -> str:
    """Key of a space on the scale it was fitted with, now with all images; its own without more.

    Args:
        workspace: Where it was saved.
        key: The space.
        on: What was asked for when it was made: only "features" follows those measured last.

    Raises:
        ModelError: The images were measured again in another way since, so that old and new
            values do not mix; or the space is gone.
    """
    arrays, recipe = workspace.models.load(key)
    if "parts" in recipe:
        ways = on.split("+") if "+" in on else [on] * len(recipe["parts"])
        parts = [grown_space(workspace, part, way)
                 for part, way in zip(recipe["parts"], ways, strict=True)]  # fmt: skip
        if parts == recipe["parts"]:
            return key
        return _kept(workspace, str(recipe["step"]), {}, tuple(parts), {**recipe, "parts": parts})
    source = _made(workspace, str(recipe["input"]))
    now = _latest(workspace, source, on)
    fitted = str(recipe.get(FROZEN, key))
    if now.key == source.key:
        return key
    if now.key == str((workspace.models.recipe(fitted) or {}).get("input")):
        return fitted
    _refuse_other_values(workspace, source, now, scaling_from(arrays).columns)
    columns = {name: recipe[name] for name in ("columns",) if name in recipe}
    more = {**recipe, "input": now.key, FROZEN: fitted}
    found = Artifact("models", str(recipe["step"]), {**columns, FROZEN: fitted}, (now.key,)).key
    if not workspace.models.has(found):
        workspace.models.save(found, arrays, more)
    return found


def fitted_space(workspace: Workspace, key: str) -> str:
    """The space whose scale another one has; its own key where it was fitted itself."""
    recipe = workspace.models.load(key)[1]
    if "parts" in recipe:
        parts = [fitted_space(workspace, part) for part in recipe["parts"]]
        return Artifact("models", str(recipe["step"]), {}, tuple(parts)).key
    return str(recipe.get(FROZEN, key))


def images_of(workspace: Workspace, key: str) -> ImageSet:
    """The images of a saved space."""
    tables = [ImageIds.of(workspace.load(source).ids).images
              for source in sources_of(workspace, key)]  # fmt: skip
    return tables[0] if len(tables) == 1 else tables[0] & tables[1]


def on_scale(workspace: Workspace, key: str, images: Numbers) -> Vectors:
    """Some images of a saved space, in the space; no other row is scaled."""
    arrays, recipe = workspace.models.load(key)
    if "parts" in recipe:
        return joined([on_scale(workspace, part, images) for part in recipe["parts"]])
    scaling = scaling_from(arrays)
    return scaling.transform(_rows(workspace, str(recipe["input"]), images, scaling.columns))


def beyond_scale(workspace: Workspace, key: str, images: Numbers) -> Bools:
    """(n,) true where a measured value lies far outside the range that a scale was fitted on."""
    arrays, recipe = workspace.models.load(key)
    if "parts" in recipe:
        found = [beyond_scale(workspace, part, images) for part in recipe["parts"]]
        return found[0] | found[1]
    scaling = scaling_from(arrays)
    if not isinstance(scaling, QuantileScaling):
        return np.zeros(len(images), dtype=np.bool_)
    low, high = scaling.knots[0], scaling.knots[-1]
    slack = SAME * np.maximum(np.abs(low), np.abs(high))  # a constant column is rounding noise
    rows = _rows(workspace, str(recipe["input"]), images, scaling.columns)
    return beyond(rows.values, low - slack, high + slack)


def known_images(workspace: Workspace, key: str) -> Known:
    """The images that a space was fitted on, for placing others among them.

    Args:
        workspace: Where it was saved.
        key: A space that was fitted itself.
    """
    kept = Artifact("models", _KNOWN, {"most": MOST}, (key,)).key
    if workspace.models.has(kept):
        arrays, recipe = workspace.models.load(kept)
        return Known(arrays["images"], arrays["values"], recipe["limit"], recipe["total"])
    every = images_of(workspace, key).numbers
    images = every[_drawn(len(every), MOST, "known")]
    values = on_scale(workspace, key, images).values
    limit = far_limit(values, _drawn(len(images), PROBES, "probes"))
    known = Known(images, values, limit, len(every))
    if len(every) > MANY:
        workspace.models.save(
            kept, {"images": images, "values": values},
            {"step": _KNOWN, "space": key, "limit": limit, "total": len(every)},
        )  # fmt: skip
    return known


def _drawn(n: int, most: int, what: str) -> Ints:
    """Rows of n: all, or `most` of them at random."""
    if n <= most:
        return np.arange(n)
    return np.sort(generator(0, "placing", what).choice(n, most, replace=False))


def _kept(
    workspace: Workspace, step: str, asked: Json, inputs: tuple[str, ...], recipe: Json
) -> str:
    key = Artifact("models", step, asked, inputs).key
    if not workspace.models.has(key):
        workspace.models.save(key, {}, recipe)
    return key


def sources_of(workspace: Workspace, key: str) -> list[str]:
    """The keys of the tables of features and the embeddings that a saved space is made of."""
    recipe = workspace.models.load(key)[1]
    if "parts" in recipe:
        return [source for part in recipe["parts"] for source in sources_of(workspace, part)]
    return [str(recipe["input"])]


def _made(workspace: Workspace, source: str) -> Manifest:
    try:
        return workspace.manifest(source)
    except UnknownName:
        raise ModelError(
            "the table that it was made of is no longer there, so new images cannot be placed "
            "beside its images; make it again"
        ) from None


def _latest(workspace: Workspace, source: Manifest, on: str) -> Manifest:
    """The table of features or the embedding of now for one of before."""
    if source.kind == FEATURES:
        key = workspace.current(FEATURES) if on.strip() == FEATURES else source.key
        return workspace.manifest(key) if key else source
    model = source.recipe.get("model")
    made = workspace.artifacts("embeddings")
    return next((one for one in made if model and one.recipe.get("model") == model), source)


def _refuse_other_values(
    workspace: Workspace, then: Manifest, now: Manifest, columns: tuple[str, ...]
) -> None:
    """Refuse a table in which known images have other values than when a scale was fitted."""
    again = "it has to be made again, since old and new values do not mix"
    if then.step != now.step:
        raise ModelError(
            f"it was made of {then.kind} of {then.step}, and the images were measured by "
            f"{now.step} since; {again}"
        )
    if then.kind == FEATURES and (n := images_read_otherwise_since(workspace, then)):
        raise ModelError(f"{n:,} of its images were read in another way since; {again}")
    before, after = workspace.load(then.key), workspace.load(now.key)
    lacking = [name for name in columns if name not in after.columns]
    if lacking:
        raise ModelError(f"{lacking[0]} is not measured any more; {again}")
    apart = before.apart_from(after)  # what lies in the same file is the same
    if not len(apart):
        return
    shared = (before.at(apart) & ImageIds.of(after.ids).images).numbers
    if not len(shared):
        if len(apart) < len(before):
            return
        raise NotEnoughData("none of its images are measured any more; make it again")
    looked_at = shared[_drawn(len(shared), _COMPARED, "compared")]
    old, new = (_rows(workspace, one.key, looked_at, columns).values
                for one in (then, now))  # fmt: skip
    if not np.allclose(old, new, rtol=1e-4, atol=1e-6):
        raise ModelError(f"its images were measured again with other values since; {again}")


def _rows(workspace: Workspace, source: str, images: Numbers, columns: tuple[str, ...]) -> Vectors:
    """Some rows and columns of a table, in the order given; each image has a row."""
    table: Vectors = workspace.load(source)
    ids = ImageIds(images)
    rows = table.places(ids)
    return Vectors(ids, np.column_stack([table.at_rows(c, rows) for c in columns]), columns)
