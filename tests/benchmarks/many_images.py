"""A workspace of very many images that were never taken: real features, small pictures, real clusters.

    python tests/benchmarks/many_images.py N FOLDER [pca ...]

Feature rows are drawn from a mixture of groups, every image has a thumbnail, a veil and a training
copy (of nothing: the file has holes), and the first `REAL` have a file behind them, so that they
can be opened. Rows lie as measuring leaves them; some images are labelled. What the app then does
with the workspace is what it does with any other. Not part of the test suite.
"""

import hashlib
import sys
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from contrast_engine import Workspace, images, steps
from contrast_engine.arrays import Floats
from contrast_engine.features import feature_names
from contrast_engine.images.reader_version import AS_ALWAYS
from contrast_engine.randomness import generator
from contrast_engine.steps.attributes import keep
from contrast_engine.steps.collection import haze
from contrast_engine.steps.collection.measured_rows import STEP, recipe
from contrast_engine.steps.collection.training_copies import USUAL_SIZE
from contrast_engine.store import Artifact
from contrast_engine.store.atomic_files import write_json
from contrast_engine.store.collection import ImageFile
from contrast_engine.store.row_cache import RowCache
from contrast_engine.vectors import ImageId, Vectors

REAL = 60
KINDS = 12
"""Groups in the features, each with its own look."""

LABELLED = 300

_TOGETHER = 100_000  # rows in one file

PICTURES = 96
"""Different thumbnails; images of a group share eight of them."""


def make(n: int, root: Path) -> Workspace:
    """Make a workspace of `n` images with features and clusters, or open the one made before."""
    workspace = Workspace(root)
    if workspace.current("clusterings"):
        return workspace
    files = _files(root / "imports", n)
    ids = tuple(sorted(file.id for file in files if file.id is not None))
    kind, values = _features(n)
    workspace.add_roots([str(root / "imports")])
    workspace.save_files(files)
    looks = [_webp(number) for number in range(PICTURES)]
    picks = generator(0, "many images", "pictures").integers(0, PICTURES // KINDS, n)
    shown = kind * (PICTURES // KINDS) + picks
    workspace.thumbs.put((image, looks[k]) for image, k in zip(ids, shown, strict=True))
    images = workspace.images.images
    asked = Artifact("features", STEP, recipe([AS_ALWAYS]), images)
    workspace.save(asked, Vectors(ids, values, feature_names()))
    workspace.make_current("features", asked.key)
    _keep_rows(workspace, ids, values)
    _keep_copies(workspace, ids)
    veils = generator(0, "many images", "veils").random((n, 1))
    table = Vectors(ids, veils, (haze.ATTRIBUTE,))
    keep(workspace, Artifact("attributes", haze.STEP, {}, images), table)
    _label(workspace, ids, kind)
    steps.cluster(workspace, "kmeans", options={"n_clusters": KINDS})
    steps.pseudo_label(workspace, method="logistic")
    return workspace


def _keep_rows(workspace: Workspace, ids: tuple[ImageId, ...], values: Floats) -> None:
    """The rows as measuring saves them while it goes, joined."""
    key = Artifact("features", STEP, recipe([AS_ALWAYS])).key
    cache = RowCache(workspace.root / "features" / f"rows-{key}", feature_names())
    for at in range(0, len(ids), _TOGETHER):
        part = slice(at, at + _TOGETHER)
        cache.add(dict(zip(ids[part], values[part], strict=True)))


def _keep_copies(workspace: Workspace, ids: tuple[ImageId, ...]) -> None:
    """A training copy of every image: black, in a file that takes no room on the disk."""
    folder = workspace.root / "cache"
    folder.mkdir()
    shape = (len(ids), USUAL_SIZE, USUAL_SIZE, 3)
    file = folder / f"{USUAL_SIZE}.npy"
    np.lib.format.open_memmap(file, mode="w+", dtype=np.uint8, shape=shape).flush()
    write_json(folder / f"{USUAL_SIZE}.json", {"ids": list(ids), "size": USUAL_SIZE})


def _label(workspace: Workspace, ids: tuple[ImageId, ...], kind: "np.ndarray[Any, Any]") -> None:
    """The group of a few hundred images as what somebody saw in them."""
    some = generator(0, "many images", "labelled").choice(len(ids), LABELLED, replace=False)
    for label in range(4):
        workspace.labels.add([ids[row] for row in some if kind[row] % 4 == label], f"kind {label}")


def _files(folder: Path, n: int) -> list[ImageFile]:
    """A few photographs on disk, and names for all the others."""
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for number in range(REAL):
        path = folder / f"photo {number:06d}.jpg"
        cv2.imwrite(str(path), _picture(number, (1200, 900)))
        facts = path.stat()
        image = ImageId(images.content_id(path.read_bytes()))
        found.append(ImageFile(str(path), str(folder), image, facts.st_size, facts.st_mtime_ns, 1200,
                               900, "JPEG", reader=AS_ALWAYS))  # fmt: skip
    for number in range(REAL, n):
        image = ImageId(hashlib.blake2b(str(number).encode(), digest_size=8).hexdigest())
        path = folder / f"photo {number:06d}.jpg"
        found.append(ImageFile(str(path), str(folder), image, 300_000, 1, 1200, 900, "JPEG",
                               reader=AS_ALWAYS))  # fmt: skip
    return found


def _features(n: int) -> tuple["np.ndarray[tuple[int], np.dtype[np.int64]]", Floats]:
    """Draw groups of different size and spread, with a bridge between them: a mixture, (n, d)."""
    random = generator(0, "many images", "features")
    d = len(feature_names())
    centres = random.normal(size=(KINDS, d)) * 2
    kind = random.choice(KINDS, n, p=random.dirichlet(np.full(KINDS, 4.0)))
    turned = random.normal(size=(KINDS, 6, d)) / 2
    values = centres[kind] + random.normal(size=(n, d)) * 0.4
    for group in range(KINDS):
        rows = kind == group
        values[rows] += random.normal(size=(int(rows.sum()), 6)) @ turned[group]
    return kind, np.exp(0.3 * values)


def _picture(
    number: int, size: tuple[int, int]
) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    random = generator(number, "many images", "picture")
    shape = cv2.resize(random.random((5, 6, 3)), size, interpolation=cv2.INTER_CUBIC)
    strength = 0.2 + 0.8 * random.random()
    grain = 0.03 * random.normal(size=shape.shape)
    return (255 * np.clip(0.5 + strength * (shape - 0.5) + grain, 0, 1)).astype(np.uint8)


def _webp(number: int) -> bytes:
    return bytes(
        cv2.imencode(".webp", _picture(number, (96, 72)), [cv2.IMWRITE_WEBP_QUALITY, 40])[1]
    )


def main() -> None:
    n, root, *methods = sys.argv[1:]
    began = time.monotonic()
    workspace = make(int(n), Path(root))
    for method in methods:
        steps.project(workspace, method)
    print(f"{len(workspace.images):,} images in {root}, {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
