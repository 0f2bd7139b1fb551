"""A workspace of made-up features and thumbnails, and tables of outcomes for its images."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import cv2
import numpy as np

from contrast_engine.features import feature_names
from contrast_engine.store import Artifact, Workspace
from contrast_engine.store.collection import ImageFile
from contrast_engine.vectors import ImageId, Vectors


def planted(
    root: Path, n: int, twins: int = 0, seed: int = 0, *, has_thumbnails: bool = True
) -> Workspace:
    """So many images of unlike pictures; the last `twins` are the first ones encoded anew.

    Contrast features go with brightness, as they do in photographs, and with nothing else.
    """
    rng = np.random.default_rng(seed)
    workspace = Workspace(root)
    names, unlike = feature_names(), n - twins
    ids = tuple(ImageId(f"{row + 1:016x}") for row in range(n))
    shown = rng.integers(0, 256, (unlike, 12, 12), dtype=np.uint8)
    mean_y = rng.beta(2, 3, unlike)
    values = 0.8 * rng.normal(size=(unlike, len(names))) + (mean_y[:, None] - 0.4) * 2
    values = np.abs(values) + 0.1
    values[:, names.index("mean_y")] = mean_y
    lightness = 116 * np.cbrt(mean_y) - 16
    values[:, names.index("lum_contrast")] = values[:, names.index("sigma_l")] / lightness
    again = [*range(unlike), *range(twins)]
    files = [
        ImageFile(f"/p/{i}.jpg", "/p", id=i, width=40, height=30,
                  bytes=int(rng.lognormal(9, 0.5)))
        for i in ids
    ]  # fmt: skip
    workspace.save_files(files)
    pictures = [cv2.resize(shown[row], (48, 48), interpolation=cv2.INTER_CUBIC) for row in again]
    if has_thumbnails:
        workspace.thumbs.put(
            [(i, cv2.imencode(".webp", p)[1].tobytes()) for i, p in zip(ids, pictures, strict=True)]
        )
    table = Vectors(ids, values[again] * (1 + 1e-4 * rng.normal(size=(n, 1))), names)
    workspace.make_current("features", workspace.save(Artifact("features", "measure@1"), table))
    return workspace


def table_of(path: Path, outcomes: Mapping[ImageId, object], name: str = "error") -> Path:
    """A table of outcomes."""
    return written(path, [("id", name), *outcomes.items()])


def written(path: Path, rows: Iterable[tuple[object, ...]]) -> Path:
    """A table of these rows."""
    path.write_text("\n".join(",".join(map(str, row)) for row in rows), encoding="utf-8")
    return path
