"""A part of the collection on its frozen scale: what new images are compared with."""

from dataclasses import dataclass

import numpy as np

from contrast_engine.errors import ContrastError
from contrast_engine.randomness import generator
from contrast_engine.scaling import QuantileScaling
from contrast_engine.steps.structure.space_encoder import SpaceEncoder
from contrast_engine.steps.structure.spaces import FEATURES, space
from contrast_engine.store import Workspace
from contrast_engine.vectors import ImageId, Vectors

MOST = 10_000
"""Rows at most; the same as a reservoir of new images holds."""


@dataclass(frozen=True, eq=False)
class Reference:
    """Rows of a collection that new images are compared with.

    Args:
        rows: At most `MOST` rows of core features in normal scores, named by their numbers.
        scale: What brought them there, as it was when the model learnt.
        n: Images of the collection, from which the rows were drawn at random.
    """

    rows: Vectors
    scale: QuantileScaling
    n: int


def reference_of(workspace: Workspace, space_key: str) -> Reference | None:
    """The reference of a model that learnt in a space; None where no features are measured.

    The scale is that of the space; for a space without features that of the features of now.

    Args:
        workspace: With measured images.
        space_key: Key of the space.
    """
    try:
        source, scale = _scale(workspace, space_key)
    except ContrastError:
        return None
    table = workspace.load(source)
    n = len(table)
    rows = np.arange(n)
    if n > MOST:
        rows = np.sort(generator(0, "predict", "reference").choice(n, MOST, replace=False))
    values = np.column_stack(list(scale.scaled(table, rows)))  # (at most MOST, d)
    values = values.astype(np.float32).astype(np.float64)
    return Reference(Vectors(row_names(len(rows)), values, scale.columns), scale, n)


def row_names(n: int) -> tuple[ImageId, ...]:
    """Names for rows whose images are nobody's business: their numbers."""
    return tuple(ImageId(f"{row:016x}") for row in range(n))


def _scale(workspace: Workspace, space_key: str) -> tuple[str, QuantileScaling]:
    """The table of features and the scale that was fitted on it."""
    encoder = SpaceEncoder(workspace, space_key)
    for part, source in zip(encoder.placer.parts, encoder.sources, strict=True):
        if isinstance(part.scaling, QuantileScaling):
            return source, part.scaling
    here = space(workspace, FEATURES)
    assert isinstance(here.scaling, QuantileScaling)
    source = str(workspace.current(FEATURES))
    return source, here.scaling
