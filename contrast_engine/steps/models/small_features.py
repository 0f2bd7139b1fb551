"""Core features of some images at a smaller size, measured once and kept."""

from collections.abc import Iterable

import numpy as np

from contrast_engine.errors import ContrastError
from contrast_engine.features import FEATURE_VERSION, core_names, measure_image
from contrast_engine.images import ReadingOptions, read_image
from contrast_engine.progress import SILENT, Progress
from contrast_engine.steps.parallel import side_by_side
from contrast_engine.store import Artifact, Workspace
from contrast_engine.store.row_cache import RowCache
from contrast_engine.vectors import ImageId, Vectors

STEP = f"measure-small@{FEATURE_VERSION}"


def measured_at(
    workspace: Workspace,
    images: Iterable[ImageId],
    size: int,
    reading: ReadingOptions,
    *,
    workers: int | None = None,
    progress: Progress = SILENT,
) -> Vectors:
    """Core features of images at a size, sorted by id; those that cannot be read are left out.

    Args:
        workspace: Where the originals are, and where what is measured is kept.
        images: Which.
        size: Longest side in pixels.
        reading: How files are read.
        workers: Images measured at a time.
        progress: Told after every image.
    """
    columns = core_names()
    chosen = {name: value for name, value in reading.as_json().items() if name != "max_pixels"}
    key = Artifact("features", STEP, {"size": size, "features": columns, "reading": chosen}).key
    cache = RowCache(workspace.root / "features" / f"rows-{key}", columns)
    wanted = sorted(set(images))
    rows = cache.read()
    todo = [image for image in wanted if image not in rows]

    def one(image: ImageId) -> dict[str, float] | ContrastError:
        try:
            picture = read_image(workspace.original_bytes(image), size, options=reading)
            return measure_image(picture, columns)
        except ContrastError as error:
            return error

    new = {}
    progress.tick(0, len(todo), f"measuring at {size} pixels")
    for done, (image, found) in enumerate(side_by_side(one, todo, workers), start=1):
        if isinstance(found, dict):
            new[image] = np.array([*found.values()])
        progress.tick(done, len(todo), f"measuring at {size} pixels")
    cache.add(new)
    rows |= new
    there = tuple(image for image in wanted if image in rows)
    return Vectors(there, np.array([rows[image] for image in there]), columns)
