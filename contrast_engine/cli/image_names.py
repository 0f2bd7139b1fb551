"""Which image of a workspace a person means: by id, by its path, or by a copy of the file."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from contrast_engine.cli.wrong_usage import WrongUsage

if TYPE_CHECKING:
    from contrast_engine.arrays import Json
    from contrast_engine.store import Workspace
    from contrast_engine.store.spellings import Located
    from contrast_engine.vectors import ImageId

ID = re.compile(r"[0-9a-f]{16}")


def find_image(
    workspace: "Workspace", text: str, folder: Path | None = None, located: "Located | None" = None
) -> "ImageId":
    """The id of the image meant by an id or a path, as `store.find_image` finds it."""
    from contrast_engine.store import find_image as finding

    return finding.find_image(workspace, text, folder, located)


def names_from(file: str) -> list[str]:
    """The lines of a text file of ids or paths; those of relative paths begin at its folder.

    Raises:
        WrongUsage: It cannot be read.
    """
    path = Path(file).expanduser()
    try:
        lines = path.read_text("utf-8", errors="surrogateescape").splitlines()
    except OSError as error:
        raise WrongUsage(f"{file} cannot be read: {error.strerror}") from None
    names = [line.strip() for line in lines if line.strip()]
    return [name if ID.fullmatch(name) else str(path.absolute().parent / name) for name in names]


def named_image(image: "ImageId", paths: "Mapping[ImageId, str]") -> "Json":
    """An image for a JSON document: its id, and its path if it has one."""
    return {"id": image, "path": paths.get(image)}
