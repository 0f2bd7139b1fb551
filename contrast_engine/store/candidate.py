"""A workspace as it would be: what is made current in it, and saved in it, is kept aside."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from contrast_engine.errors import UnknownName
from contrast_engine.several import several
from contrast_engine.store import confirmed_roots
from contrast_engine.store.artifacts import (
    HAVE_CURRENT,
    KINDS,
    Artifact,
    ArtifactStore,
    Manifest,
    is_key,
)
from contrast_engine.store.atomic_files import read_json, read_whole, write_bytes, write_json
from contrast_engine.store.file_switch import copied
from contrast_engine.store.places import inward, outward
from contrast_engine.store.stored_files import StoredFiles
from contrast_engine.store.table_parts import FOLDER
from contrast_engine.store.workspace import Workspace
from contrast_engine.store.workspace_marker import MARK

TABLES = ("images.parquet", "unmeasurable.json", MARK)
"""The files of a workspace that say which images there are."""

POINTERS = tuple(f"{kind}/current" for kind in HAVE_CURRENT)
"""The files of a workspace that say which result of a kind is current."""

NAMES = (*TABLES, *POINTERS)
"""All that is switched when a candidate is accepted."""

BEFORE, AFTER = "before", "after"


class CandidateWorkspace(Workspace):
    """A view of a workspace in which steps work as ever and nothing they do is seen outside.

    The table of images, what is current, and every new result lie in a folder of its own;
    labels, thumbnails, rows of features and fitted numbers are shared, as a key names them.

    Args:
        root: The workspace.
        folder: Where the candidate is kept, inside it. A new one begins as a copy of what is
            current now.
    """

    def __init__(self, root: str | Path, folder: Path) -> None:
        super().__init__(root)
        self.folder = folder
        own = folder / AFTER
        if not (own / MARK).exists():
            self.join_files()
            copied(self.root, NAMES, folder / BEFORE)
            copied(folder / BEFORE, NAMES, own)
        self._artifacts = _Layers(self.root, own)
        self._pointers = own
        self._files = StoredFiles(self.root, own)
        self._unmeasurable = own / "unmeasurable.json"

    @property
    def every_root(self) -> tuple[str, ...]:
        """The folders, archives, tables and files that would have been scanned."""
        facts = read_json(self._pointers / MARK) or {}
        return tuple(outward(root, self.root) for root in facts.get("roots", ()))

    def add_roots(self, roots: Iterable[str]) -> None:
        """Remember what was scanned for the candidate."""
        roots = several(roots, "roots")
        outside = [root for root in roots if inward(root, self.root) == root]
        confirmed_roots.check_allowed(outside)
        confirmed_roots.confirm(self.id, outside)
        facts = read_json(self._pointers / MARK) or {}
        inside = (inward(root, self.root) for root in roots)
        known = dict.fromkeys([*facts.get("roots", ()), *inside])
        if list(known) != facts.get("roots"):
            write_json(self._pointers / MARK, {**facts, "roots": list(known)})

    def use(self, kind: str, key: str, who: str = "", why: str = "") -> None:
        """Put a result into use in the view alone; nobody decides before it is accepted."""
        self.make_current(kind, key)

    def hand_over(self) -> None:
        """Copy the new results to where the workspace has its own; none is current by that.

        Raises:
            WorkspaceError: The disk is full.
        """
        for kind in KINDS:
            own = self._pointers / kind
            made = [p for p in own.glob("*.*") if is_key(p.stem) and p.suffix != ".damaged"]
            made += (own / FOLDER).glob("*.parquet")
            # a manifest goes last: without it a result is not there
            for file in sorted(made, key=lambda file: (file.suffix == ".json", file.name)):
                there = self.root / kind / file.relative_to(own)
                if not there.exists():
                    write_bytes(there, read_whole(file))


class _Layers(ArtifactStore):
    """Results of a workspace, and new ones in a folder of their own."""

    def __init__(self, root: Path, own: Path) -> None:
        super().__init__(own)
        self._below = ArtifactStore(root)

    def key_of(self, artifact: Artifact) -> str | None:
        return self._below.key_of(artifact) or super().key_of(artifact)

    def manifest(self, key: str) -> Manifest:
        try:
            return self._below.manifest(key)
        except UnknownName:
            return super().manifest(key)

    def load(self, key: str) -> Any:
        try:
            self._below.manifest(key)
        except UnknownName:
            return super().load(key)
        return self._below.load(key)

    def _folders(self, kind: str) -> tuple[Path, ...]:
        return (*super()._folders(kind), *self._below._folders(kind))

    def _of(self, key: str) -> Any:
        try:
            return super()._of(key)
        except UnknownName:
            return self._below._of(key)

    def all(self, kind: str) -> list[Manifest]:
        return [*super().all(kind), *self._below.all(kind)]
