"""Tables that list images: a column of paths, or a column that holds the images themselves."""

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from contrast_engine.errors import CollectionError
from contrast_engine.store.atomic_files import reason
from contrast_engine.store.collection import shown
from contrast_engine.store.sources.finding import Search
from contrast_engine.store.sources.table_images import image_column, unpack_images
from contrast_engine.store.spellings import Located, remote
from contrast_engine.store.tables import PATHS, ParquetTable, Table, column, needed, open_table


def listed(table: str, imports: Path, found: Search, heartbeat: Callable[[str], None]) -> None:
    """Take in every file a table lists; relative paths start at the table's own folder.

    Raises:
        CollectionError: It cannot be read, or has neither a column of paths nor one of images.
        WorkspaceError: The disk has no room for the images in it.
    """
    opened = open_table(table)
    found.note(f"{shown(Path(table).name)}: read as {opened.read_as}")
    try:
        if isinstance(opened, ParquetTable) and image_column(opened) is not None:
            unpack_images(opened, imports, found, heartbeat)
        else:
            _paths(opened, table, found)
    except OSError as error:
        raise CollectionError(f"{shown(table)} cannot be read: {reason(error)}") from error


def _paths(opened: Table, table: str, found: Search) -> None:
    at = column(opened, *PATHS)
    if at is None:
        at = needed(opened, PATHS[0], "the file name of every image")
    elsewhere: Counter[str] = Counter()
    located = Located(Path(table).parent, opened.codec)
    for row in opened.rows([at]):
        number, path = row.number - 1, row.cells[0].strip()
        if row.problem is not None or not path:
            why = f": {row.problem}" if row.problem else " has no path"
            found.refuse(f"{table}:row {number}", table, f"row {number} of the table{why}")
            continue
        if scheme := remote(path):
            elsewhere[scheme] += 1
            continue
        try:
            location = os.path.realpath(located(path))
        except (OSError, ValueError):
            location = str(Path(table).parent / path).replace("\0", "\\0")
        found.look(location, table, is_asked_for=True)
    for scheme, count in elsewhere.items():
        rows = "1 row names an image" if count == 1 else f"{count:,} rows name images"
        why = f"{rows} by {scheme}://, which is not read; download them and list the files"
        found.refuse(f"{table}:{scheme}", table, why)
