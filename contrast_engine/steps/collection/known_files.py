"""What a scan need not read: files of the collection that are as they were, all at once."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Bools, Ints
from contrast_engine.images.file_facts import says_adobe_rgb
from contrast_engine.images.reader_version import AS_ALWAYS
from contrast_engine.images.reading_options import ReadingOptions
from contrast_engine.imageset import ImageSet
from contrast_engine.steps.collection.doubtful_files import are_in_doubt
from contrast_engine.store import ImageFile, Workspace
from contrast_engine.store.file_columns import FileColumns
from contrast_engine.store.sources import FoundFiles
from contrast_engine.store.texts import Coded, Texts


@dataclass(frozen=True)
class KnownFiles:
    """The files that were found, and what the collection knows of each.

    Args:
        found: The files, in the order of their locations.
        rows: The row in `known` of each, -1 where it is new.
        known: The files of the collection.
    """

    found: list[FoundFiles]
    rows: Ints
    known: FileColumns

    @classmethod
    def of(cls, found: Mapping[str, FoundFiles], known: FileColumns) -> "KnownFiles":
        """The files found, in order, beside the known ones."""
        files = sorted(found.values(), key=lambda file: os.fsencode(file.location))
        texts = Texts.of(os.fsencode(file.location) for file in files)
        return cls(files, known.locations.places(texts), known)

    def are_to_read(self, rows: Ints, options: ReadingOptions) -> Bools:
        """For each of some rows whether it would be read otherwise by this version, or now."""
        some = self.known.take(rows)
        found = are_in_doubt(some, options)
        for row in np.flatnonzero(~found & some.readers.are([""])).tolist():
            found[row] = says_adobe_rgb(os.fsdecode(some.locations[row]))
        return found

    def as_before(self, workspace: Workspace, options: ReadingOptions) -> Bools:
        """For each file found whether it is as the collection knows it, and need not be read."""
        problems = np.array([file.problem is not None for file in self.found], dtype=np.bool_)
        same = ~problems & (self.rows >= 0)
        if not same.any():
            return same
        places = np.flatnonzero(same)
        rows, known = self.rows[places], self.known
        sizes = np.array([self.found[at].bytes for at in places.tolist()], dtype=np.int64)
        dates = np.array([self.found[at].mtime_ns for at in places.tolist()], dtype=np.int64)
        fits = (known.bytes[rows] == sizes) & (known.mtime_ns[rows] == dates)
        fits &= ~known.may_heal[rows]
        has_id = known.has_id[rows]
        pictured = workspace.thumbs.among(ImageSet(known.ids[rows[has_id]]))
        fits &= np.where(
            has_id, pictured.rows_in(known.ids[rows]) >= 0, ~known.problems.are([None])[rows]
        )
        fits[fits] = ~self.are_to_read(rows[fits], options)
        same[places] = fits
        return same

    def without_reading(self, is_same: Bools) -> list[ImageFile]:
        """New rows of files that need not be read: what changed is that they are there, or gone."""
        known = self.known
        rows = self.rows[is_same]
        stale = known.missing[rows] & known.has_id[rows] | known.readers.are([""])[rows]
        now = known.take(rows[stale])
        kept = Coded(now.readers.codes, tuple(one or AS_ALWAYS for one in now.readers.values))
        changed = list(now.changed(missing=now.missing & ~now.has_id, readers=kept))
        for at, file in enumerate(self.found):
            if file.problem is not None:
                changed += self._refused(file, int(self.rows[at]))
        return changed

    def _refused(self, file: FoundFiles, row: int) -> list[ImageFile]:
        """The row of a file that is not opened, where it is another one than before."""
        before = self.known[row] if row >= 0 else None
        now = ImageFile(file.location, file.root, problem=file.problem, reader=AS_ALWAYS)
        if file.is_gone and before is not None and before.id is not None:
            if before.missing:
                return []
            return list(self.known.take(np.array([row])).changed(missing=np.ones(1, np.bool_)))
        return [] if now == before else [now]


def left_over(
    known: FileColumns, seen: Ints, here: ImageSet, roots: Iterable[str]
) -> tuple[FileColumns, list[str]]:
    """Known files that a scan did not come across: those now missing, and those to drop.

    A file that moved is dropped, its image is at the new place; one that vanished is missing.

    Args:
        known: The files of the collection.
        seen: Rows of the files that were found.
        here: The images of the files that are there.
        roots: What was scanned.
    """
    unseen = np.ones(len(known), dtype=np.bool_)
    unseen[seen] = False
    in_scope = unseen & (known.roots.are(roots) | known.within(roots))
    elsewhere = unseen & known.has_id & (here.rows_in(known.ids) >= 0)
    stays = in_scope & known.decode & ~elsewhere
    gone = in_scope & ~stays
    for row in np.flatnonzero(elsewhere & ~in_scope).tolist():
        gone[row] = not os.path.lexists(os.fsdecode(known.locations[row]))
    vanished = known.chosen(stays & ~known.missing)
    vanished = vanished.changed(missing=np.ones(len(vanished), dtype=np.bool_))
    dropped = (os.fsdecode(known.locations[row]) for row in np.flatnonzero(gone).tolist())
    return vanished, list(dropped)
