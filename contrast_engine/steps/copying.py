"""Training copies: made while an image is measured, or when an encoder first asks for them."""

import heapq
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from contrast_engine.arrays import Bytes
from contrast_engine.errors import ImageError, WorkspaceError
from contrast_engine.progress import SILENT, Progress
from contrast_engine.steps.side_by_side import side_by_side
from contrast_engine.store import Workspace
from contrast_engine.store.training_cache import Scratch, TrainingCache
from contrast_engine.vectors import ImageId

USUAL_SIZE = 64
"""Side of the copies that measuring leaves behind: what encoders see unless told otherwise."""

_PATIENCE = 600.0  # seconds to wait for another process that is making copies


def copies(
    workspace: Workspace, ids: tuple[ImageId, ...], size: int, progress: Progress = SILENT
) -> tuple[tuple[ImageId, ...], Bytes]:
    """Give the training copies of some images, making those that are not cached.

    Returns:
        The images that could be read, and (n, size, size, 3) uint8 in their order.
    """
    cache = TrainingCache(workspace.root, size)
    with workspace.lock(f"copies-{size}", _PATIENCE):
        held = set(cache.ids())
        lacking = sorted(image for image in ids if image not in held)
        if lacking:
            _add(cache, _made(workspace, lacking, size, progress), len(lacking))
    held = set(cache.ids())
    there = tuple(image for image in ids if image in held)
    return there, cache.open(there)


@contextmanager
def left_behind(workspace: Workspace) -> Iterator[Scratch]:
    """Collect copies of the usual size in any order; they join the cache where all went well."""
    cache = TrainingCache(workspace.root, USUAL_SIZE)
    with cache.scratch() as scratch:
        yield scratch
        with workspace.lock(f"copies-{USUAL_SIZE}", _PATIENCE):
            held = set(cache.ids())
            new = [pair for pair in scratch.in_order() if pair[0] not in held]
            if new:
                _add(cache, new, len(new))


def _add(cache: TrainingCache, new: Iterable[tuple[ImageId, Bytes]], at_most: int) -> None:
    """Merge new copies, in the order of their ids, with those that are cached."""
    known = cache.ids()
    old = zip(known, cache.open(known), strict=True)
    cache.save(heapq.merge(old, new, key=lambda pair: pair[0]), len(known) + at_most)


def _made(
    workspace: Workspace, ids: list[ImageId], size: int, progress: Progress
) -> Iterator[tuple[ImageId, Bytes]]:
    from contrast_engine.encoders.copies import training_copy
    from contrast_engine.images import read_image

    def ask(image: ImageId) -> Bytes | None:
        try:
            return training_copy(read_image(workspace.original_bytes(image)).rgb, size)
        except (ImageError, WorkspaceError):
            return None  # measuring has listed it as a problem

    for done, (image, copy) in enumerate(side_by_side(ask, ids)):
        progress.tick(done, len(ids), "preparing pictures")
        if copy is not None:
            yield image, copy
