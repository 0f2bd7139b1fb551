"""Selections on their way out: a table of some images, or an archive of their files."""

import io
import zipfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from contrast_engine.errors import NotEnoughData, OptionError, WorkspaceError
from contrast_engine.imageset import ImageIds, ImageSet
from contrast_engine.pace import paced
from contrast_engine.progress import SILENT, Progress
from contrast_engine.several import several
from contrast_engine.steps.output.encoding import csv_bytes, csv_pieces, parquet_pieces
from contrast_engine.steps.output.export import ExportReport
from contrast_engine.steps.output.file_names import LONGEST_NAME as LONGEST_NAME
from contrast_engine.steps.output.file_names import safe_name as safe_name
from contrast_engine.steps.output.known_images import kept
from contrast_engine.steps.output.table import Table, table
from contrast_engine.store import Workspace
from contrast_engine.store.atomic_files import write_chunks
from contrast_engine.store.collection import shown
from contrast_engine.store.leftovers import remove_leftovers
from contrast_engine.store.targets import checked_target
from contrast_engine.vectors import ImageId

TABLE, LEFT_OUT = "table.csv", "left-out.txt"

_ENCODERS = {".csv": csv_pieces, ".parquet": parquet_pieces}


def present(workspace: Workspace, ids: Iterable[ImageId]) -> ImageIds:
    """Those of some images that the collection still has, in its own order."""
    found = workspace.images.places(ImageSet.of(ids))
    return ImageIds(workspace.images.ids.numbers[np.sort(found[found >= 0])])


def selected_table(workspace: Workspace, ids: Collection[ImageId]) -> Table:
    """The rows of the exported table that are about these images."""
    return table(workspace, images=kept(workspace, ids))


def archive(
    workspace: Workspace, ids: Sequence[ImageId], progress: Progress = SILENT
) -> Iterator[bytes]:
    """A zip of the files of these images piece by piece, so that one is in memory at a time.

    It holds the files as they are and `table.csv`. Their own names are kept, made safe for every
    system; where two are the same, the id is put before it. Files that are gone or were changed
    are named with the reason in `left-out.txt`.
    """
    sink = _Sink()
    taken, left_out = {TABLE, LEFT_OUT}, []
    with zipfile.ZipFile(sink, "w") as packed:  # stored: photographs are compressed already
        packed.writestr(zipfile.ZipInfo(TABLE), csv_bytes(selected_table(workspace, ids)))
        for done, image in enumerate(ids):
            try:
                data = workspace.original_bytes(image)
            except WorkspaceError as error:
                left_out.append(str(error))
            else:
                packed.writestr(zipfile.ZipInfo(_unique(workspace, image, taken)), data)
                yield sink.taken()
            progress.tick(done + 1, len(ids), "packing")
        if left_out:
            packed.writestr(zipfile.ZipInfo(LEFT_OUT), "\n".join(left_out) + "\n")
    yield sink.taken()


def export_selection(
    workspace: Workspace,
    ids: Iterable[ImageId],
    path: str | Path,
    *,
    overwrite: bool = True,
    progress: Progress = SILENT,
) -> ExportReport:
    """Write some images as a .csv or .parquet table or a .zip of their files.

    The file appears whole or not at all.

    Args:
        workspace: The workspace.
        ids: The images.
        path: The file.
        overwrite: Whether a file that is there is replaced.
        progress: Told how far it is.

    Raises:
        NotEnoughData: The collection has none of the images any more.
        OptionError: The ending is another one, the folder is not there, or the file is there and
            is to stay.
        WorkspaceError: It could not be written.
    """
    progress = paced(progress, "export selection", workspace, "looking what is there")
    ids = several(ids, "ids")
    suffix = Path(path).suffix.lower()
    if suffix not in {*_ENCODERS, ".zip"}:
        raise OptionError(
            f"{shown(Path(path).name)} must end in .csv, .parquet or .zip: the ending decides"
            " the format"
        )
    target = checked_target(path, overwrite=overwrite, of=workspace)
    found = present(workspace, ids)
    if not found:
        raise NotEnoughData("the collection has none of these images any more; scan it again")
    rows = selected_table(workspace, found)
    remove_leftovers(target.parent)
    if suffix == ".zip":
        write_chunks(target, archive(workspace, found, progress))
    else:
        write_chunks(target, _ENCODERS[suffix](rows))
    return ExportReport(len(found), rows.columns, shown(target))


def _unique(workspace: Workspace, image: ImageId, taken: set[str]) -> str:
    name = safe_name(workspace.images.facts(image).path)
    if name.casefold() in taken:  # some systems do not tell upper from lower case
        name = f"{image} {name}"
    taken.add(name.casefold())
    return name


class _Sink(io.RawIOBase):
    """Holds what a zip writer writes until it is asked for; there is no way back in it."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, data: Any) -> int:
        """Hold one more piece."""
        self._written.append(bytes(data))
        return len(self._written[-1])

    def taken(self) -> bytes:
        """All that was written since the last time."""
        written, self._written = self._written, []
        return b"".join(written)
