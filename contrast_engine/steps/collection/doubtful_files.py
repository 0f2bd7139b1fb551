"""Which files this version, or the options of now, would read otherwise than they were read."""

from contrast_engine.images.reader_version import READING, is_of_now, reading_recipe
from contrast_engine.images.reading_options import ReadingOptions
from contrast_engine.store import ImageFile, Workspace
from contrast_engine.store.artifacts import Manifest
from contrast_engine.vectors import ImageId

_EVER_PLAIN = frozenset({"JPEG", "MPO", "GIF", "WEBP", "BMP", "DIB"})
"""Formats that the first version read as they are read now, but for profiles."""


def is_in_doubt(row: ImageFile, options: ReadingOptions) -> bool:
    """True if a file may be read otherwise now, by what is known of it; it is not looked at."""
    if row.reader:
        return not is_of_now(row.reader, row.width * row.height, options)
    is_plain = row.format in _EVER_PLAIN and not any("profile" in note for note in row.notes)
    return row.problem is not None or not is_plain


def files_in_doubt(workspace: Workspace) -> int:
    """Count the files that may be read otherwise now and were not read again yet."""
    options = workspace.reading_options
    files = workspace.images.files
    return sum(not file.missing and is_in_doubt(file, options) for file in files)


def images_read_otherwise_since(workspace: Workspace, table: Manifest) -> int:
    """Count the images of a table of features that are read otherwise than when it was made."""
    otherwise = workspace.images.read_otherwise
    if not otherwise and "reader" not in table.recipe:
        return 0
    read = {image: reader for image in table.inputs if (reader := otherwise.get(ImageId(image)))}
    now = reading_recipe(read.values())
    return len(read) if any(table.recipe.get(name) != now.get(name) for name in READING) else 0
