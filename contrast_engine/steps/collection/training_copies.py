"""Training copies: made while an image is measured, or when an encoder first asks for them."""

from collections.abc import Iterator
from contextlib import AbstractContextManager

from contrast_engine.arrays import Bytes
from contrast_engine.errors import ImageError, WorkspaceError
from contrast_engine.progress import SILENT, Progress
from contrast_engine.steps.parallel import side_by_side
from contrast_engine.store import Workspace
from contrast_engine.store.training_cache import Part, TrainingCache
from contrast_engine.vectors import ImageId

USUAL_SIZE = 64
"""Side of the copies that measuring leaves behind: what encoders see unless told otherwise."""

_PATIENCE = 600.0  # seconds to wait for another process that is making copies


def copies(
    workspace: Workspace, ids: tuple[ImageId, ...], size: int, progress: Progress = SILENT
) -> tuple[tuple[ImageId, ...], Bytes]:
    """The training copies of some images, making those that are not cached.

    Returns:
        The images that could be read, and (n, size, size, 3) uint8 in their order.
    """
    cache = TrainingCache(workspace.root, size)
    with workspace.lock(f"copies-{size}", _PATIENCE):
        held = set(cache.ids())
        lacking = sorted(image for image in ids if image not in held)
        if lacking or cache.is_scattered:
            cache.merge(_made(workspace, lacking, size, progress), len(lacking))
    held = set(cache.ids())
    there = tuple(image for image in ids if image in held)
    return there, cache.open(there)


def left_behind(workspace: Workspace) -> AbstractContextManager[Part]:
    """A part for copies of the usual size, in any order; it joins the cache where all went well."""
    return TrainingCache(workspace.root, USUAL_SIZE).adding()


def _made(
    workspace: Workspace, ids: list[ImageId], size: int, progress: Progress
) -> Iterator[tuple[ImageId, Bytes]]:
    from contrast_engine.encoders.input_image import training_copy
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
