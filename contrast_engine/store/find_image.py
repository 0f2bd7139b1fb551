"""find_image: which image of a workspace is meant by an id, a path, or a copy of the file."""

import os
import re
from pathlib import Path

from contrast_engine.errors import UnknownName
from contrast_engine.store.spellings import Located
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId

ID = re.compile(r"[0-9a-f]{16}")


def find_image(
    workspace: Workspace, text: str, folder: Path | None = None, located: Located | None = None
) -> ImageId:
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
    located = located or Located(folder or Path())
    path = Path(located(str(Path(text).expanduser())))
    if os.path.isfile(path):  # noqa: PTH113 - False for a name too long for any disk
        from contrast_engine.images import content_id  # what reads files, for a file only

        image = content_id(path.read_bytes())
        if image in workspace.images:
            return image
        raise UnknownName(f"{path} is not in {workspace.name}; add it with `contrast scan` first")
    return workspace.images.find(path)
