"""embed: every image through a trained encoder, or vectors of one's own beside the images."""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from contrast_engine.errors import ModelError, NotEnoughData, OptionError, UnknownName
from contrast_engine.imageset import ImageIds, ImageSet
from contrast_engine.pace import paced
from contrast_engine.progress import SILENT, Progress, in_parts
from contrast_engine.several import several
from contrast_engine.steps.collection.training_copies import copies
from contrast_engine.steps.encoders.own_vectors import SUFFIXES, RowCounts
from contrast_engine.steps.encoders.train import reading_of_images, trainable
from contrast_engine.steps.in_use import settle
from contrast_engine.store import Artifact, Workspace
from contrast_engine.vectors import ImageId, Vectors

STEP = "embed@1"
BROUGHT = "bring-vectors@1"


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
        columns: The columns of a file, or its array, that were taken.
        left_out: Its other columns, and why they were not.
        read_as: How the file was read.
        rows: What became of its rows.
    """

    key: str
    images: int
    dimensions: int
    images_per_second: float
    ignored: int = 0
    columns: tuple[str, ...] = ()
    left_out: dict[str, str] = field(default_factory=dict)
    read_as: str = ""
    rows: RowCounts = field(default_factory=RowCounts)


def embed(
    workspace: Workspace,
    source: str,
    *,
    columns: Sequence[str] = (),
    anyway: bool = False,
    use: bool = True,
    who: str = "",
    progress: Progress = SILENT,
) -> EmbedReport:
    """Embed every readable image with a trained encoder, or take in a file of vectors.

    Args:
        workspace: Where the images are and the embedding goes.
        source: Key of a trained encoder; or the path of a table (.parquet, .csv, .tsv) with a
            column `id` or `path` and one column of lists of floats, or floats in several; or of
            an .npy file (n, d) with a text file beside it, of the same name but ending in .txt,
            with one id or path a line; or of an .npz, which may hold the names too.
        columns: Of a file: which columns to take, by name, pattern or beginning of the name.
            Whole numbers, ids and labels are only taken when they are named.
        anyway: Embed with an encoder that was refused after its training, too.
        use: Whether it is in use from now on; else it can be looked at and chosen later.
        who: Who asks; without it the name that is logged in.
        progress: Told on the way.

    Raises:
        UnknownName: There is no such encoder or file.
        CollectionError: The file does not hold vectors of images of this workspace.
        NotEnoughData: There are no images.
        OptionError: Columns are named, but the source is no file.
        ModelError: The encoder was refused, and not asked for anyway.
    """
    progress = paced(progress, "embed", workspace, "loading the encoder")
    columns = several(columns, "columns")
    if source.lower().endswith(SUFFIXES) or os.path.isfile(source):  # noqa: PTH113 - may be a key
        return _bring(workspace, Path(source), columns, use, who)
    if columns:
        raise OptionError(f"{source} is no file of vectors; only of a file are columns taken")
    from contrast_engine.encoders.model import EncoderModel

    if not workspace.models.has(source):
        raise UnknownName(f"no trained encoder {source!r} in this workspace; train one first")
    arrays, recipe = workspace.models.load(source)
    if "encoder" not in recipe:
        raise UnknownName(f"model {source!r} is no encoder; `contrast train` makes one")
    refused = recipe["report"].get("refused")
    if refused and not anyway:
        raise ModelError(f"encoder {source} is refused: {refused}; or ask for it anyway")
    ids = trainable(workspace)
    if not ids:
        raise NotEnoughData("there are no readable images to embed; scan a folder first")
    read = reading_of_images(workspace, ids)
    artifact = Artifact("embeddings", STEP, {"model": source, **read}, ids)
    speed = 0.0
    if not workspace.has(artifact):
        model = EncoderModel.load(recipe["encoder"], recipe["options"], arrays)
        before = _of_fewer(workspace, artifact)
        known = ImageIds.of(workspace.load(before).ids).images if before else None
        lacking = tuple(ids if known is None else ImageSet.of(ids) - known)
        reading, seeing = in_parts(progress, 3, 1)
        there, codes = copies(workspace, lacking, model.recipe.size, reading)
        began = time.perf_counter()
        values = model.embed(codes, seeing) if there else np.zeros((0, len(model.columns)))
        speed = round(len(there) / max(time.perf_counter() - began, 1e-9), 1)
        name = f"{recipe['encoder']} embedding"
        if "fine_tuned" in recipe:
            name += f", fine-tuned on {recipe['fine_tuned']['labels']:,} labels"
        details = {"name": name, "encoder": recipe["encoder"], "has_score": model.recipe.has_score}
        more = Vectors(there, values, model.columns)
        if before:
            workspace.save_grown(artifact, before, more, details)
        else:
            workspace.save(artifact, more, details)
    settle(workspace, "embeddings", artifact.key, use=use, who=who)
    made = workspace.load(artifact.key)
    return EmbedReport(artifact.key, len(made), len(made.columns), speed)


def _of_fewer(workspace: Workspace, asked: Artifact) -> str | None:
    """The embedding of the most of these images by the same encoder, and of no other image."""
    wanted = ImageSet.of(ImageId(image) for image in asked.inputs)
    made = [one for one in workspace.artifacts("embeddings")
            if (one.step, one.recipe) == (asked.step, asked.recipe)]  # fmt: skip
    for one in sorted(made, key=lambda one: -one.rows):
        if not len(ImageIds.of(workspace.load(one.key).ids).images - wanted):
            return one.key
    return None


def _bring(
    workspace: Workspace, path: Path, columns: Sequence[str], use: bool, who: str
) -> EmbedReport:
    from contrast_engine.steps.encoders.own_vectors import own_vectors

    found = own_vectors(workspace, path, columns)
    vectors = found.vectors
    question = {"file": path.name, "content": _digest(vectors)}
    artifact = Artifact("embeddings", BROUGHT, question, tuple(vectors.ids))
    if not workspace.has(artifact):
        details = {
            "name": f"vectors of {path.name}", "columns": list(found.taken),
            "left_out": found.left_out, "read_as": found.read_as,
        }  # fmt: skip
        workspace.save(artifact, vectors, details)
    settle(workspace, "embeddings", artifact.key, use=use, who=who)
    counts = found.counts
    return EmbedReport(
        artifact.key, len(vectors), len(vectors.columns), 0.0, counts.unknown + counts.unnamed,
        found.taken, found.left_out, found.read_as, counts,
    )  # fmt: skip


def _digest(vectors: Vectors) -> str:
    import hashlib

    return hashlib.blake2b(vectors.values.tobytes(), digest_size=8).hexdigest()
