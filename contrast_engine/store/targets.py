"""Files that people name to be written to: in a folder that is there, and not over another."""

import os
from pathlib import Path

from contrast_engine.errors import OptionError
from contrast_engine.store.collection import shown


def checked_target(path: str | Path, *, overwrite: bool = True) -> Path:
    """The file to write to, as a full path.

    Args:
        path: As it was named.
        overwrite: Whether a file that is there may be replaced.

    Raises:
        OptionError: It is a folder, the folder is not there, or the file is and is to stay.
    """
    target = Path(path).expanduser().absolute()
    if target.is_dir():
        raise OptionError(f"{shown(target)} is a folder; name a file in it")
    if not target.parent.is_dir():
        raise OptionError(
            f"there is no folder {shown(target.parent)} to write to; make it first or name another"
        )
    if not overwrite and is_taken(target):
        raise OptionError(
            f"{shown(target)} is there already and stays as it is; name another file, or replace "
            "it (--overwrite)"
        )
    return target


def is_taken(path: str | Path) -> bool:
    """True if something of that name is there, a link that leads nowhere too."""
    return os.path.lexists(Path(path).expanduser())
