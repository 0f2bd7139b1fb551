"""Which roots of a workspace are opened: those inside it, and those that are this person's word."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from contrast_engine.errors import WorkspaceError
from contrast_engine.store import confirmed_roots
from contrast_engine.store.file_columns import FileColumns
from contrast_engine.store.image_file import ImageFile, shown

Files = Callable[[], FileColumns]


class TrustedRoots:
    """The roots of one workspace below which its photographs may be opened.

    Args:
        home: The folder of the workspace.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self._lock = threading.Lock()
        self._known: tuple[object, tuple[str, ...]] = (None, ())

    def among(
        self, collection: str, roots: Sequence[str], version: object, files: Files
    ) -> tuple[str, ...]:
        """Those of the roots that are trusted.

        Where CONTRAST_ROOTS is set, it alone says which. A root that nobody confirmed is looked at,
        and remembered, where the files in it are those that the table knows.

        Args:
            collection: The id of the workspace.
            roots: What it says of itself.
            version: What changes with the table of files.
            files: Gives that table.
        """
        mark = (collection, roots, version, confirmed_roots.version())
        with self._lock:
            if self._known[0] != mark:
                found = self._found(collection, roots, files)
                self._known = ((collection, roots, version, confirmed_roots.version()), found)
            return self._known[1]

    def may_open(self, file: ImageFile, trusted: Sequence[str]) -> bool:
        """Whether a file may be opened, by the name of its place alone: nothing is asked of it."""
        return self.opening(trusted)(file)

    def opening(self, trusted: Sequence[str]) -> Callable[[ImageFile], bool]:
        """`may_open` for many files: what is the same for all of them is looked up once."""
        homes = [str(self._home), *_real(self._home)]
        is_limited = confirmed_roots.allowed_roots() is not None
        tables = {root for root in trusted if not is_limited and not Path(root).is_dir()}

        def may_open(file: ImageFile) -> bool:
            if confirmed_roots.is_below(file.location, homes) or file.root in tables:
                return True
            return confirmed_roots.is_below(file.location, trusted)

        return may_open

    def _found(self, collection: str, roots: Sequence[str], files: Files) -> tuple[str, ...]:
        inside = [str(self._home), *_real(self._home)]
        allowed = confirmed_roots.allowed_roots()
        if allowed is not None:
            return tuple(r for r in roots if confirmed_roots.is_below(r, (*inside, *allowed)))
        known = confirmed_roots.confirmed(collection)
        found = {r for r in roots if r in known or confirmed_roots.is_below(r, inside)}
        left = [root for root in roots if root not in found][:_MOST]
        shown_here = [root for root in left if confirmed_roots.are_of_here(files(), root)]
        if shown_here:
            confirmed_roots.confirm(collection, shown_here)
        found.update(shown_here)
        return tuple(root for root in roots if root in found)


_MOST = 200
"""Roots that nobody confirmed of which so many are looked at."""


def refusal(roots: Sequence[str], home: Path) -> WorkspaceError:
    """Why what lies in some roots is not opened, and what to do."""
    few = ", ".join(map(shown, roots[:3])) + (" and more" if len(roots) > 3 else "")
    if confirmed_roots.allowed_roots() is not None:
        return WorkspaceError(
            f"{few} is not opened: it is outside of the folders that this server may open "
            f"({confirmed_roots.ALLOWED}); put the photographs there, and scan them"
        )
    return WorkspaceError(
        f"{few} is not opened: the collection says that its photographs lie there, and was not "
        f"made here; if that is right, say so on the page Collection, or: "
        f"contrast doctor {shown(home)} --trust-roots"
    )


def _real(path: Path) -> list[str]:
    try:
        return [str(path.resolve())]
    except (OSError, RuntimeError):
        return []
