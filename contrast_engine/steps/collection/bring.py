"""Bring: images measured elsewhere join the collection with all that was measured of them."""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from contrast_engine.errors import CollectionError
from contrast_engine.features import FEATURE_VERSION, feature_names
from contrast_engine.images import ReadingOptions, content_id
from contrast_engine.pace import paced
from contrast_engine.progress import SILENT, Progress, in_parts
from contrast_engine.steps.collection.gather import placed_too
from contrast_engine.steps.collection.measure import keep_table
from contrast_engine.steps.collection.measured_rows import STEP, MeasuredRows, measured_rows
from contrast_engine.steps.collection.training_copies import USUAL_SIZE
from contrast_engine.steps.parallel import side_by_side
from contrast_engine.store import ImageFile, Problem, Workspace, shown
from contrast_engine.store.atomic_files import json_text
from contrast_engine.store.collection import file_name
from contrast_engine.store.image_lookup import keep_image_lookup
from contrast_engine.store.measured_parts import MeasuredFile, part_files, read_part
from contrast_engine.store.part_plan import PartInput, places
from contrast_engine.vectors import ImageId

if TYPE_CHECKING:
    from contrast_engine.steps.structure.place import PlaceReport

_GONE = (
    "is not there, or not reachable from here; its features and its thumbnail are kept, and "
    "scanning the folder where it lies here finds it again"
)
_CHANGED = "was changed since it was measured; scan its folder to take it in as it is now"


@dataclass(frozen=True)
class BringReport:
    """What came home.

    Args:
        images: Images in the collection now.
        added: Images new to the collection.
        known: Images of the parts that were in it.
        parts: Parts that were read.
        skipped: Parts that are half-written, damaged or something else, and why.
        missing: Images brought without their files, which cannot be reached from here.
        problems: Files of the parts that cannot be used or reached, and why.
        reading: Words on the reading options that the collection took over; "" for none.
        placed: What was placed where; None where nothing was asked to be, or nothing is in use.
    """

    images: int
    added: int
    known: int
    parts: int
    skipped: tuple[Problem, ...]
    missing: int
    problems: tuple[Problem, ...]
    reading: str = ""
    placed: "PlaceReport | None" = None


def bring(
    workspace: Workspace,
    place: str | Path,
    *,
    workers: int | None = None,
    place_new: bool = False,
    who: str = "",
    progress: Progress = SILENT,
) -> BringReport:
    """Take the images of parts that were measured elsewhere into a collection.

    Nothing is decoded. A file that lies where the part says joins with its features, thumbnail and
    training copy, if its content is the one that was measured. One that cannot be reached joins as
    a missing image: it counts in every map and model, and is found again by a later scan. What is
    known already is left as it is, so the same parts may be brought twice.

    Args:
        workspace: Where they go.
        place: A folder of parts, or one part.
        workers: Files compared at a time; as many as there are cores by default.
        place_new: Whether new images are placed in the map, the clusters and the predictions in
            use, where they are at most a fifth of their images.
        who: Who asks for that; without it the name that is logged in.
        progress: Told after every part.

    Raises:
        CollectionError: There are no parts, none of them can be read, or they were measured by
            another version or with other reading options.
        WorkspaceError: Somebody else is scanning or measuring, or the disk is full.
    """
    progress = paced(progress, "bring", workspace, "looking what is there")
    folder = Path(place).expanduser().absolute()
    first, second, third = in_parts(progress, 10, 85, 5 * place_new)
    whole, skipped, reading = _looked_through(part_files(folder), first)
    words = _same_reading(workspace, reading)
    planned = places(folder)
    with workspace.lock("measure"), measured_rows(workspace) as rows:
        with workspace.lock("scan"):
            before = frozenset(workspace.images.ids)
            arrival = _Arrival(workspace, rows, planned)
            for number, part in enumerate(whole):
                second.tick(number, len(whole), "bringing parts home")
                arrival.take(_rows(part), workers)
            arrival.save()
        keep_table(workspace, rows)
    keep_image_lookup(workspace)
    placed = placed_too(workspace, who, third) if place_new else None
    after = workspace.images
    brought = arrival.images & set(after.ids)
    return BringReport(
        images=len(after),
        added=len(brought - before),
        known=len(brought & before),
        parts=len(whole),
        skipped=skipped,
        missing=len(brought & after.missing),
        problems=arrival.problems,
        reading=words,
        placed=placed,
    )


def _rows(part: Path) -> Iterator[MeasuredFile]:
    return read_part(part, feature_names(), USUAL_SIZE)


def _looked_through(
    files: Sequence[Path], progress: Progress
) -> tuple[list[Path], tuple[Problem, ...], str]:
    """The parts that are whole, those that are not, and how the files of all of them were read."""
    whole: list[Path] = []
    skipped: list[Problem] = []
    readings: dict[str, Path] = {}
    for number, file in enumerate(files):
        progress.tick(number, len(files), "looking through the parts")
        try:
            for row in _rows(file):
                if row.feature_version != FEATURE_VERSION:
                    raise _RefusedError(
                        f"{shown(file)} holds features of version {row.feature_version}, this "
                        f"program measures version {FEATURE_VERSION}; measure its files again"
                    )
                readings.setdefault(row.reading, file)
        except _RefusedError:
            raise
        except CollectionError as error:
            skipped.append(Problem(shown(file), str(error)))
        else:
            whole.append(file)
    if not whole:
        raise CollectionError(f"no part can be used: {skipped[0].path}: {skipped[0].reason}")
    if len(readings) > 1:
        first, second, *_ = map(shown, readings.values())
        raise _RefusedError(
            f"{first} and {second} were measured with different reading options; bring them into "
            "workspaces of their own, or measure one of them again"
        )
    return whole, tuple(skipped), next(iter(readings), "{}")


def _same_reading(workspace: Workspace, reading: str) -> str:
    """Make sure that the collection reads files as they were; an empty one begins to, in words."""
    now = workspace.reading_options
    try:
        options = ReadingOptions.of(_mapping(reading))
    except (CollectionError, TypeError, ValueError) as error:
        raise _RefusedError(f"the reading options of the parts are no options: {error}") from error
    if json_text(options.as_json()) == json_text(now.as_json()):
        return ""
    if workspace.images.files:
        raise _RefusedError(
            f"the parts were measured with other reading options ({options.words()}) than "
            f"{workspace.name} has ({now.words()}); choose the same for both and measure again"
        )
    workspace.choose_reading_options(options)
    return options.words()


def _mapping(reading: str) -> dict[str, object]:
    found = json.loads(reading)
    if not isinstance(found, dict):
        raise ValueError(f"{reading[:80]!r}")
    return found


class _RefusedError(CollectionError):
    """None of it is brought: it would not be comparable with the collection."""


@dataclass
class _Arrival:
    """What comes in, part by part, until the table of files is written.

    Args:
        workspace: Where it goes.
        rows: Where features and training copies go.
        planned: The files of the run by their paths as text, where its plan is there.
        images: Images that came.
    """

    workspace: Workspace
    rows: MeasuredRows
    planned: dict[str, PartInput]
    images: set[ImageId] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._known = {file.location: file for file in self.workspace.every_file()}
        self._here = {f.id for f in self._known.values() if f.id and not f.missing}
        self._pictured = self.workspace.thumbs.ids()
        self._new: dict[str, ImageFile] = {}
        self._refused: dict[ImageId, str] = {}
        self._fine: set[str] = set()
        self._problems: dict[str, str] = {}

    def take(self, measured: Iterator[MeasuredFile], workers: int | None) -> None:
        """Take in the rows of one part."""
        thumbnails: list[tuple[ImageId, bytes]] = []
        for row, found in side_by_side(self._found, measured, workers):
            file, why = found
            if why is None:
                self._fine.add(row.path)
            else:
                self._problems.setdefault(row.path, why)
            if file is None or self._is_stale(file):
                continue
            if not self._is_known(file):
                self._new[file.location] = file
            if file.id is None:
                continue
            self.images.add(file.id)
            if not file.missing:
                self._here.add(file.id)
            if row.thumbnail is not None and file.id not in self._pictured:
                thumbnails.append((file.id, row.thumbnail))
            if row.features is not None and row.copy is not None:
                self.rows.add(file.id, (row.features, row.copy), row.reader)
            elif row.problem is not None:
                self._refused[file.id] = row.problem
        self.workspace.thumbs.put(thumbnails)

    def save(self) -> None:
        """Keep what came: first the features, then the files they belong to."""
        self.rows.flush()
        roots = sorted({one.root for one in self.planned.values()})
        self.workspace.add_roots(roots)
        self.workspace.removals.come_back(roots)
        files = [
            file for file in self._new.values() if not (file.missing and file.id in self._here)
        ]
        known = self._known | {file.location: file for file in files}
        if set(known.values()) != set(self._known.values()):
            self.workspace.save_files(known.values())
        self.workspace.refuse(STEP, self._refused)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The files that cannot be used or reached; one that was measured anew can."""
        told = self._problems.items()
        return tuple(Problem(path, why) for path, why in sorted(told) if path not in self._fine)

    def _is_known(self, file: ImageFile) -> bool:
        """True if the table says the same already, whatever it was asked for by."""
        known = self._known.get(file.location)
        return known is not None and replace(known, root=file.root) == file

    def _is_stale(self, file: ImageFile) -> bool:
        """True if the place is known to hold a file that says more than this row of a part."""
        known = self._new.get(file.location) or self._known.get(file.location)
        if known is None or known.missing:
            return False
        return file.missing or (file.id is None and known.id is not None)

    def _found(self, row: MeasuredFile) -> tuple[ImageFile | None, str | None]:
        """The file of a row as it lies here, None where it says nothing; and what is wrong."""
        planned = self.planned.get(row.path)
        location = planned.location if planned else _location(row.path)
        root = planned.root if planned else location
        file = ImageFile(
            location,
            root,
            id=row.content if row.thumbnail is not None else None,
            bytes=row.bytes or 0,
            width=row.width,
            height=row.height,
            format=row.format,
            notes=row.notes,
            reader=row.reader,
        )
        try:
            status = Path(location).stat()
        except (OSError, ValueError):
            if file.id is None:
                return None, row.problem
            return replace(file, missing=True), f"{file_name(row.path)} {_GONE}"
        file = replace(file, mtime_ns=status.st_mtime_ns)
        if row.bytes is None:  # nobody could open it there; scanning tries to open it here
            return None, row.problem
        if not _is_the_same(Path(location), status, row):
            return None, f"{file_name(row.path)} {_CHANGED}"
        if file.id is not None:
            return file, row.problem
        return replace(file, problem=row.problem, may_heal=_may_heal(row)), row.problem


def _is_the_same(path: Path, status: os.stat_result, row: MeasuredFile) -> bool:
    """True if a file is what was measured: by size and date as a scan has it, or by content."""
    if status.st_size != row.bytes:
        return False
    if status.st_mtime_ns == row.mtime_ns:
        return True
    try:
        return content_id(path.read_bytes()) == row.content
    except OSError:
        return False


def _location(path: str) -> str:
    """Where a path of a part would lie here; the name of an object in a bucket lies nowhere."""
    parts = urlsplit(path) if "://" in path or path.startswith("file:") else None
    if parts is not None and parts.scheme == "file":
        path = unquote(parts.path)
    elif parts is not None:
        return f"/{path}"
    return os.path.abspath(path)  # noqa: PTH100 - links stay as they are named


def _may_heal(row: MeasuredFile) -> bool:
    return "pip install" in (row.problem or "")
