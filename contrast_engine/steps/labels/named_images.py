"""Which image a file of labels means: by its id, its path, its content, or the end of its path."""

import heapq
import os
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from pathlib import Path, PurePosixPath

from contrast_engine.errors import UnknownName
from contrast_engine.imageset import ImageId
from contrast_engine.store import ImageFile, Workspace, shown
from contrast_engine.store.label_files import LabelFile
from contrast_engine.store.sources.finding import LARGEST_FILE
from contrast_engine.store.spellings import Located, composed, remote, spellings
from contrast_engine.store.tables.naming import ID, find_named

Ends = list[tuple[tuple[str, ...], ImageId]]
"""Where images lie, in parts and backwards, sorted: those that end alike stand side by side."""


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
        self._known: dict[str, ImageFile] = {}
        for image, files in self._images.of.items():
            if image in self._images:
                self._known |= {one.path: one for one in files}
                self._known |= {one.location: one for one in files}
        self._ends: dict[bool, Ends] = {}
        self._ending_so: dict[tuple[bool, tuple[str, ...]], frozenset[ImageId]] = {}
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
            known = self._known.get(place)
            if self._located is None or not os.path.isfile(place):  # noqa: PTH113 - long names
                if known is not None:
                    return known.id
                continue
            if known is None:
                known = self._known.get(os.path.realpath(place))
            if known is not None and _is_unchanged(known):
                return known.id
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
            parts = _parts(way)
            if not parts or (is_strict and os.path.isabs(way)):  # noqa: PTH117 - text
                continue
            for is_stem in (True, False) if self._file.names_are == "stems" else (False,):
                found = self._ending(parts, is_strict, is_stem)
                if len(found) > 1:
                    one, other = heapq.nsmallest(2, (shown(self._images.path(i)) for i in found))
                    others = f" and {len(found) - 2} more" if len(found) > 2 else ""
                    raise UnknownName(
                        f"{shown(text)} may be {one} or {other}{others}; name the path or the id"
                    )
                if found:
                    self.by_end += 1
                    return next(iter(found))
        return None

    def _ending(self, parts: tuple[str, ...], is_strict: bool, is_stem: bool) -> Set[ImageId]:
        """The images whose paths have the longest end in common with a name."""
        ends = self._known_ends(is_stem)
        place = bisect_left(ends, parts, key=_first)
        most = max((_alike(known, parts) for known, _ in ends[max(place - 1, 0) : place + 1]),
                   default=0)  # fmt: skip
        if not most or (is_strict and most < len(parts)):
            return frozenset()
        end = parts[:most]
        if (is_stem, end) not in self._ending_so:
            low = bisect_left(ends, end, key=_first)
            high = bisect_right(ends, end, low, key=lambda one: one[0][:most])
            found = frozenset(image for _, image in ends[low:high])
            self._ending_so[is_stem, end] = found
        return self._ending_so[is_stem, end]

    def _known_ends(self, is_stem: bool) -> Ends:
        if is_stem not in self._ends:
            ends: Ends = []
            for location, file in self._known.items():
                if file.id is None or file.location != location:
                    continue
                parts = _parts(file.path)
                if parts and is_stem:
                    parts = (PurePosixPath(parts[0]).stem, *parts[1:])
                if parts:
                    ends.append((parts, file.id))
            self._ends[is_stem] = sorted(ends)
        return self._ends[is_stem]


def said_of(counts: NamedImages) -> list[str]:
    """Sentences on how images were found where it was not by id or path."""
    found = Counter(end=counts.by_end)
    if not found["end"]:
        return []
    rows = "row" if counts.by_end == 1 else "rows"
    return [f"{counts.by_end:,} {rows} found by the end of their path: the place is another one"]


def _parts(path: str) -> tuple[str, ...]:
    """The parts of a path, the last first."""
    return tuple(
        part for part in reversed(composed(path).replace("\\", "/").split("/"))
        if part not in {"", ".", ".."}
    )  # fmt: skip


def _first(one: tuple[tuple[str, ...], ImageId]) -> tuple[str, ...]:
    return one[0]


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


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
