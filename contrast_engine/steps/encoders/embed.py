"""embed: every image through a trained encoder, or vectors of one's own beside the images."""

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.errors import CollectionError, NotEnoughData, UnknownName
from contrast_engine.progress import SILENT, Progress
from contrast_engine.steps.collection.training_copies import copies
from contrast_engine.steps.encoders.train import reading_of_images, trainable
from contrast_engine.store import Artifact, Workspace, shown
from contrast_engine.vectors import ImageId, Vectors

STEP = "embed@1"
BROUGHT = "bring-vectors@1"

SUFFIXES = (".npy", ".parquet")
"""What a file of one's own vectors may end in."""


@dataclass(frozen=True)
class EmbedReport:
    """What embedding gave.

    Args:
        key: Key of the embedding.
        images: Images in it.
        dimensions: Numbers per image.
        images_per_second: Images that went through the encoder in a second; 0 where it was there
            already or the vectors were brought along.
        ignored: Rows of a file that are no image of this workspace.
    """

    key: str
    images: int
    dimensions: int
    images_per_second: float
    ignored: int = 0


def embed(workspace: Workspace, source: str, *, progress: Progress = SILENT) -> EmbedReport:
    """Embed every readable image with a trained encoder, or take in a file of vectors.

    Args:
        workspace: Where the images are and the embedding goes.
        source: Key of a trained encoder; or the path of a .parquet file with a column `id` or
            `path` and numbers in the others, or of an .npy file (n, d) with a text file beside
            it, of the same name but ending in .txt, with one id or path a line.
        progress: Told on the way.

    Raises:
        UnknownName: There is no such encoder or file.
        CollectionError: The file does not hold vectors of images of this workspace.
        NotEnoughData: There are no images.
    """
    if source.endswith(SUFFIXES):
        return _bring(workspace, Path(source))
    from contrast_engine.encoders.model import EncoderModel

    if not workspace.models.has(source):
        raise UnknownName(f"no trained encoder {source!r} in this workspace; train one first")
    arrays, recipe = workspace.models.load(source)
    if "encoder" not in recipe:
        raise UnknownName(f"model {source!r} is no encoder; `contrast train` makes one")
    ids = trainable(workspace)
    if not ids:
        raise NotEnoughData("there are no readable images to embed; scan a folder first")
    read = reading_of_images(workspace, ids)
    artifact = Artifact("embeddings", STEP, {"model": source, **read}, ids)
    speed = 0.0
    if not workspace.has(artifact):
        model = EncoderModel.load(recipe["encoder"], recipe["options"], arrays)
        there, codes = copies(workspace, ids, model.recipe.size, progress)
        began = time.perf_counter()
        values = model.embed(codes, progress)
        speed = round(len(there) / (time.perf_counter() - began), 1)
        name = f"{recipe['encoder']} embedding"
        details = {"name": name, "encoder": recipe["encoder"], "has_score": model.recipe.has_score}
        workspace.save(artifact, Vectors(there, values, model.columns), details)
    workspace.make_current("embeddings", artifact.key)
    made = workspace.load(artifact.key)
    return EmbedReport(artifact.key, len(made), len(made.columns), speed)


def _bring(workspace: Workspace, path: Path) -> EmbedReport:
    names, values, columns = _parquet(path) if path.suffix == ".parquet" else _npy(path)
    if values.ndim != 2 or not values.shape[1] or not np.isfinite(values).all():
        raise CollectionError(
            f"{shown(path)} must hold a finite number for every image and column, "
            f"got an array of shape {values.shape}"
        )
    if len(names) != len(values):
        raise CollectionError(
            f"{shown(path)} has {len(values):,} vectors but {len(names):,} names of images"
        )
    rows: dict[ImageId, int] = {}
    ignored = 0
    for row, name in enumerate(names):
        try:
            image = workspace.images.find(name)
        except UnknownName:
            ignored += 1
            continue
        if image in rows:
            raise CollectionError(f"{shown(path)} has two vectors for image {image} ({name})")
        rows[image] = row
    if not rows:
        raise CollectionError(
            f"none of the {len(names):,} rows of {shown(path)} is an image of this workspace; "
            "name them by id or by path"
        )
    ids = tuple(sorted(rows))
    vectors = Vectors(ids, values[[rows[image] for image in ids]], columns)
    digest = ImageId(_digest(vectors))
    artifact = Artifact("embeddings", BROUGHT, {"file": path.name, "content": digest}, ids)
    if not workspace.has(artifact):
        workspace.save(artifact, vectors, {"name": f"vectors of {path.name}"})
    workspace.make_current("embeddings", artifact.key)
    return EmbedReport(artifact.key, len(ids), len(columns), 0.0, ignored)


def _parquet(path: Path) -> tuple[list[str], Floats, tuple[str, ...]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(_there(path))
    except (pa.ArrowException, OSError) as error:
        raise CollectionError(f"{shown(path)} cannot be read as parquet: {error}") from None
    key = next((name for name in ("id", "path") if name in table.column_names), None)
    if key is None:
        raise CollectionError(f"{shown(path)} needs a column `id` or `path` to know the images by")
    columns = tuple(
        name
        for name in table.column_names
        if pa.types.is_floating(table.schema.field(name).type)
        or pa.types.is_integer(table.schema.field(name).type)
    )
    if not columns:
        raise CollectionError(f"{shown(path)} has no column of numbers")
    values = np.column_stack(
        [table.column(name).to_numpy(zero_copy_only=False).astype(np.float64) for name in columns]
    )
    return [str(name) for name in table.column(key).to_pylist()], values, columns


def _npy(path: Path) -> tuple[list[str], Floats, tuple[str, ...]]:
    beside = path.with_suffix(".txt")
    if not beside.is_file():
        raise CollectionError(
            f"{shown(path)} needs {shown(beside.name)} beside it, with one image id or path a line"
        )
    try:
        values = np.asarray(np.load(_there(path), allow_pickle=False), dtype=np.float64)
    except (ValueError, OSError) as error:
        raise CollectionError(f"{shown(path)} cannot be read as an array: {error}") from None
    names = beside.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    width = values.shape[1] if values.ndim == 2 else 0
    return names, values, tuple(f"v{number:03d}" for number in range(width))


def _there(path: Path) -> Path:
    if not path.is_file():
        raise UnknownName(f"there is no file {shown(path)}")
    return path


def _digest(vectors: Vectors) -> str:
    import hashlib

    return hashlib.blake2b(vectors.values.tobytes(), digest_size=8).hexdigest()
