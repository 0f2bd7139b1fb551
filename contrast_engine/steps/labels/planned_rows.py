"""planned_rows: what the rows of a file of labels would add to the log."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from contrast_engine.arrays import Ints
from contrast_engine.errors import OptionError, UnknownName
from contrast_engine.imageset import ImageId, ImageIds
from contrast_engine.progress import SILENT, Progress, in_parts
from contrast_engine.steps.labels.already_there import left_to_add
from contrast_engine.steps.labels.brought_scale import brought_scale
from contrast_engine.steps.labels.import_notes import import_notes
from contrast_engine.steps.labels.import_plan import ImportedRows, PlannedLabels, RowProblems
from contrast_engine.store import Workspace
from contrast_engine.store.label_files import LabelRow
from contrast_engine.store.label_types import label_name
from contrast_engine.store.new_annotations import NONE, NewAnnotations, Said

ANNOTATIONS = ("label", "unsure", "taken away")
_TICK = 2_000


class Finder:
    """Finds the image of a row whose first name is the id of an image that is known."""

    def __call__(self, names: Sequence[str]) -> ImageId:
        """The image."""
        return ImageId(names[0])


def planned_rows(
    workspace: Workspace,
    rows: Iterable[LabelRow],
    find: Callable[[Sequence[str]], ImageId],
    who: str,
    why: str,
    progress: Progress = SILENT,
    *,
    about: int = 0,
) -> PlannedLabels:
    """What rows of labels would add to the log; of no row an object is kept.

    Args:
        workspace: Whose log.
        rows: The rows in their order.
        find: From the names of a row to its image.
        who: Whose they are where a row does not say.
        why: The remark of a row without one.
        progress: Told on the way.
        about: How many rows there are, roughly; 0 where that is not known.
    """
    reading, comparing = in_parts(progress, 3, 1)
    read = _Read()
    for number, row in enumerate(rows, 1):
        if number % _TICK == 0:
            reading.tick(number, max(number, about), f"{number:,} rows read")
        read.take(row, find)
    comparing.tick(0, read.counts["rows"], "comparing with the labels that are there")
    since, seen = workspace.labels.version(), workspace.labels.seen_of()
    order = _in_order(read.used)
    left = left_to_add(workspace.labels.counted().log, read.used, order, who, only=seen)
    new = read.used.chosen(left, who, why)
    comparing.tick(read.counts["rows"], read.counts["rows"], "compared")
    scale, notes = brought_scale(workspace, read.scale)
    plan = _plan(workspace, new, read)
    return replace(plan, since=since, scale=scale, notes=(*plan.notes, *notes))


@dataclass
class _Read:
    """What was read of a file.

    Args:
        used: The rows that say something of an image.
        counts: How many rows there are, and how many that say nothing.
        problems: The rows that cannot be used.
        no_time: How many rows have a time that is none, and the first of these.
        scale: Labels from low to high, of the first row that has them.
    """

    used: NewAnnotations = field(default_factory=NewAnnotations)
    counts: Counter[str] = field(default_factory=Counter)
    problems: RowProblems = field(default_factory=RowProblems)
    no_time: tuple[int, str] = (0, "")
    scale: tuple[str, ...] = ()

    def take(self, row: LabelRow, find: Callable[[Sequence[str]], ImageId]) -> None:
        """Take in one more row."""
        self.counts["rows"] += 1
        if row.problem is None and row.kind not in ANNOTATIONS:
            self.counts[row.kind] += 1
            return
        try:
            if row.problem is not None:
                raise OptionError(row.problem)
            self.used.add(_said(row, find(row.names)))
        except (OptionError, UnknownName) as error:
            self.problems.add(row.row, str(error))
            return
        if row.time_not_read:
            count, first = self.no_time
            self.no_time = count + 1, first or row.time_not_read
        self.scale = self.scale or row.scale


def _said(row: LabelRow, image: ImageId) -> Said:
    return Said(
        image,
        label_name(row.label) if row.kind == "label" else None,
        row.kind == "unsure",
        row.who,
        row.at,
        row.why,
        NONE if row.order is None else row.order,
        NONE if row.undone is None else row.undone,
    )


def _in_order(used: NewAnnotations) -> Ints:
    """The rows as they were said: by their number in a log, else by their times if all have one."""
    if len(used) and (used.order != NONE).all():
        return np.argsort(used.order, kind="stable")
    times = used.times
    if len(used) and (times != b"").all():
        return np.argsort(times, kind="stable")
    return np.arange(len(used))


def _plan(workspace: Workspace, new: NewAnnotations, read: _Read) -> PlannedLabels:
    counts, is_given = read.counts, new.label != NONE
    counted = is_given & (new.undone == NONE)
    labels = _counted(new.label[is_given], new.labels.texts)
    kinds = int(is_given.sum()), int(new.is_unsure.sum())
    rows = ImportedRows(
        counts["rows"], *kinds, len(new) - sum(kinds), counts["skipped"], counts["blank"],
        len(read.used) - len(new), len(read.problems),
    )  # fmt: skip
    return PlannedLabels(
        "", "", "", rows, len(new.images.images),
        len(ImageIds(new.images.numbers[counted]).images), labels,
        _counted(new.who, new.people.texts), int((new.undone != NONE).sum()), read.problems, 0, 0,
        tuple(import_notes(workspace, new, labels, read.no_time)), new, "",
    )  # fmt: skip


def _counted(codes: Ints, texts: Sequence[str]) -> dict[str, int]:
    """How often each text comes, the most frequent first, then the one that came first."""
    found, first, counts = np.unique(codes, return_index=True, return_counts=True)
    order = np.lexsort((first, -counts))
    return {texts[found[at]]: int(counts[at]) for at in order.tolist()}
