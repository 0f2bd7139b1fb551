"""Hugging Face: an image folder with its metadata."""

import re
from typing import ClassVar

from contrast_engine.steps.output.destination import Destination
from contrast_engine.steps.output.encoding import csv_bytes
from contrast_engine.steps.output.formats import Format, formats
from contrast_engine.steps.output.known_images import KnownImages
from contrast_engine.steps.output.table import Table

FOLDER = "images"

_READ = {
    ".blp", ".bmp", ".dib", ".pcx", ".dcx", ".dds", ".fli", ".flc", ".gif", ".png", ".apng",
    ".jp2", ".j2k", ".jpc", ".jpf", ".jpx", ".j2c", ".icns", ".ico", ".tif", ".tiff", ".jfif",
    ".jpe", ".jpg", ".jpeg", ".pbm", ".pgm", ".ppm", ".pnm", ".psd", ".sgi", ".ras", ".tga",
    ".webp", ".xbm", ".xpm",
}  # fmt: skip
"""Endings of pictures that `imagefolder` reads (datasets 5.2); it passes over all other files."""

_SPLIT = re.compile(
    r"(^|[-._ 0-9])(train|training|validation|valid|dev|val|test|testing|eval|evaluation)[-._ 0-9]",
    re.IGNORECASE,
)
"""A file of such a name would be taken for a split, and all other files left aside."""


@formats.add("hf")
class HuggingFace(Format):
    """An image folder that `load_dataset` reads: the files and `metadata.csv`.

    Files are copied as they are. The first column of the metadata is `file_name`; the columns of
    the table follow. A file whose name would be taken for a split (test_01.jpg), or for a hidden
    file, is named by its id.
    """

    title: ClassVar[str] = "Hugging Face datasets"
    copies: ClassVar[bool] = True
    opened_by: ClassVar[str] = 'load_dataset("imagefolder", data_dir="{path}")'

    def write(self, known: KnownImages, to: Destination) -> None:
        """Copy the files, then write the metadata."""
        rows = []
        for picture in known.pictures(_unread, is_apt=_is_apt):
            name = f"{FOLDER}/{picture.name}"
            to.add(name, [picture.data])
            rows.append((name, *picture.row.values()))
        known.columns = ("file_name", *known.table.columns)
        to.add("metadata.csv", [csv_bytes(Table(known.columns, tuple(rows)))])


def _unread(name: str) -> str | None:
    ending = f".{name.rpartition('.')[2].lower()}"
    return None if ending in _READ else f"`imagefolder` reads no {ending} files"


def _is_apt(name: str) -> bool:
    return _SPLIT.search(name) is None and not name.startswith((".", "__"))
