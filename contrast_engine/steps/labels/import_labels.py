"""import_labels: labels from elsewhere, looked at first, then taken into the log as one."""

import hashlib
from dataclasses import replace
from pathlib import Path

from contrast_engine.errors import UnknownName
from contrast_engine.login import login_name
from contrast_engine.pace import paced
from contrast_engine.progress import SILENT, Progress
from contrast_engine.steps.labels.import_plan import ImportedRows as ImportedRows
from contrast_engine.steps.labels.import_plan import PlannedLabels as PlannedLabels
from contrast_engine.steps.labels.import_plan import RowProblem as RowProblem
from contrast_engine.steps.labels.named_images import NamedImages, said_of
from contrast_engine.steps.labels.planned_rows import planned_rows
from contrast_engine.store import Workspace
from contrast_engine.store.label_files import LabelFile, open_label_file


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
        workspace, opened.rows(), find, who or login_name(), f"imported from {called}", progress,
        about=about,
    )  # fmt: skip
    return replace(
        plan, file=called, format=opened.format, read_as=opened.read_as,
        found_by_path=find.by_path, found_by_end=find.by_end,
        notes=(*_notes(opened, find), *plan.notes), digest=_digest(opened.path),
    )  # fmt: skip


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
    if not len(plan.new):
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


def _notes(opened: LabelFile, find: NamedImages) -> list[str]:
    return [*opened.notes, *said_of(find)]


def _about_rows(file: Path) -> int:
    """The lines of a file of text, which are its rows or more; 0 of one that is no text."""
    if file.suffix.lower() not in {".csv", ".tsv", ".txt", ".jsonl"} or not file.is_file():
        return 0
    with file.open("rb") as opened:
        return sum(block.count(b"\n") for block in iter(lambda: opened.read(1 << 20), b""))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=8)).hexdigest()
