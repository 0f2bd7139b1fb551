"""Which image of a workspace a person means: by id, by its path, or by a copy of the file."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from contrast_engine.errors import UnknownName
from contrast_engine.vectors import ImageId

if TYPE_CHECKING:
    from contrast_engine.store import Workspace

ID = re.compile(r"[0-9a-f]{16}")


class Images:
    """Looks images of one workspace up by what a person writes.

    Args:
        workspace: The open workspace.
        folder: Where relative paths start; the current folder if not given.
    """

    def __init__(self, workspace: "Workspace", folder: Path | None = None) -> None:
        collection = workspace.images
        self._name = workspace.name
        self._folder = folder or Path()
        self._ids = frozenset(collection.ids)
        self._by_path = {
            path: image for image in collection.ids for path in collection.facts(image).paths
        }

    def find(self, text: str) -> ImageId:
        """Give the id of the image meant by an id or a path.

        A file is known by its content, so a moved or copied photograph is still the same image;
        the path of a file that is gone still names the image it was.

        Raises:
            UnknownName: No image of the workspace is meant.
        """
        if ID.fullmatch(text) and text in self._ids:
            return ImageId(text)
        path = self._folder / text
        if path.is_file():
            image = _content_id(path)
            if image in self._ids:
                return image
            raise UnknownName(f"{path} is not in {self._name}; add it with `contrast scan` first")
        known = self._by_path.get(text) or self._by_path.get(str(path.absolute()))
        if known is None:
            raise UnknownName(f"{text!r} is neither a file nor the id of an image in {self._name}")
        return known


def _content_id(path: Path) -> ImageId:
    from contrast_engine.images import content_id

    return content_id(path.read_bytes())
