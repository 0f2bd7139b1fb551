"""What an import of labels would do: its rows by kind, what is new, and what cannot be used."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

from contrast_engine.store.label_log import Texts
from contrast_engine.store.new_annotations import NewAnnotations


@dataclass(frozen=True)
class RowProblem:
    """A row that could not be used, and why."""

    row: str
    reason: str


class RowProblems(Sequence[RowProblem]):
    """Rows that could not be used, in order; it behaves as a tuple, and holds bytes."""

    def __init__(self) -> None:
        self._rows, self._reasons = Texts(), Texts()

    def add(self, row: str, reason: str) -> None:
        """Put one more behind the others."""
        self._rows.add([row])
        self._reasons.add([reason])

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, at: int) -> RowProblem: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[RowProblem]: ...
    def __getitem__(self, at: int | slice) -> RowProblem | Sequence[RowProblem]:
        found = range(len(self))[at]
        if isinstance(found, range):
            return tuple(RowProblem(self._rows[row], self._reasons[row]) for row in found)
        return RowProblem(self._rows[found], self._reasons[found])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True)
class ImportedRows:
    """What becomes of the rows of a file; the others add up to `rows`.

    Args:
        rows: All of them.
        labels: Rows that give an image a label.
        unsure: Rows by which an annotator cannot tell.
        taken_away: Rows that take a label away.
        skipped: Rows an annotator passed over: they say nothing.
        blank: Rows without a label.
        already_there: Rows that the log holds already.
        problems: Rows that cannot be used.
    """

    rows: int = 0
    labels: int = 0
    unsure: int = 0
    taken_away: int = 0
    skipped: int = 0
    blank: int = 0
    already_there: int = 0
    problems: int = 0


@dataclass(frozen=True)
class PlannedLabels:
    """What an import of a file would do, or did.

    Args:
        file: The name of the file.
        format: What it is.
        read_as: How it was read.
        rows: What becomes of its rows.
        images: Images that are spoken of.
        labelled: Images that get a label.
        labels: How often each label is given.
        people: The names of the annotators, with how many annotations.
        undone: Annotations that come with their undoing.
        problems: Every row that cannot be used.
        found_by_path: Rows whose id is no image here, and whose path is one.
        found_by_end: Rows found by the end of their path.
        notes: Sentences on what is not as in the file.
        new: What is written.
        digest: The hash of the file.
        since: The version of the log that the rows were held against.
        seq: The number of the import, None while nothing was written.
        scale: Labels from low to high that become those of the workspace, which has none yet.
    """

    file: str
    format: str
    read_as: str
    rows: ImportedRows
    images: int
    labelled: int
    labels: dict[str, int]
    people: dict[str, int]
    undone: int
    problems: Sequence[RowProblem]
    found_by_path: int
    found_by_end: int
    notes: tuple[str, ...]
    new: NewAnnotations
    digest: str
    since: int = 0
    seq: int | None = None
    scale: tuple[str, ...] = ()
