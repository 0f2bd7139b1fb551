"""Small pictures of images, also of those that are not in the collection yet."""

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass

from contrast_engine.imageset import ImageId
from contrast_engine.store import Workspace


@dataclass(frozen=True)
class Picture:
    """A small picture with a few words below it.

    Args:
        data: Its bytes as a `data:` address; empty where no picture was kept.
        words: What stands below.
        name: What a screen reader says it is.
    """

    data: str
    words: str
    name: str


def of_images(workspace: Workspace, images: Iterable[tuple[ImageId, str, str]]) -> list[Picture]:
    """Pictures from the thumbnails that scanning left.

    Args:
        workspace: With the thumbnails.
        images: Id, words below, and name of each.
    """
    return [
        Picture(address(workspace.thumbs.get(image), "webp"), words, name)
        for image, words, name in images
    ]


def address(data: bytes | None, kind: str) -> str:
    """A picture's bytes as an address that needs no server."""
    return f"data:image/{kind};base64,{b64encode(data).decode()}" if data else ""
