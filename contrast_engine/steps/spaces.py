"""The space that maps and clusters are made in: core features on one fair scale."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from contrast_engine.errors import NotEnoughData
from contrast_engine.store import Artifact, Workspace
from contrast_engine.vectors import Vectors

if TYPE_CHECKING:
    from contrast_engine.scaling import QuantileScaling

_STEP = "quantile-scaling@1"


@dataclass(frozen=True, eq=False)
class Space:
    """Scaled vectors, and how to bring new images into them.

    Args:
        key: Names the space and its scaling.
        vectors: One row per image, every column on the same scale.
        name: What the space is, in words.
        scaling: Brings measured features into this space.
    """

    key: str
    vectors: Vectors
    name: str
    scaling: "QuantileScaling"


def space(workspace: Workspace, on: str = "features") -> Space:
    """Give the space of the measured images: core features, quantile-scaled.

    Args:
        workspace: Where the features are.
        on: "features" for those measured last, or the key of a table of features.

    Raises:
        NotEnoughData: Nothing was measured yet.
        UnknownName: There is no table of features of that key.
    """
    from contrast_engine.features import core_names
    from contrast_engine.scaling import QuantileScaling

    source = workspace.current("features") if on == "features" else on
    if source is None:
        raise NotEnoughData("there are no measured images in this workspace; measure them first")
    table = workspace.load(source)
    features = table.select([name for name in core_names() if name in table.columns])
    recipe = {"columns": list(features.columns)}
    key = Artifact("models", _STEP, recipe, (source,)).key
    if workspace.models.has(key):
        scaling = QuantileScaling.from_arrays(workspace.models.load(key)[0])
    else:
        scaling = QuantileScaling.fit(features)
        workspace.models.save(key, scaling.arrays(), {"step": _STEP, "input": source, **recipe})
    name = f"{len(features.columns)} contrast features, quantile-scaled on {len(features):,} images"
    return Space(key, scaling.transform(features), name, scaling)
