"""The folder of a workspace itself: its name and id, its locks, how files are read in it."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from contrast_engine.access import Act, may
from contrast_engine.store import confirmed_roots
from contrast_engine.store.atomic_files import locked, write_json
from contrast_engine.store.collection import shown
from contrast_engine.store.own_folder import check_own, links_of
from contrast_engine.store.tidying import tidy_quickly
from contrast_engine.store.workspace_marker import MARK, READING, make_mark, read_mark

if TYPE_CHECKING:
    from contrast_engine.images.reading_options import ReadingOptions


class WorkspaceFolder:
    """One folder that is a workspace; it is made where there is none yet.

    Args:
        root: The folder.

    Raises:
        WorkspaceError: The folder holds something else, is of a newer format, or cannot be
            written.
    """

    def __init__(self, root: str | Path) -> None:
        self.root: Path = Path(root).expanduser().absolute()
        check_own(self.root, confirmed_roots.confirmed(links_of(self.root)))
        make_mark(self.root)

    def __repr__(self) -> str:
        return f"Workspace({os.fspath(self.root)!r})"

    @property
    def id(self) -> str:
        """Eight hex digits that name this workspace in addresses."""
        return str(read_mark(self.root)["id"])

    @property
    def name(self) -> str:
        """The folder's name without its ending."""
        return shown(self.root.name.removesuffix(".contrast"))

    @property
    def is_read_only(self) -> bool:
        """True where this process may look, and save nothing: not in the folder, or not in a log.

        Or where it acts for somebody who changes nothing but their own labels. Whether there is
        room is not known before something is written.
        """
        if not may(Act.CHANGE):
            return True
        return not all(_may_write(path) for path in (self.root, *self.root.glob("*.sqlite")))

    @property
    def reading_options(self) -> "ReadingOptions":
        """How files that leave something open are read here; as usual unless it was chosen."""
        from contrast_engine.images.reading_options import ReadingOptions

        return ReadingOptions.of(read_mark(self.root).get(READING, {}))

    def choose_reading_options(self, options: "ReadingOptions") -> None:
        """Remember how files are read; a scan then reads again what that concerns."""
        with self.lock("workspace"):
            facts = read_mark(self.root)
            chosen = options.as_json()
            if chosen != facts.get(READING, {}):
                facts.pop(READING, None)
                write_json(self.root / MARK, {**facts, **({READING: chosen} if chosen else {})})

    @contextlib.contextmanager
    def lock(self, name: str, timeout: float = 10.0) -> Iterator[None]:
        """Keep other processes and threads from doing the same thing at once.

        Raises:
            WorkspaceError: Someone else has been doing it for longer than `timeout` seconds, or
                the folder is gone.
        """
        read_mark(self.root)  # a folder that was moved away is not begun anew
        doing = {"scan": "scanning", "measure": "measuring"}.get(name, "working in")
        busy = f"another process is {doing} {shown(self.root)}; wait until it is done or cancel it"
        with locked(self.root / "locks" / f"{name}.lock", busy, timeout):
            tidy_quickly(self.root)
            yield


def _may_write(path: Path) -> bool:
    effective = os.access in os.supports_effective_ids
    return os.access(path, os.W_OK, effective_ids=effective)
