"""Files that arrive in a folder: found once they are whole, and each scored once."""

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from contrast_engine.arrays import Json
from contrast_engine.errors import CollectionError, WorkspaceError
from contrast_engine.images import IMAGE_SUFFIXES
from contrast_engine.predict.prediction import Prediction
from contrast_engine.predict.scoring.found_files import FileToScore
from contrast_engine.store.atomic_files import flush_folder, json_text
from contrast_engine.store.collection import shown
from contrast_engine.store.disk_faults import reason
from contrast_engine.store.scored_rows import FileKey


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file as it was when it was looked at.

    Args:
        path: Where it is.
        bytes: Its size.
        mtime_ns: When it was last written, in nanoseconds.
    """

    path: str
    bytes: int
    mtime_ns: int

    @property
    def to_score(self) -> FileToScore:
        """The same, for the scoring."""
        key = FileKey(shown(self.path), self.bytes, self.mtime_ns)
        return FileToScore(key, self.path, None)


class Arrivals:
    """The image files below a folder, looked at again and again.

    A file is whole if its size and time are as they were at the look before; what is hidden, or
    has no ending of an image, is passed over: programs write under such names before they rename.

    Args:
        folder: Where files arrive.

    Raises:
        CollectionError: It is no folder.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder).expanduser()
        if not self.folder.is_dir():
            raise CollectionError(
                f"{self.folder} is not a folder; name the one that images come to"
            )
        self._before: frozenset[Arrival] = frozenset()

    def look(self) -> tuple[list[Arrival], int]:
        """The files that are whole, the oldest first, and how many are still being written.

        Raises:
            CollectionError: The folder is not there any more.
        """
        if not self.folder.is_dir():
            raise CollectionError(f"{self.folder} is not there any more")
        now = frozenset(self._files())
        whole = sorted(now & self._before, key=lambda one: (one.mtime_ns, one.path))
        coming = len(now) - len(whole)
        self._before = now
        return whole, coming

    def _files(self) -> Iterator[Arrival]:
        for folder, folders, names in os.walk(self.folder):
            folders[:] = [name for name in folders if not name.startswith(".")]
            for name in names:
                ending = os.path.splitext(name)[1].lower()  # noqa: PTH122 - a name, not a path
                if name.startswith(".") or ending not in IMAGE_SUFFIXES:
                    continue
                try:
                    path = Path(folder, name)
                    status = path.stat()
                except OSError:
                    continue  # gone again
                yield Arrival(str(path), status.st_size, status.st_mtime_ns)


class Answers:
    """Predictions of arrived files, one JSON object a line; the file says what was scored.

    A line is on the disk before the next files are scored. What a crash cut short at the end is
    cut off when the file is opened again, and its files are scored again.

    Args:
        path: The file, made if it is not there.

    Raises:
        WorkspaceError: It cannot be written, or holds something else.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path).expanduser()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._known = self._opened()
        except OSError as error:
            raise WorkspaceError(
                f"{self.path} could not be written: {reason(error, self.path)}"
            ) from error

    def __len__(self) -> int:
        return len(self._known)

    def knows(self, file: Arrival) -> bool:
        """Whether a file was scored as it is now."""
        return self._known.get(shown(file.path)) == (file.bytes, file.mtime_ns)

    def add(self, rows: Iterable[tuple[Arrival, Prediction]], model: str, at: str) -> None:
        """Write what was said of some files; it is on the disk when this returns.

        Raises:
            WorkspaceError: It could not be written.
        """
        rows = tuple(rows)
        text = "".join(f"{json_text(_line(file, said, model, at))}\n" for file, said in rows)
        try:
            with self.path.open("ab") as out:
                out.write(text.encode())
                out.flush()
                os.fsync(out.fileno())
        except OSError as error:
            raise WorkspaceError(
                f"{self.path} could not be written: {reason(error, self.path)}"
            ) from error
        self._known |= {shown(file.path): (file.bytes, file.mtime_ns) for file, _ in rows}

    def _opened(self) -> dict[str, tuple[int, int]]:
        known: dict[str, tuple[int, int]] = {}
        with self.path.open("a+b") as file:
            file.seek(0)
            whole = 0
            for line in file:
                if not line.endswith(b"\n"):
                    break
                row = self._read(line)
                known[str(row["path"])] = int(row["bytes"]), int(row["mtime_ns"])
                whole += len(line)
            file.truncate(whole)
        flush_folder(self.path.parent)
        return known

    def _read(self, line: bytes) -> Json:
        try:
            row = json.loads(line)
            if isinstance(row, dict) and {"path", "bytes", "mtime_ns"} <= set(row):
                return row
        except ValueError:
            pass
        raise WorkspaceError(
            f"{self.path} holds lines that are no answers of `contrast watch`; name another --out"
        )


def _line(file: Arrival, said: Prediction, model: str, at: str) -> Json:
    kept = asdict(said) | {"bytes": file.bytes, "mtime_ns": file.mtime_ns}
    return kept | {"path": shown(file.path), "model": model, "at": at}
