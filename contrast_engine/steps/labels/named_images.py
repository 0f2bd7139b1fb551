"""Which image a file of labels means: by its id, its path, its content, or the end of its path."""

import heapq
import os
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from contrast_engine.arrays import Bools
from contrast_engine.errors import UnknownName
from contrast_engine.imageset import ImageId
from contrast_engine.steps.labels.path_ends import PathEnds, path_parts
from contrast_engine.store import ImageFile, Workspace, shown
from contrast_engine.store.file_columns import FileColumns
from contrast_engine.store.label_files import LabelFile
from contrast_engine.store.sources.finding import LARGEST_FILE
from contrast_engine.store.spellings import Located, composed, remote, spellings
from contrast_engine.store.tables.naming import ID, find_named


class NamedImages:
    """Finds the image that a row names, and counts by what.

    A file is known by its content, so that a copy is the same image. One that lies unchanged
    where the last scan saw it is not read again.

    Args:
        workspace: Whose images.
        file: The opened file of labels.
        on_disk: Whether files are looked at; not for what came through the browser, which could
            ask for any file of this computer. Then only what is known of the images counts.
    """

    def __init__(self, workspace: Workspace, file: LabelFile, *, on_disk: bool = True) -> None:
        self.by_path = 0
        self.by_end = 0
        self._images = workspace.images
        self._name = workspace.name
        self._file = file
        self._home = file.path.absolute().parent
        self._located = Located(self._home, file.codec) if on_disk else None
        self._ends: dict[bool, PathEnds] = {}
        self._two: dict[Sequence[ImageId], list[str]] = {}
        self._data: dict[str, str] | None = None

    def __call__(self, names: Sequence[str]) -> ImageId:
        """The image of a row.

        Raises:
            UnknownName: No image of the workspace is meant, or several may be.
        """
        image, at = find_named(names, self._find, by_id=self._file.is_by_id)
        self.by_path += at > 0 and bool(names[0].strip())
        return image

    def _find(self, text: str) -> ImageId:
        if ID.fullmatch(text):
            return self._images.find(text)
        scheme = remote(text)
        if scheme:
            raise UnknownName(
                f"{shown(text)} is not on this computer ({scheme}://); name the file, or the id"
            )
        found = self._at_place(text)
        if found is None:
            found = self._by_end(text)
        if found is None:
            raise UnknownName(
                f"{shown(text)} is no image of {self._name}; give its id or path, or scan it first"
            )
        return found

    def _at_place(self, text: str) -> ImageId | None:
        """The image of a path, None where it leads to none."""
        for place in self._places(text):
            known = self._known(place)
            if self._located is None or not os.path.isfile(place):  # noqa: PTH113 - long names
                if known is not None:
                    return self._files.id(known)
                continue
            if known is None:
                known = self._known(os.path.realpath(place))
            if known is not None and _is_unchanged(self._files[known]):
                return self._files.id(known)
            image = _content_id(place)
            if image in self._images:
                return image
            if self._file.names_are == "paths":
                raise UnknownName(
                    f"{shown(place)} is not in {self._name}; add it with `contrast scan` first"
                )
        return None

    def _places(self, text: str) -> Iterator[str]:
        if self._located is None:
            yield from spellings(text, self._file.codec)
        elif self._file.names_are == "stems":
            if place := self._beside().get(composed(text)):
                yield place
        else:
            yield self._located(os.path.expanduser(text))  # noqa: PTH111 - bytes that are no UTF-8
            yield text

    def _beside(self) -> dict[str, str]:
        """The files in the folder `data` beside a FiftyOne file, by their names without ending."""
        if self._data is None:
            home = self._home / "data"
            every = home.rglob("*") if home.is_dir() else ()
            self._data = {}
            for one in every:
                stem = one.relative_to(home).with_suffix("").as_posix()
                self._data.setdefault(composed(stem), str(one))
        return self._data

    def _by_end(self, text: str) -> ImageId | None:
        """The image whose path ends as a relative one; of other tools, as much as is alike.

        Raises:
            UnknownName: Several images end so.
        """
        is_strict = self._file.names_are == "paths"
        for way in spellings(text, self._file.codec):
            parts = path_parts(way)
            if not parts or (is_strict and os.path.isabs(way)):  # noqa: PTH117 - text
                continue
            for is_stem in (True, False) if self._file.names_are == "stems" else (False,):
                found = self._known_ends(is_stem)(parts, len(parts) if is_strict else 1)
                if len(found) > 1:
                    raise UnknownName(f"{shown(text)} may be {self._some_of(found)}")
                if found:
                    self.by_end += 1
                    return found[0]
        return None

    def _some_of(self, found: Sequence[ImageId]) -> str:
        """Two of several images by their paths, worked out once for all rows that mean them."""
        if found not in self._two:
            paths = (shown(self._images.path(image)) for image in found)
            self._two[found] = heapq.nsmallest(2, paths)
        one, other = self._two[found]
        others = f" and {len(found) - 2} more" if len(found) > 2 else ""
        return f"{one} or {other}{others}; name the path or the id"

    @property
    def _files(self) -> FileColumns:
        return self._images.files

    @cached_property
    def _is_ours(self) -> Bools:
        """For each file whether it holds an image that can be used."""
        has_image = self._images.images.rows_in(self._files.ids) >= 0
        return np.asarray(self._files.decode & has_image)

    @cached_property
    def _locations(self) -> list[bytes]:
        return list(self._files.locations)

    @cached_property
    def _by_shown(self) -> dict[str, int]:
        """The rows of files whose names are no UTF-8, by their paths as they are shown."""
        rows = self._files.locations.not_ascii.tolist()
        return {self._files[row].path: row for row in rows if self._is_ours[row]}

    def _known(self, place: str) -> int | None:
        """The row of the file at a place, None where no image of the workspace lies there."""
        try:
            wanted = os.fsencode(place)
        except UnicodeError:
            return self._by_shown.get(place)
        row = bisect_left(self._locations, wanted)
        is_there = row < len(self._locations) and self._locations[row] == wanted
        return row if is_there and self._is_ours[row] else self._by_shown.get(place)

    def _known_ends(self, is_stem: bool) -> PathEnds:
        if is_stem not in self._ends:
            rows = np.flatnonzero(self._is_ours)
            places = self._files.locations.take(rows)
            paths = (place.decode("utf-8", "backslashreplace") for place in places)
            self._ends[is_stem] = PathEnds(paths, self._files.ids[rows], is_stem=is_stem)
        return self._ends[is_stem]


def said_of(counts: NamedImages) -> list[str]:
    """Sentences on how images were found where it was not by id or path."""
    found = Counter(end=counts.by_end)
    if not found["end"]:
        return []
    rows = "row" if counts.by_end == 1 else "rows"
    return [f"{counts.by_end:,} {rows} found by the end of their path: the place is another one"]


def _is_unchanged(file: ImageFile) -> bool:
    try:
        status = Path(file.location).stat()
    except (OSError, ValueError):
        return False
    return (status.st_size, status.st_mtime_ns) == (file.bytes, file.mtime_ns)


def _content_id(place: str) -> ImageId | None:
    from contrast_engine.images import content_id

    try:
        path = Path(place)
        return content_id(path.read_bytes()) if path.stat().st_size <= LARGEST_FILE else None
    except OSError:
        return None
