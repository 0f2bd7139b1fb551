"""Where the photographs of a workspace lie: what was scanned, and which of it may be opened."""

import weakref
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

from contrast_engine.access import Act, need
from contrast_engine.several import several
from contrast_engine.store import confirmed_roots, trusted_roots
from contrast_engine.store.atomic_files import write_json
from contrast_engine.store.collection import ImageFile
from contrast_engine.store.file_columns import FileColumns
from contrast_engine.store.places import inward, outward
from contrast_engine.store.removals import Removals
from contrast_engine.store.stored_files import StoredFiles
from contrast_engine.store.workspace_folder import WorkspaceFolder
from contrast_engine.store.workspace_marker import MARK, SINCE, read_mark


class SourceRoots(WorkspaceFolder):
    """The folders, archives, tables and files whose images a workspace has.

    Args:
        root: The folder of the workspace.
    """

    def __init__(self, root: str | Path) -> None:
        super().__init__(root)
        own, where = weakref.ref(self), self.root  # in a circle, databases would stay open
        self.removals: Removals = Removals(
            self.root, lambda: (own() or WorkspaceFolder(where)).lock("removals")
        )
        self._files = StoredFiles(self.root)
        self._trusted = trusted_roots.TrustedRoots(self.root)

    @property
    def roots(self) -> tuple[str, ...]:
        """The folders, archives, tables and files that were scanned and not removed since."""
        gone = self.removals.roots
        return tuple(root for root in self.every_root if root not in gone)

    @property
    def every_root(self) -> tuple[str, ...]:
        """All that was ever scanned, what was removed since included."""
        return tuple(outward(root, self.root) for root in read_mark(self.root).get("roots", ()))

    @property
    def trusted_roots(self) -> tuple[str, ...]:
        """The roots that may be opened: inside the folder, or confirmed by who works here.

        What was scanned here is confirmed, and so is what lies just as the table of files says.
        """
        return self._trusted.among(self.id, self.roots, self._files.version, self.every_file)

    def opens(self, file: ImageFile) -> bool:
        """Whether the place of a file may be looked at: in the folder, or in a trusted root."""
        return self.opening()(file)

    def opening(self) -> Callable[[ImageFile], bool]:
        """`opens` for many files at one moment: the roots are read once."""
        return self._trusted.opening(self.trusted_roots)

    @property
    def doubtful_roots(self) -> tuple[str, ...]:
        """The roots that are not opened: the collection names them, and nobody here did."""
        trusted = set(self.trusted_roots)
        return tuple(root for root in self.roots if root not in trusted)

    def trust_roots(self, roots: Iterable[str] | None = None) -> tuple[str, ...]:
        """Confirm, for this person on this computer, where the photographs of the collection lie.

        Args:
            roots: Some of its roots; all by default.

        Raises:
            WorkspaceError: CONTRAST_ROOTS does not allow one.
            NotAllowed: Who this acts for may not.
        """
        need(Act.OPEN)
        chosen = self.roots if roots is None else several(roots, "roots")
        confirmed_roots.check_allowed(chosen)
        confirmed_roots.confirm(self.id, chosen)
        return tuple(chosen)

    def add_roots(self, roots: Iterable[str]) -> None:
        """Remember what was scanned, so that it can be scanned again."""
        roots = several(roots, "roots")
        confirmed_roots.check_allowed(r for r in roots if inward(r, self.root) == r)
        with self.lock("workspace"):
            facts = read_mark(self.root)
            inside = (inward(root, self.root) for root in roots)
            known = dict.fromkeys([*facts.get("roots", ()), *inside])
            if list(known) != facts.get("roots"):
                now = datetime.now(UTC).isoformat(timespec="seconds")
                new = {root: now for root in known if root not in facts.get("roots", ())}
                since = {**facts.get(SINCE, {}), **new}
                write_json(self.root / MARK, {**facts, "roots": list(known), SINCE: since})
        confirmed_roots.confirm(self.id, (r for r in roots if inward(r, self.root) == r))

    def forget_roots(self, roots: Iterable[str]) -> None:
        """Forget what was to be scanned, as nothing was found there."""
        gone = {inward(root, self.root) for root in several(roots, "roots")}
        with self.lock("workspace"):
            facts = read_mark(self.root)
            if gone & set(facts.get("roots", ())):
                left = [root for root in facts["roots"] if root not in gone]
                since = {root: at for root, at in facts.get(SINCE, {}).items() if root not in gone}
                write_json(self.root / MARK, {**facts, "roots": left, SINCE: since})

    @property
    def since(self) -> dict[str, str]:
        """When each source was added, in UTC; those of long ago are not there."""
        dates = read_mark(self.root).get(SINCE, {})
        return {outward(root, self.root): str(date) for root, date in dates.items()}

    def every_file(self) -> FileColumns:
        """The files as the last scan left them, also those of what was removed.

        Raises:
            WorkspaceError: The table is damaged, or the folder of the collection is gone.
        """
        return self._files.read()
