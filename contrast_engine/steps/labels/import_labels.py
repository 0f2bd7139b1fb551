"""import_labels: labels from elsewhere, looked at first, then taken into the log as one."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from contrast_engine.errors import OptionError, UnknownName
from contrast_engine.imageset import ImageId
from contrast_engine.login import login_name
from contrast_engine.pace import paced
from contrast_engine.progress import SILENT, Progress, in_parts
from contrast_engine.steps.labels.already_there import left_to_add
from contrast_engine.steps.labels.brought_scale import brought_scale
from contrast_engine.steps.labels.named_images import NamedImages, said_of
from contrast_engine.store import Workspace
from contrast_engine.store.label_files import LabelFile, LabelRow, open_label_file
from contrast_engine.store.label_imports import NewAnnotation
from contrast_engine.store.label_types import label_name

ANNOTATIONS = ("label", "unsure", "taken away")
_TICK = 2_000


@dataclass(frozen=True)
class RowProblem:
    """A row that could not be used, and why."""

    row: str
    reason: str


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
    problems: tuple[RowProblem, ...]
    found_by_path: int
    found_by_end: int
    notes: tuple[str, ...]
    new: tuple[NewAnnotation, ...]
    digest: str
    since: int = 0
    seq: int | None = None
    scale: tuple[str, ...] = ()


def planned_import(
    workspace: Workspace,
    file: str | Path,
    *,
    who: str = "",
    label_column: str = "",
    name: str = "",
    on_disk: bool = True,
    progress: Progress = SILENT,
) -> PlannedLabels:
    """What an import of a file of labels would do; nothing is written.

    Args:
        workspace: Whose images are labelled.
        file: A table (.csv, .tsv, .parquet, .jsonl), or JSON of Label Studio, FiftyOne or COCO.
        who: Whose labels they are where the file does not say; without it the login.
        label_column: The column, or control of Label Studio, that holds the labels.
        name: What the file is called, where its own name is not it.
        on_disk: Whether its paths are looked up on the disk.
        progress: Told on the way.

    Raises:
        CollectionError: The file cannot be read, or is no file of labels.
    """
    about = _about_rows(Path(file).expanduser())
    progress = paced(progress, "import labels", about, "looking what is there")
    opened = open_label_file(Path(file).expanduser(), label_column)
    find = NamedImages(workspace, opened, on_disk=on_disk)
    called = name or opened.path.name
    plan = planned_rows(
        workspace,
        opened.rows(),
        find,
        who or login_name(),
        f"imported from {called}",
        progress,
        about=about,
    )
    return replace(
        plan, file=called, format=opened.format, read_as=opened.read_as,
        found_by_path=find.by_path, found_by_end=find.by_end,
        notes=(*_notes(opened, find), *plan.notes), digest=_digest(opened.path),
    )  # fmt: skip


def planned_rows(
    workspace: Workspace,
    rows: Iterable[LabelRow],
    find: "NamedImages | Finder",
    who: str,
    why: str,
    progress: Progress = SILENT,
    *,
    about: int = 0,
) -> PlannedLabels:
    """What rows of labels would add to the log.

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
    counts: Counter[str] = Counter()
    problems: list[RowProblem] = []
    used: list[tuple[LabelRow, ImageId]] = []
    no_time: list[str] = []
    for number, row in enumerate(rows, 1):
        counts["rows"] += 1
        if number % _TICK == 0:
            reading.tick(number, max(number, about), f"{number:,} rows read")
        if row.problem is None and row.kind not in ANNOTATIONS:
            counts[row.kind] += 1
            continue
        try:
            if row.problem is not None:
                raise OptionError(row.problem)
            used.append((row, find(row.names)))
        except (OptionError, UnknownName) as error:
            problems.append(RowProblem(row.row, str(error)))
            continue
        if row.time_not_read:
            no_time.append(row.time_not_read)
    comparing.tick(0, counts["rows"], "comparing with what was said before")
    ordered, since = _in_order(used), workspace.labels.version()
    added = left_to_add(workspace.labels.annotations(), ordered, who)
    for row, _ in added:
        counts[row.kind] += 1
    new = tuple(_annotation(row, image, who, why) for row, image in added)
    comparing.tick(counts["rows"], counts["rows"], "compared")
    plan = _plan(workspace, new, counts, problems, no_time, len(used))
    scale, notes = brought_scale(workspace, (row for row, _ in used))
    return replace(plan, since=since, scale=scale, notes=(*plan.notes, *notes))


class Finder:
    """Finds the image of a row whose first name is the id of an image that is known."""

    def __call__(self, names: Sequence[str]) -> ImageId:
        """The image."""
        return ImageId(names[0])


def _about_rows(file: Path) -> int:
    """The lines of a file of text, which are its rows or more; 0 of one that is no text."""
    if file.suffix.lower() not in {".csv", ".tsv", ".txt", ".jsonl"} or not file.is_file():
        return 0
    with file.open("rb") as opened:
        return sum(block.count(b"\n") for block in iter(lambda: opened.read(1 << 20), b""))


def take_labels(
    workspace: Workspace, plan: PlannedLabels, *, who: str = "", progress: Progress = SILENT
) -> PlannedLabels:
    """The plan with the number of its import, once all of it is in the log.

    Args:
        workspace: Whose log.
        plan: What was planned; where it adds nothing, nothing is written.
        who: Who imports it; without it the login.
        progress: Told before and after writing.

    Raises:
        WorkspaceError: It could not be written, or was taken since; nothing has changed.
    """
    progress = paced(progress, "take labels", len(plan.new), "writing the labels")
    if not plan.new:
        return plan
    body = {
        "file": plan.file, "format": plan.format, "digest": plan.digest,
        "annotations": len(plan.new), "images": plan.images,
    }  # fmt: skip
    has_labels = bool(workspace.labels.label_set().labels)
    progress.tick(0, len(plan.new), "writing the labels")
    seq = workspace.labels.take(plan.new, who or login_name(), body, since=plan.since)
    progress.tick(len(plan.new), len(plan.new), "written")
    if plan.scale and not has_labels:
        workspace.labels.define(plan.scale, is_ordered=True, who=who or login_name())
    return replace(plan, seq=seq)


def take_back_import(workspace: Workspace, seq: int | None = None, *, who: str = "") -> int:
    """How many annotations of an import counted, and count no more now.

    Args:
        workspace: Whose log.
        seq: The number of the import; without it the last one that counts.
        who: Who takes it back; without it the login.

    Raises:
        UnknownName: There is none, or it was taken back already.
    """
    if seq is None:
        known = [one.seq for one in workspace.labels.imports() if not one.is_undone]
        if not known:
            raise UnknownName("no import of labels counts, so there is none to take back")
        seq = known[-1]
    return workspace.labels.take_back_import(seq, who or login_name())


def _in_order(used: list[tuple[LabelRow, ImageId]]) -> list[tuple[LabelRow, ImageId]]:
    """Rows as they were said: by their number in a log, else by their times where all have one."""
    if used and all(row.order is not None for row, _ in used):
        return sorted(used, key=lambda one: one[0].order or 0)
    if used and all(row.at for row, _ in used):
        return sorted(used, key=lambda one: one[0].at)
    return used


def _annotation(row: LabelRow, image: ImageId, who: str, why: str) -> NewAnnotation:
    order = row.order or 0
    is_undone = row.undone is not None and row.undone > order > 0
    return NewAnnotation(
        (image,),
        label_name(row.label) if row.kind == "label" else None,
        row.kind == "unsure",
        row.who or who,
        row.at,
        why if row.why is None else row.why,
        order,
        row.undone if is_undone else None,
    )


def _plan(
    workspace: Workspace,
    new: tuple[NewAnnotation, ...],
    counts: Counter[str],
    problems: list[RowProblem],
    no_time: list[str],
    used: int,
) -> PlannedLabels:
    given = [one for one in new if one.label is not None]
    counted = [one for one in given if one.undone is None]
    labels = Counter(one.label or "" for one in given)
    rows = ImportedRows(
        counts["rows"], counts["label"], counts["unsure"], counts["taken away"],
        counts["skipped"], counts["blank"], used - len(new), len(problems),
    )  # fmt: skip
    return PlannedLabels(
        "", "", "", rows, len({i for one in new for i in one.images}),
        len({i for one in counted for i in one.images}), dict(labels.most_common()),
        dict(Counter(one.who for one in new).most_common()),
        sum(one.undone is not None for one in new), tuple(problems), 0, 0,
        tuple(_warnings(workspace, new, labels, no_time)), new, "",
    )  # fmt: skip


def _warnings(
    workspace: Workspace, new: Sequence[NewAnnotation], labels: Iterable[str], no_time: list[str]
) -> Iterator[str]:
    """What somebody who imports labels should know before they count."""
    if no_time:
        times = "1 time" if len(no_time) == 1 else f"{len(no_time):,} times"
        yield (
            f"{times} cannot be read ({no_time[0][:40]!r}); those rows have the time of this import"
        )
    known = workspace.labels.label_set()
    further = [label for label in labels if label not in known.labels]
    if known.is_ordered and further:
        yield (
            f"the labels have an order, and {', '.join(sorted(further)[:6])} would stand at its "
            "end; define the labels anew (`contrast label define`) where that is wrong"
        )
    now = workspace.labels.current()
    newer = {
        image
        for one in new
        for image in one.images
        if one.at and one.undone is None and image in now and now[image].at > one.at
    }
    if newer:
        images = "1 image has" if len(newer) == 1 else f"{len(newer):,} images have"
        yield (
            f"{images} a label given later than the time in the file; in the log the import "
            "comes last, so it is the one that counts"
        )


def _notes(opened: LabelFile, find: NamedImages) -> list[str]:
    return [*opened.notes, *said_of(find)]


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=8)).hexdigest()
