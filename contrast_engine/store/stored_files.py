"""The files of a collection on disk, as the last scan left them."""

from collections.abc import Iterable
from pathlib import Path

from contrast_engine.store.atomic_files import read_whole, stamp, write_bytes
from contrast_engine.store.file_columns import FileColumns
from contrast_engine.store.file_table import decode_files, encode_files
from contrast_engine.store.image_file import ImageFile
from contrast_engine.store.workspace_marker import read_mark


class StoredFiles:
    """The table of files of one workspace.

    Args:
        home: The folder of the workspace.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self._table = home / "images.parquet"

    @property
    def version(self) -> object:
        """What changes whenever the table does; None before there is one."""
        return stamp(self._table)

    def read(self) -> FileColumns:
        """All files, in the order of their locations.

        Raises:
            WorkspaceError: The table is damaged, or the folder of the collection is gone.
        """
        if stamp(self._table) is not None:
            return decode_files(read_whole(self._table), self._home)
        read_mark(self._home)  # no table yet; without its folder it is no collection
        return FileColumns.of(())

    def replace(self, files: Iterable[ImageFile]) -> None:
        """Put other files in the place of all.

        Raises:
            WorkspaceError: They could not be written; the table is as it was.
        """
        read_mark(self._home)  # a folder that was moved away is not begun anew
        write_bytes(self._table, encode_files(files, self._home))
