"""confounders: what a contrast score or label must not follow, for each image."""

from collections.abc import Iterable

import numpy as np

from contrast_engine.store import Workspace
from contrast_engine.vectors import ImageId, Vectors

COLUMNS = ("brightness", "size", "bytes", "sharpness", "noise", "saturation")
"""Mean luminance, pixels, stored bytes, variance of the Laplacian, noise, and mean chroma."""

MEASURED = {
    "brightness": "mean_y", "sharpness": "sharpness", "noise": "noise_sigma",
    "saturation": "chroma_mean",
}  # fmt: skip
"""Those that are features."""


def confounders(
    workspace: Workspace, features: Vectors, images: Iterable[ImageId] | None = None
) -> Vectors:
    """The `COLUMNS` that are known, one row per measured image that is still there.

    Args:
        workspace: With the facts of the files.
        features: The measured features.
        images: Only those; all if not given.
    """
    wanted = features.ids if images is None else [i for i in images if i in features.rows]
    ids = [image for image in wanted if image in workspace.images.of]
    facts = [workspace.images.facts(image) for image in ids]
    rows = features.take(ids)
    known = {name: rows.column(of) for name, of in MEASURED.items() if of in features.columns}
    known["size"] = np.array([fact.width * fact.height for fact in facts], dtype=np.float64)
    known["bytes"] = np.array([fact.bytes for fact in facts], dtype=np.float64)
    names = tuple(name for name in COLUMNS if name in known)
    values = np.array([known[name] for name in names]).T.reshape(len(ids), len(names))
    return Vectors(tuple(ids), values, names)
