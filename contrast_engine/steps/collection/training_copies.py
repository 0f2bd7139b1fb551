"""Training copies: made while an image is measured, or when an encoder first asks for them."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import cast

from contrast_engine.arrays import Bytes
from contrast_engine.errors import ImageError, WorkspaceError
from contrast_engine.images.decoding import digest
from contrast_engine.images.reader_version import reading_recipe
from contrast_engine.progress import SILENT, Progress
from contrast_engine.steps.parallel import side_by_side
from contrast_engine.store import Workspace
from contrast_engine.store.atomic_files import json_text
from contrast_engine.store.copies_part import Part
from contrast_engine.store.training_cache import TrainingCache
from contrast_engine.vectors import ImageId

USUAL_SIZE = 64
"""Side of the copies that measuring leaves behind: what encoders see unless told otherwise."""

_PATIENCE = 600.0  # seconds to wait for another process that is making copies


def copies(
    workspace: Workspace, ids: Sequence[ImageId], size: int, progress: Progress = SILENT
) -> tuple[tuple[ImageId, ...], Bytes]:
    """The training copies of some images, making those that are not cached.

    Returns:
        The images that could be read, and (n, size, size, 3) uint8 in their order.
    """
    there, names, cache = _cached(workspace, ids, size, progress)
    return there, cache.open(names)


def copies_on_disk(
    workspace: Workspace, ids: Sequence[ImageId], size: int, progress: Progress = SILENT
) -> tuple[tuple[ImageId, ...], Bytes]:
    """The same for all of a collection: rows are read from the disk when they are asked for."""
    there, names, cache = _cached(workspace, ids, size, progress)
    return there, cast("Bytes", cache.view(names))


def _cached(
    workspace: Workspace, ids: Sequence[ImageId], size: int, progress: Progress
) -> tuple[tuple[ImageId, ...], list[ImageId], TrainingCache]:
    """Those of some images that have a copy now, its name for each, and where they are."""
    cache = TrainingCache(workspace.root, size)
    readers = workspace.images.read_otherwise
    name_of = {image: copy_name(image, readers.get(image, "")) for image in ids}
    names = list(name_of.values())
    with workspace.lock(f"copies-{size}", _PATIENCE):
        held = cache.held(names)
        lacking = sorted(image for image, is_held in zip(name_of, held, strict=True) if not is_held)
        if lacking:
            with cache.adding() as part:
                for image, copy in _made(workspace, lacking, size, progress):
                    part.add(name_of[image], copy)
            held = cache.held(names)
        if cache.is_scattered:
            cache.tidy()
    has_copy = dict(zip(name_of, held.tolist(), strict=True))
    there = tuple(image for image in ids if has_copy[image])
    return there, [name_of[image] for image in there], cache


def lack_copies(workspace: Workspace, ids: Sequence[ImageId], size: int = USUAL_SIZE) -> bool:
    """True if one of some images has no copy yet."""
    readers = workspace.images.read_otherwise
    names = [copy_name(image, readers.get(image, "")) for image in ids]
    return not TrainingCache(workspace.root, size).held(names).all()


def copy_name(image: ImageId, reader: str) -> ImageId:
    """The name of an image's copy: its id, and how it is read where that is not as ever."""
    recipe = reading_recipe([reader])
    return ImageId(f"{image}-{digest(json_text(recipe).encode())}") if recipe else image


def left_behind(workspace: Workspace) -> AbstractContextManager[Part]:
    """A part for copies of the usual size, in any order; it joins the cache where all went well."""
    return TrainingCache(workspace.root, USUAL_SIZE).adding()


def _made(
    workspace: Workspace, ids: list[ImageId], size: int, progress: Progress
) -> Iterator[tuple[ImageId, Bytes]]:
    from contrast_engine.encoders.input_image import training_copy
    from contrast_engine.images import read_image

    options = workspace.reading_options

    def ask(image: ImageId) -> Bytes | None:
        try:
            pixels = read_image(workspace.original_bytes(image), options=options).rgb
            return training_copy(pixels, size)
        except (ImageError, WorkspaceError):
            return None  # measuring has listed it as a problem

    for done, (image, copy) in enumerate(side_by_side(ask, ids)):
        progress.tick(done, len(ids), "preparing pictures")
        if copy is not None:
            yield image, copy
