"""Whether an embedding of photographs follows their light, and not what they show."""

import numpy as np

from contrast_engine.illuminants.estimators import SMALLEST
from contrast_engine.illuminants.learned.probes import Probes, content, probes
from contrast_engine.illuminants.planckian import rgb_of_uv_1976
from contrast_engine.illuminants.relighting import is_saturated
from contrast_engine.randomness import generator
from contrast_engine.steps.illuminants.photographs import linear_photographs
from contrast_engine.store import Workspace
from contrast_engine.vectors import ImageId, Vectors

MOST = 1000
"""Images that an embedding is probed on; of more, so many are drawn (own choice)."""


def probe_embedding(workspace: Workspace, embedding: str, lights: str) -> Probes:
    """How well the estimated light, and what is shown, are predicted from an embedding.

    Args:
        workspace: Where the images are.
        embedding: Its key.
        lights: Key of the table of estimated chromaticities.

    Raises:
        NotEnoughData: There are fewer than 20 images with both.
    """
    table: Vectors = workspace.load(embedding)
    known: Vectors = workspace.load(lights)
    ids = [image for image in table.ids if image in known.rows]
    order = generator(0, "illuminants", "probed").permutation(len(ids))[:MOST]
    drawn: tuple[ImageId, ...] = tuple(ids[row] for row in sorted(order.tolist()))
    there, light = linear_photographs(workspace, drawn)
    valid = (light.sum(axis=3) > 0) & ~is_saturated(light)
    chroma = known.take(there)
    places = np.column_stack([chroma.column(f"illuminant_{axis}") for axis in "uv"])
    rgb = np.maximum(rgb_of_uv_1976(places), SMALLEST)
    return probes(table.take(there).values, rgb, content(light, valid))
