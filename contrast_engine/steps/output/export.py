"""export: what is known of every image as a table, or as another tool reads it."""

import re
import shlex
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from contrast_engine.arrays import Json
from contrast_engine.errors import NotEnoughData, OptionError
from contrast_engine.pace import paced
from contrast_engine.progress import SILENT, Progress, in_parts
from contrast_engine.several import several
from contrast_engine.steps.collection.issues import why_no_issues
from contrast_engine.steps.output.columns import PART
from contrast_engine.steps.output.columns import relative_to as relative_path
from contrast_engine.steps.output.destination import checked_destination, written_whole
from contrast_engine.steps.output.encoding import csv_bytes as csv_bytes
from contrast_engine.steps.output.encoding import csv_pieces, parquet_pieces
from contrast_engine.steps.output.encoding import parquet_bytes as parquet_bytes
from contrast_engine.steps.output.exports import note_export, rests_on
from contrast_engine.steps.output.formats import Format, formats
from contrast_engine.steps.output.issue_summary import issue_summary
from contrast_engine.steps.output.known_images import (
    WANTS,
    KnownImages,
    base_folder,
    check_relative,
    kept,
)
from contrast_engine.steps.output.provenance import provenance
from contrast_engine.steps.output.table import Cell as Cell
from contrast_engine.steps.output.table import Table as Table
from contrast_engine.steps.output.table import table as table
from contrast_engine.store import Workspace
from contrast_engine.store.atomic_files import write_chunks
from contrast_engine.store.collection import shown
from contrast_engine.store.leftovers import remove_leftovers
from contrast_engine.store.targets import checked_target
from contrast_engine.vectors import ImageId

_PLAIN = re.compile(r"[^\"$`\\!\n\r]*")
"""Text that means itself between double quotation marks, in Python and in a shell."""

TABLES = (".csv", ".parquet")
"""Endings of files that are the table as it is."""


@dataclass(frozen=True)
class ExportReport:
    """What was written where.

    Args:
        rows: How many images are in it.
        columns: The columns of the table; empty where a format has none.
        path: The file or folder.
        format: The format that was asked for; "" for the table.
        images: How many images there were to write.
        left_out: Which images, or pictures, are not in it, and why.
        notes: What else there is to know: what is blank, and why.
        issue_summary: Where issues were asked for: each, how many images have it, its threshold.
        opened_by: What opens it in the tool; "" where that goes without saying.
    """

    rows: int
    columns: tuple[str, ...]
    path: str
    format: str = ""
    images: int = 0
    left_out: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    issue_summary: tuple[Json, ...] = ()
    opened_by: str = ""


def export(
    workspace: Workspace,
    path: str | Path,
    *,
    format: str = "",
    images: Iterable[ImageId] | None = None,
    relative_to: str | Path | None = None,
    with_issues: bool = False,
    overwrite: bool = True,
    progress: Progress = SILENT,
) -> ExportReport:
    """Write the table as CSV (UTF-8), Parquet or JSON Lines, or what another tool reads.

    It appears whole or not at all, and the same workspace gives the same bytes. Text is written as
    it is: a path that starts with "=" stays what it is. Pictures whose files are gone or were
    changed are left out and named.

    Args:
        workspace: The workspace.
        path: The file, or the folder or .zip of a format that writes one.
        format: Name of the format; without one the ending of the file decides.
        images: Only these; all without.
        relative_to: Write paths as seen from this folder, not in full.
        with_issues: Add columns for every contrast issue.
        overwrite: Whether what is there is replaced; the command and the app ask first.
        progress: Told how far it is.

    Raises:
        NotEnoughData: The collection has none of the images.
        OptionError: The ending does not fit, the folder is not there, or something is there and
            is to stay.
        PluginError: A format of another package failed; nothing is written.
        UnknownName: There is no such format.
        WorkspaceError: It could not be written.
    """
    progress = paced(progress, "export", workspace, "looking what is there")
    images = None if images is None else several(images, "images")
    name = format or _by_ending(path)
    kind = formats[name]() if name else None
    if kind is None:
        target = checked_target(path, overwrite=overwrite, of=workspace)
        if target.suffix.lower() not in TABLES:
            raise OptionError(f"{shown(target.name)} must end in {_endings()}; the ending decides "
                              "the format, or name one (--format)")  # fmt: skip
    else:
        target = checked_destination(path, kind.ending, overwrite=overwrite, of=workspace)
    gathering, writing = in_parts(progress, 1, 4)
    gathering.tick(0, 1, "gathering")
    before = rests_on(workspace)
    why = why_no_issues(workspace) if with_issues else ""
    known = known_images(
        workspace, images, relative_to=relative_to, with_issues=with_issues, progress=writing
    )
    if why:
        known.notes.append(f"flags and scores of issues are blank: {why}")
    about = provenance(workspace, with_issues=with_issues)
    if kind is None:
        writing.tick(0, len(known), "writing")
        remove_leftovers(target.parent)
        is_text = target.suffix.lower() == ".csv"
        pieces = csv_pieces(known.table) if is_text else parquet_pieces(known.table, about)
        write_chunks(target, _counted(pieces, writing, len(known)))
        writing.tick(len(known), len(known), "written")
    else:
        _write(kind, name, known, target, about)
    if images is None:
        note_export(workspace, len(known), before)
    opened_by = _opened_by(kind, known, target)
    return ExportReport(
        known.written, known.columns or known.table.columns, shown(target), name, len(known),
        tuple(known.left_out), tuple(known.notes), issue_summary(workspace) if with_issues else (),
        opened_by,
    )  # fmt: skip


def _opened_by(kind: Format | None, known: KnownImages, target: Path) -> str:
    """What opens it, with its path between marks that the shell, or Python, takes as they are.

    The tools read folders: a .zip is named as the folder that it is unpacked to.
    """
    if kind is None or not kind.opened_by:
        return ""
    is_packed = not kind.ending and target.suffix.lower() == ".zip"
    place = shown(target.with_suffix("") if is_packed else target)
    if is_packed:
        known.notes.append(f"unpack it into {place} first: the tool reads no .zip")
    is_python = "(" in kind.opened_by

    def quoted(found: re.Match[str]) -> str:
        path = f"{place}{found[1]}"
        if _PLAIN.fullmatch(path):
            return f'"{path}"'
        return repr(path) if is_python else shlex.quote(path)

    said = re.sub(r'"\{path\}([^"]*)"', quoted, kind.opened_by)
    return said.replace("{path}", place) + known.options


def known_images(
    workspace: Workspace,
    images: Iterable[ImageId] | None = None,
    *,
    relative_to: str | Path | None = None,
    with_issues: bool = False,
    progress: Progress = SILENT,
) -> KnownImages:
    """What an export is made of: the rows of all images, or of some.

    Raises:
        NotEnoughData: The collection has none of these images.
        OptionError: No relative path leads to them.
    """
    wanted = None if images is None else kept(workspace, images)
    if wanted is not None and not len(wanted):
        raise NotEnoughData("the collection has none of these images any more; scan it again")
    found = table(workspace, with_issues=with_issues, images=wanted)
    base = base_folder(found, relative_to) if relative_to is not None else None
    if base is not None:
        check_relative(found, base)
        found = table(workspace, with_issues=with_issues, images=wanted, seen=relative_path(base))
    return KnownImages(workspace, found, base, progress)


def handed_out(workspace: Workspace, suffix: str) -> bytes:
    """The table as the bytes of a "csv" or "parquet" file, for whoever downloads it."""
    before = rests_on(workspace)
    found = table(workspace)
    content = csv_bytes(found) if suffix == "csv" else parquet_bytes(found, provenance(workspace))
    note_export(workspace, len(found.rows), before)
    return content


def handed_out_as(workspace: Workspace, name: str) -> bytes:
    """A format as the bytes of its one file, or of a zip, for whoever downloads it."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"out{formats[name].ending or '.zip'}"
        export(workspace, target, format=name)
        return target.read_bytes()


def _write(
    kind: Format, name: str, known: KnownImages, target: Path, about: dict[str, str]
) -> None:
    """Write a format, and note what is blank and what a later scan would find."""
    said: Json = {"format": name, **about, "images": len(known), "left_out": known.left_out}
    for want in kind.wants:
        if not _is_there(known, want):
            known.notes.append(WANTS[want])
    is_zip = target.suffix.lower() == ".zip"
    is_folder = not kind.ending and not is_zip
    if is_zip and kind.opened_by:
        known.notes.append(f"{kind.title} reads a folder: unpack it first")
    if is_folder and any(target.is_relative_to(root) for root in known.workspace.roots):
        known.notes.append("it lies in a folder that was scanned: the next scan finds these copies")
    with written_whole(target, kind.ending, said) as to:
        with formats.running(name):
            kind.write(known, to)
        said |= {"written": known.written}


def _is_there(known: KnownImages, want: str) -> bool:
    column = {"map": "map_x", "model": "predicted_label"}.get(want, want)
    return any(cell is not None for cell in known.table.cells(column))


def _counted(pieces: Iterable[bytes], progress: Progress, rows: int) -> Iterator[bytes]:
    """The pieces of a file, while it is told how far it is."""
    for done, piece in enumerate(pieces):
        yield piece
        progress.tick(min(done * PART, rows), rows, "writing")


def _by_ending(path: str | Path) -> str:
    suffix = Path(path).suffix.lower()
    if suffix in TABLES:
        return ""
    fitting = (n for n, one in formats.items() if one.goes_by_ending and one.ending == suffix)
    return next(fitting, "")


def _endings() -> str:
    *all_but_last, last = *TABLES, *(o.ending for o in formats.values() if o.goes_by_ending)
    return f"{', '.join(all_but_last)} or {last}"
