"""Which image of a workspace a person means: by id, by its path, or by a copy of the file."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from contrast_engine.errors import UnknownName

if TYPE_CHECKING:
    from contrast_engine.arrays import Json
    from contrast_engine.store import Workspace
    from contrast_engine.store.spellings import Located
    from contrast_engine.vectors import ImageId

ID = re.compile(r"[0-9a-f]{16}")


def find_image(
    workspace: "Workspace", text: str, folder: Path | None = None, located: "Located | None" = None
) -> "ImageId":
    """The id of the image meant by an id or a path.

    A file is known by its content, so a moved or copied photograph is still the same image; the
    path of a file that is gone still names the image it was.

    Args:
        workspace: The open workspace.
        text: An id, or a path as a person writes it.
        folder: Where relative paths start; the current folder if not given.
        located: The same for the rows of a table, which looks each folder up only once.

    Raises:
        UnknownName: No image of the workspace is meant.
    """
    if ID.fullmatch(text):
        return workspace.images.find(text)
    from contrast_engine.store.spellings import Located

    located = located or Located(folder or Path())
    path = Path(located(str(Path(text).expanduser())))
    if os.path.isfile(path):  # noqa: PTH113 - False for a name too long for any disk
        image = _content_id(path)
        if image in workspace.images:
            return image
        raise UnknownName(f"{path} is not in {workspace.name}; add it with `contrast scan` first")
    return workspace.images.find(path)


def named_image(image: "ImageId", paths: "Mapping[ImageId, str]") -> "Json":
    """An image for a JSON document: its id, and its path if it has one."""
    return {"id": image, "path": paths.get(image)}


def _content_id(path: Path) -> "ImageId":
    from contrast_engine.images import content_id

    return content_id(path.read_bytes())
