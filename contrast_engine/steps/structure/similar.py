"""most_like: the images nearest to one of the collection or to a file, in any space."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from contrast_engine.neighbours import nearest
from contrast_engine.pace import paced
from contrast_engine.progress import SILENT, Progress
from contrast_engine.steps.structure.space_in_use import space_in_use
from contrast_engine.steps.structure.spaces import Space, space
from contrast_engine.store import Workspace
from contrast_engine.vectors import ImageId

if TYPE_CHECKING:
    from contrast_engine.images import ReadingOptions


@dataclass(frozen=True)
class SimilarImages:
    """What is most like an image.

    Args:
        near: (image, distance), nearest first.
        total: Out of how many images.
        space: Where the distance was measured, in words.
    """

    near: tuple[tuple[ImageId, float], ...]
    total: int
    space: str


def most_similar(
    workspace: Workspace,
    of: ImageId | bytes,
    *,
    on: str = "features",
    k: int = 10,
    options: "ReadingOptions | None" = None,
    progress: Progress = SILENT,
) -> SimilarImages:
    """The images most like one of the collection, or like the bytes of an image file.

    An image of the collection is not its own neighbour. A file from outside is measured and
    placed as the collection was; a copy of an image finds that image first, at distance 0.

    Args:
        workspace: The workspace.
        of: An id, or a file's content.
        on: The space, as `space` takes it.
        k: How many images to give.
        options: How the file is read; as the collection is by default.
        progress: Told before and after the search.

    Raises:
        ImageError: The file cannot be read or measured.
        ModelError: New images cannot be placed in this space: its vectors were brought along.
        NotEnoughData: Nothing was measured yet.
        UnknownName: The image has no row in the space, or there is no such space.
    """
    progress = paced(progress, "similar", workspace, "loading the space")
    where = space_in_use(workspace, on)
    progress.tick(0, len(where.vectors), "comparing with every image")
    if isinstance(of, str):
        near = nearest(where.vectors, of, k)
    else:
        where, near = _nearest_to_file(workspace, where, of, k, options)
    progress.tick(len(where.vectors), len(where.vectors), "found")
    return SimilarImages(near, len(where.vectors), where.name)


def _nearest_to_file(
    workspace: Workspace, where: Space, of: bytes, k: int, options: "ReadingOptions | None"
) -> tuple[Space, tuple[tuple[ImageId, float], ...]]:
    """The space in which a file was compared, and what is near to it there."""
    # what reads files is loaded for a file only: an image of the collection is found sooner
    from contrast_engine.images import content_id, read_image
    from contrast_engine.steps.structure.space_encoder import SpaceEncoder

    own = content_id(of)
    if own in where.vectors.rows:  # the very file, not only one like it
        return where, ((own, 0.0), *nearest(where.vectors, own, k - 1))
    if not workspace.models.has(where.key):  # a new image is brought in by what was saved
        where = space(workspace, where.on, save=True)
    row = SpaceEncoder(workspace, where.key).place(
        read_image(of, options=options or workspace.reading_options)
    )
    return where, nearest(where.vectors, row.values[0], k)
