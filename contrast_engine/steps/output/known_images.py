"""What the formats of other tools write: the images, their rows, their files, their neighbours."""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from contrast_engine.errors import (
    ModelError,
    NotEnoughData,
    OptionError,
    UnknownName,
    WorkspaceError,
)
from contrast_engine.imageset import ImageSet
from contrast_engine.progress import SILENT, Progress
from contrast_engine.steps.output.file_names import FileNames
from contrast_engine.steps.output.neighbours import Neighbours, neighbours
from contrast_engine.steps.output.table import Cell, Table
from contrast_engine.steps.structure.kept_neighbours import sharing
from contrast_engine.steps.structure.spaces import FEATURES, Space, space, space_of
from contrast_engine.store import Workspace
from contrast_engine.vectors import ImageId

WANTS = {
    "map": "no map is drawn yet: the places of images are blank",
    "label": "no image has a label yet: labels are blank",
    "model": "no model is trained yet: predicted labels are blank",
}
"""What may not be there yet, and what is said then."""

Row = dict[str, Cell]
T = TypeVar("T")


@dataclass(frozen=True)
class BestLabel:
    """What is known best of the label of an image.

    Args:
        label: The label.
        confidence: The probability where a model gave it; None where annotators did.
    """

    label: str
    confidence: float | None


def best_label(row: Row) -> BestLabel | None:
    """The label that annotators gave, else the predicted one; None without either."""
    if row["label"] is not None:
        return BestLabel(str(row["label"]), None)
    if row["predicted_label"] is None:
        return None
    probability = row["probability"]
    return BestLabel(
        str(row["predicted_label"]), None if probability is None else float(probability)
    )


@dataclass(frozen=True)
class Picture:
    """The file of an image, read and made sure to be that image.

    Args:
        row: What is known of it.
        name: A name that every system takes, which no other picture of this export has.
        data: The content of the file, as it is.
    """

    row: Row
    name: str
    data: bytes


@dataclass
class KnownImages:
    """The images of an export and what is known of them, and what could not be handed on.

    Args:
        workspace: Whose images they are.
        table: One row per image, sorted by path, the paths as they are to be written.
        relative_to: The folder that the paths are relative to; None for full paths.
        progress: Told how far it is.
        left_out: Why an image, or its picture, is not there; one sentence each.
        missing: How many images are not there at all.
        columns: The columns that the format wrote, where they are others than the table's.
        options: What the command that opens it needs beside what the format says.
        notes: What else the person should know of what was written.
    """

    workspace: Workspace
    table: Table
    relative_to: Path | None = None
    progress: Progress = SILENT
    left_out: list[str] = field(default_factory=list)
    missing: int = 0
    columns: tuple[str, ...] = ()
    options: str = ""
    notes: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.table.rows)

    @property
    def written(self) -> int:
        """How many images are in what was written."""
        return len(self) - self.missing

    @property
    def rows(self) -> Iterator[Row]:
        """One row per image by the names of the columns, None where nothing is known."""
        return (dict(zip(self.table.columns, row, strict=True)) for row in self.table.rows)

    @property
    def ids(self) -> tuple[ImageId, ...]:
        """The images in the order of the rows."""
        return tuple(ImageId(str(image)) for image in self.table.cells("id"))

    def id_of(self, row: Row) -> ImageId:
        """The image that a row is about."""
        return ImageId(str(row["id"]))

    @cached_property
    def classes(self) -> tuple[str, ...]:
        """Every label there is: those of the label set in its order, then what else was given."""
        columns = [self.table.cells(name) for name in ("label", "predicted_label")]
        used = {str(cell) for cells in columns for cell in cells if cell is not None}
        named = self.workspace.labels.label_set().labels
        return (*named, *sorted(used - set(named)))

    def leave_out(self, reason: str) -> None:
        """Remember that an image is not in what is written."""
        self.left_out.append(reason)
        self.missing += 1

    def counted(self, rows: Iterable[T]) -> Iterator[T]:
        """Rows, while it is told how far it is."""
        for done, row in enumerate(rows):
            self.progress.tick(done, len(self), "writing")
            yield row
        self.progress.tick(len(self), len(self), "writing")

    def pictures(
        self,
        refused: Callable[[str], str | None] = lambda name: None,
        *,
        by_stem: bool = False,
        is_apt: Callable[[str], bool] = lambda name: True,
    ) -> Iterator[Picture]:
        """The files of the images; what is gone or was changed is left out, with the reason.

        Args:
            refused: Why the tool does not read a file of this name; None where it does.
            by_stem: Whether the tool tells files apart by their names without the endings.
            is_apt: Whether a name may be used; where not, the file is named by its id.
        """
        names = FileNames(by_stem=by_stem, is_apt=is_apt)
        for row in self.counted(self.rows):
            image = self.id_of(row)
            facts = self.workspace.images.facts(image)
            name = names.of(image, facts.path, facts.format)
            reason = refused(name)
            if reason:
                self.leave_out(f"{facts.path}: {reason}")
                continue
            try:
                data = self.workspace.original_bytes(image)
            except WorkspaceError as error:
                self.leave_out(str(error))
                continue
            yield Picture(row, names.take(name), data)

    def neighbours(self, count: int) -> Neighbours | None:
        """The nearest images of each, in the space of the map in use, else in that of the features.

        None where nothing is measured.
        """
        where = self._space_of_map()
        if where is None:
            try:
                where = space(self.workspace, FEATURES)
            except NotEnoughData:
                return None
        with sharing(self.workspace, where.key, where.vectors):
            return neighbours(where.vectors, where.name, self.ids, count, self.progress)

    def _space_of_map(self) -> Space | None:
        """The space that the map in use was made from; None where it is not there any more."""
        key = self.workspace.current("maps")
        made_of = self.workspace.manifest(key).inputs if key else ()
        try:
            return space_of(self.workspace, made_of[0]) if made_of else None
        except (ModelError, UnknownName):
            return None


def base_folder(found: Table, folder: str | Path) -> Path:
    """A folder as it was named or, where a link leads there, as the paths of the images have it."""
    named = Path(folder).expanduser().absolute()
    is_named_so = any(Path(str(path)).is_relative_to(named) for path in found.cells("path"))
    return named if is_named_so else named.resolve()


def check_relative(found: Table, folder: Path) -> None:
    """Make sure that paths as seen from a folder lead to all images.

    Raises:
        OptionError: No path leads from there to the images.
    """
    if os.name != "nt":
        return  # there is one root, and from it leads a path everywhere
    try:
        for path in found.cells("path"):
            os.path.relpath(str(path), folder)
    except ValueError:  # another drive
        raise OptionError(f"no relative path leads from {folder} to the images") from None


def kept(workspace: Workspace, images: Iterable[ImageId]) -> ImageSet:
    """Those of some images that the collection still has."""
    try:
        wanted = ImageSet.of(images)
    except OptionError:  # what is no id is no image of it
        wanted = ImageSet.of([image for image in images if image in workspace.images])
    return wanted & workspace.images.images
