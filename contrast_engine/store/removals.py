"""What was taken out of a collection, and put back: one file to which things are only added."""

import threading
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from contrast_engine.arrays import Bools, Json
from contrast_engine.errors import WorkspaceError
from contrast_engine.imageset import ImageId, ImageSet
from contrast_engine.store.atomic_files import read_json, stamp, write_json
from contrast_engine.store.file_columns import FileColumns
from contrast_engine.store.image_file import shown
from contrast_engine.store.places import inward, outward


@dataclass(frozen=True, slots=True)
class Removal:
    """Images, or a source, that somebody took out of the collection at once.

    Args:
        seq: Its number, from 1 on.
        who: Who did it, "" where nobody said.
        at: When, in UTC.
        root: The source, "" where it was images.
        images: The images, none where it was a source.
        back: When it was put back, "" while it holds.
    """

    seq: int
    who: str
    at: str
    root: str = ""
    images: tuple[ImageId, ...] = ()
    back: str = ""

    @property
    def holds(self) -> bool:
        """True until it is undone."""
        return not self.back


class Removals:
    """The removals of one workspace; what was removed keeps its labels and every result.

    Args:
        home: The folder of the workspace; the file in it is made by the first removal.
        lock: Keeps others from writing it at once.
    """

    def __init__(self, home: Path, lock: Callable[[], AbstractContextManager[None]]) -> None:
        self._home = home
        self._path = home / "removed.json"
        self._lock = lock
        self._reading = threading.Lock()
        self._read: tuple[object, tuple[Removal, ...]] = (None, ())
        self._out: tuple[object, ImageSet] = (None, ImageSet.of(()))

    @property
    def version(self) -> object:
        """What changes with every removal and every undo; None before the first."""
        return stamp(self._path)

    def all(self) -> tuple[Removal, ...]:
        """Every removal, oldest first, with those that were undone.

        Raises:
            WorkspaceError: The file is damaged.
        """
        mark = self.version
        if mark is None:
            return ()
        with self._reading:
            if self._read[0] != mark:
                self._read = mark, _decoded(self._path, self._home)
            return self._read[1]

    @property
    def roots(self) -> frozenset[str]:
        """The sources that are out of the collection now."""
        return frozenset(one.root for one in self.all() if one.holds and one.root)

    @property
    def images(self) -> ImageSet:
        """The images that were taken out one by one and are out now."""
        held = self.all()
        if self._out[0] is not held:
            found = ImageSet.of(i for one in held if one.holds for i in one.images)
            self._out = held, found
        return self._out[1]

    def kept(self, files: FileColumns, roots: Iterable[str]) -> Bools:
        """For each of some files whether it is in the collection.

        A file of a removed source stays where a source that is left holds it too.

        Args:
            files: All files that were ever scanned and not dropped.
            roots: The sources that are left.
        """
        gone, images = self.roots, self.images
        kept = ~files.has_id | (images.rows_in(files.ids) < 0)
        if gone:
            kept &= ~files.roots.are(gone) | files.within(r for r in roots if r not in gone)
        return np.asarray(kept)

    def add(self, who: str, *, root: str = "", images: Iterable[ImageId] = ()) -> Removal:
        """A new removal, of a source or of images.

        Raises:
            WorkspaceError: It could not be written.
        """
        with self._lock():
            known = self.all()
            made = Removal(len(known) + 1, who.strip(), _now(), root, tuple(dict.fromkeys(images)))
            self._write([*known, made])
        return made

    def undo(self, seq: int | None = None) -> Removal | None:
        """The removal that is put back by this, the last one by default; None where none holds.

        Raises:
            WorkspaceError: It could not be written.
        """
        with self._lock():
            known = self.all()
            held = [one for one in known if one.holds and seq in (None, one.seq)]
            if not held:
                return None
            self._put_back(known, {held[-1].seq})
        return held[-1]

    def come_back(self, roots: Iterable[str]) -> tuple[str, ...]:
        """The removed sources among some that are added again; they are out no more."""
        again = self.roots & set(roots)
        if again:
            with self._lock():
                known = self.all()
                self._put_back(known, {one.seq for one in known if one.root in again})
        return tuple(sorted(again))

    def _put_back(self, known: Iterable[Removal], seqs: set[int]) -> None:
        now = _now()
        self._write(
            Removal(one.seq, one.who, one.at, one.root, one.images, now)
            if one.seq in seqs and one.holds
            else one
            for one in known
        )

    def _write(self, removals: Iterable[Removal]) -> None:
        write_json(self._path, {"removals": [_encoded(one, self._home) for one in removals]})


def _encoded(one: Removal, home: Path) -> Json:
    what: Json = {"root": inward(one.root, home)} if one.root else {"images": list(one.images)}
    return {"seq": one.seq, "who": one.who, "at": one.at, "back": one.back, **what}


def _decoded(path: Path, home: Path) -> tuple[Removal, ...]:
    try:
        return tuple(
            Removal(
                seq=int(row["seq"]),
                who=str(row["who"]),
                at=str(row["at"]),
                root=outward(row.get("root", ""), home),
                images=tuple(map(ImageId, row.get("images", ()))),
                back=str(row["back"]),
            )
            for row in (read_json(path) or {})["removals"]
        )
    except (TypeError, KeyError, ValueError) as error:
        raise WorkspaceError(
            f"{shown(path)} is damaged: it says what was taken out of the collection; delete that "
            "one file to have everything in it again"
        ) from error


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
