"""most_like: the images nearest to one of the collection or to a file, in any space."""

from dataclasses import dataclass

from contrast_engine.images import ReadingOptions, content_id, read_image
from contrast_engine.neighbours import nearest
from contrast_engine.pace import paced
from contrast_engine.progress import SILENT, Progress
from contrast_engine.steps.structure.space_encoder import SpaceEncoder
from contrast_engine.steps.structure.space_in_use import space_in_use
from contrast_engine.steps.structure.spaces import space
from contrast_engine.store import Workspace
from contrast_engine.vectors import ImageId


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
    options: ReadingOptions | None = None,
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
    elif (own := content_id(of)) in where.vectors.rows:  # the very file, not only one like it
        near = ((own, 0.0), *nearest(where.vectors, own, k - 1))
    else:
        if not workspace.models.has(where.key):  # a new image is brought in by what was saved
            where = space(workspace, on, save=True)
        row = SpaceEncoder(workspace, where.key).place(
            read_image(of, options=options or workspace.reading_options)
        )
        near = nearest(where.vectors, row.values[0], k)
    progress.tick(len(where.vectors), len(where.vectors), "found")
    return SimilarImages(near, len(where.vectors), where.name)
