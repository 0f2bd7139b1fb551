"""confounders: what a contrast score or label must not follow, for each image."""

from collections.abc import Iterable

import numpy as np

from contrast_engine.imageset import ImageIds
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
    wanted = features.ids
    if images is not None:
        wanted = ImageIds.of([image for image in images if image in features.images])
    at, files = workspace.images.rows(wanted), workspace.images.files
    ids = ImageIds(wanted.numbers[at >= 0])
    rows, at = features.places(ids), at[at >= 0]
    known = {name: features.at_rows(of, rows, is_last=False)
             for name, of in MEASURED.items() if of in features.columns}  # fmt: skip
    known["size"] = (files.width[at] * files.height[at]).astype(np.float64)
    known["bytes"] = files.bytes[at].astype(np.float64)
    names = tuple(name for name in COLUMNS if name in known)
    values = np.column_stack([known[name] for name in names]).reshape(len(ids), len(names))
    return Vectors(ids, values, names)
