"""The files of images, opened only if they are still those images and still where they were."""

import os
from collections.abc import Iterable
from pathlib import Path

from contrast_engine.errors import WorkspaceError
from contrast_engine.store.atomic_files import reason
from contrast_engine.store.collection import ImageFile

_CHANGED = "the file was changed since"


def verified(file: ImageFile, folders: Iterable[Path]) -> tuple[Path, bytes]:
    """Where a scanned file really lies, and its content.

    Args:
        file: As the scan saw it.
        folders: Where links may lead.

    Raises:
        WorkspaceError: Why it is not opened, as the middle of a sentence.
    """
    from contrast_engine.images import content_id

    try:
        path = Path(file.location).resolve(strict=True)
        # without a link on the way it is the very file that was scanned
        if os.fspath(path) != file.location and not _lies_in(path, folders):
            raise WorkspaceError("a link there now leads outside the scanned folders")
        # what is empty is no image, and what says so (a device of the system) may never end
        if not path.is_file() or not 0 < path.stat().st_size == file.bytes:
            raise WorkspaceError(_CHANGED)
        with path.open("rb") as opened:
            data = opened.read(file.bytes + 1)
    except OSError as error:
        raise WorkspaceError(reason(error)) from error
    except ValueError as error:  # NUL in it
        raise WorkspaceError("it has a name that no file has") from error
    except RuntimeError as error:  # what pathlib says of links that go in a circle
        raise WorkspaceError("the links there go in a circle") from error
    if content_id(data) != file.id:
        raise WorkspaceError(_CHANGED)
    return path, data


def _lies_in(path: Path, folders: Iterable[Path]) -> bool:
    return any(path.is_relative_to(folder) for folder in folders if folder.is_dir())
