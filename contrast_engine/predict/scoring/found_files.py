"""The files to score: of folders, archives and tables of paths, each under one name."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from contrast_engine.errors import CollectionError
from contrast_engine.predict.inputs import Item
from contrast_engine.store.collection import shown
from contrast_engine.store.scored_rows import FileKey
from contrast_engine.store.sources import FoundFiles, root_of, search


@dataclass(frozen=True, slots=True)
class FileToScore:
    """One file to score, or why it cannot be.

    Args:
        key: Its name, its size and when it was changed; of a file in an archive, when the archive
            was.
        location: Where it can be read now.
        problem: Why it is not even opened.
    """

    key: FileKey
    location: str
    problem: str | None

    @property
    def item(self) -> Item:
        """The file, under its name."""
        return self.key.path, Path(self.location)


class FilesToScore:
    """Every file under some paths, found once; a path that names nothing is one problem more.

    Args:
        paths: Folders, images, archives, and tables of paths or of images, as `contrast scan`
            takes them.
        imports: Where archives and images in tables are unpacked.
        heartbeat: Called now and then with a word on what is being done; may raise.
        in_full: Call files by their full paths also where they were named otherwise.

    Attributes:
        ignored: Files passed over because they are no images.
        notes: How tables were read.

    Raises:
        WorkspaceError: The disk has no room for what an archive or a table holds.
    """

    def __init__(
        self,
        paths: Sequence[str | Path],
        imports: Path,
        heartbeat: Callable[[str], None],
        *,
        in_full: bool = False,
    ) -> None:
        self._imports = os.path.join(os.path.realpath(imports), "")  # noqa: PTH118 - ends in a /
        self._named: dict[str, str] = {}
        self._changed: dict[str, int] = {}
        found: dict[str, FoundFiles] = {}
        self.ignored: list[str] = []
        self.notes: list[str] = []
        for path in paths:
            text = shown(Path(path).expanduser().absolute() if in_full else path)
            try:
                root = root_of(path)
            except CollectionError as error:
                found.setdefault(text, FoundFiles(text, text, problem=str(error)))
                continue
            self._named.setdefault(root, text)
            # one broken table of several is one problem more, and keeps no other file from its row
            here = search((root,), Path(self._imports), heartbeat, is_again=True)
            for place, file in here.files.items():
                found.setdefault(place, file)
            self.ignored += here.ignored
            self.notes += here.notes
        self._found = tuple(found.values())

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[FileToScore]:
        return map(self._file, self._found)

    def _file(self, file: FoundFiles) -> FileToScore:
        place, modified = file.location, file.mtime_ns
        if place.startswith(self._imports):
            inside = place[len(self._imports) :].partition("/")[2]
            place, modified = f"{file.root}/{inside}", self._of_archive(file.root)
        elif place in self._named:
            place = self._named[place]
        return FileToScore(FileKey(shown(place), file.bytes, modified), file.location, file.problem)

    def _of_archive(self, root: str) -> int:
        if root not in self._changed:
            self._changed[root] = Path(root).stat().st_mtime_ns
        return self._changed[root]
