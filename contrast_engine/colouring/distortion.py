"""Where a map misleads: for each image, how far its neighbours there are its neighbours."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.errors import UnknownName
from contrast_engine.imageset import ImageIds
from contrast_engine.projections.quality import false_neighbours_of_each, missing_neighbours_of_each
from contrast_engine.steps.structure.spaces import space_of
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import Vectors

SAMPLE = 3000
"""Each image is examined among so many, as the whole map is."""

_DISTORTIONS: dict[str, tuple[str, Callable[..., Floats], str]] = {
    "strangers": (
        "False neighbours",
        false_neighbours_of_each,
        "0: the images drawn beside it are the most similar ones; 1: the least similar of all.",
    ),
    "torn": (
        "Missing neighbours",
        missing_neighbours_of_each,
        "0: the most similar images are drawn beside it; 1: as far away as can be.",
    ),
}
SPELT_OUT = {"false_neighbours": "strangers", "missing_neighbours": "torn"}
"""Standard terms that a colour may be asked for by; addresses go on holding the short names."""

KINDS = {kind: title for kind, (title, _, _) in _DISTORTIONS.items()}
"""What a map can be coloured by to show where it misleads, with its title."""


@dataclass(frozen=True, eq=False)
class Distortion:
    """How far a map misleads about each of its images.

    Args:
        ids: The images.
        values: (n,) from 0, faithful, to 1; NaN where it was not examined.
        title: What the values are.
        note: What the values mean and what they rest on.
    """

    ids: ImageIds
    values: Floats
    title: str
    note: str


def of_map(workspace: Workspace, kind: str, key: str) -> Distortion:
    """Distortion of a map against the space it was made from.

    Raises:
        UnknownName: There is no such map, or no distortion of that name.
    """
    drawn, manifest = workspace.load(key), workspace.manifest(key)
    if manifest.kind != "maps" or not isinstance(drawn, Vectors) or not manifest.inputs:
        raise UnknownName(f"{key} is not a map")
    title, measure, meaning = _DISTORTIONS[kind]
    space = space_of(workspace, manifest.inputs[0])
    values = measure(space.vectors, drawn, sample=SAMPLE, seed=manifest.seed or 0)
    examined = int(np.isfinite(values).sum())
    basis = f"In the space of {space.name}"
    if len(drawn) > SAMPLE:
        basis += f"; {examined:,} images, each examined among {SAMPLE:,} drawn ones"
    return Distortion(drawn.ids, values, title, f"{meaning} {basis}.")
