"""Measure: every feature of every image, each image once, kept as it goes."""

import time
from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Bytes, Floats
from contrast_engine.errors import ContrastError, ImageError, NotEnoughData, WorkspaceError
from contrast_engine.features import ANALYSIS_SIZE, FEATURE_VERSION, feature_names, measure_image
from contrast_engine.images import read_image
from contrast_engine.progress import SILENT, Progress
from contrast_engine.steps.copying import USUAL_SIZE, left_behind
from contrast_engine.steps.side_by_side import side_by_side
from contrast_engine.store import Artifact, Problem, Workspace
from contrast_engine.store.rows import RowCache, Rows
from contrast_engine.store.training_cache import Scratch
from contrast_engine.vectors import ImageId, Vectors

STEP = f"measure@{FEATURE_VERSION}"
"""The step of every table of features that this version makes."""

_PART_ROWS = 100
_PART_SECONDS = 10.0


@dataclass(frozen=True)
class MeasureReport:
    """What measuring gave.

    Args:
        key: Key of the table of features.
        images: Images in it.
        features: Its columns.
        computed: Images measured now; the others were known.
        problems: Images that could not be measured, and why.
    """

    key: str
    images: int
    features: tuple[str, ...]
    computed: int
    problems: tuple[Problem, ...]


def measure(
    workspace: Workspace, *, threads: int | None = None, progress: Progress = SILENT
) -> MeasureReport:
    """Measure every feature of every image not measured before.

    An image is measured once, however often its file moves. Rows are kept every hundred images,
    so an interrupted run goes on where it stopped. The result is the same for any number of
    threads.

    Args:
        workspace: Where the images were scanned into and the features go.
        threads: Images measured at a time; two by default.
        progress: Told after every image.

    Raises:
        NotEnoughData: There is no image that can be measured.
        WorkspaceError: Another process is measuring, or the disk is full.
    """
    names = feature_names()
    recipe = {"size": ANALYSIS_SIZE, "features": list(names)}
    with workspace.lock("measure"):
        workspace.refuse(STEP, {})
        if not workspace.images.ids:
            raise NotEnoughData(
                "there are no readable images in this workspace; scan a folder of images first"
            )
        rows_key = Artifact("features", STEP, recipe).key
        cache = RowCache(workspace.root / "features" / f"rows-{rows_key}", names)
        rows = cache.read()
        before = len(rows)
        with left_behind(workspace) as scratch:
            problems = _measure_new(workspace, cache, rows, threads, progress, scratch)
        ids = tuple(sorted(image for image in workspace.images.ids if image in rows))
        if not ids:
            why = problems[0].reason if problems else "their files are missing"
            raise NotEnoughData(f"none of the images could be measured: {why}")
        artifact = Artifact("features", STEP, recipe, ids)
        if not workspace.has(artifact):
            workspace.save(artifact, Vectors(ids, np.stack([rows[i] for i in ids]), names))
        workspace.make_current("features", artifact.key)
        cache.tidy()
    return MeasureReport(artifact.key, len(ids), names, len(rows) - before, problems)


def _measure_new(
    workspace: Workspace,
    cache: RowCache,
    rows: Rows,
    threads: int | None,
    progress: Progress,
    scratch: Scratch,
) -> tuple[Problem, ...]:
    """Measure what has no row yet, adding to `rows` and both caches; give what failed."""
    images = workspace.images
    wanted = [image for image in images.ids if image not in images.missing]
    todo = [image for image in wanted if image not in rows]
    done = len(wanted) - len(todo)
    progress.tick(done, len(wanted), "measuring images")
    part: Rows = {}
    refused: dict[ImageId, str] = {}
    gone: dict[ImageId, str] = {}
    part_began = time.monotonic()

    def ask(image: ImageId) -> tuple[Floats, Bytes] | ContrastError:
        return _measured(workspace, image)

    try:
        for image, answer in side_by_side(ask, todo, threads):
            if isinstance(answer, ImageError):
                refused[image] = str(answer)
            elif isinstance(answer, ContrastError):
                gone[image] = str(answer)
            else:
                rows[image] = part[image] = answer[0]
                scratch.add(image, answer[1])
            if len(part) >= _PART_ROWS or time.monotonic() - part_began >= _PART_SECONDS:
                cache.add(part)
                part.clear()
                part_began = time.monotonic()
            done += 1
            progress.tick(done, len(wanted), "measuring images")
    finally:
        cache.add(part)
        if refused:
            workspace.refuse(STEP, refused)
    unmeasurable = {i: why for i, why in workspace.images.unmeasurable.items() if i in images.of}
    return tuple(
        Problem(images.facts(image).path, why) for image, why in (unmeasurable | gone).items()
    )


def _measured(workspace: Workspace, image: ImageId) -> tuple[Floats, Bytes] | ContrastError:
    """Give one image's row and training copy, or why not; one bad image never stops the rest."""
    from contrast_engine.encoders.copies import training_copy

    try:
        # the bytes that were checked to be this image, not whatever the path holds by now
        picture = read_image(workspace.original_bytes(image))
        values = measure_image(picture)
    except (ImageError, WorkspaceError) as error:
        return error
    except MemoryError:
        return WorkspaceError("measuring it needs more memory than there is")
    row = np.array(list(values.values()), dtype=np.float64)
    return row, training_copy(picture.rgb, USUAL_SIZE)
