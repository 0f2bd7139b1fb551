"""Which files this version, or the options of now, would read otherwise than they were read."""

import numpy as np

from contrast_engine.arrays import Bools, Ints
from contrast_engine.images.reader_version import AS_ALWAYS, READING, is_of_now, reading_recipe
from contrast_engine.images.reading_options import ReadingOptions
from contrast_engine.imageset import ImageIds
from contrast_engine.store import ImageFile, Workspace
from contrast_engine.store.artifacts import Manifest
from contrast_engine.store.file_columns import FileColumns
from contrast_engine.vectors import ImageId

_EVER_PLAIN = frozenset({"JPEG", "MPO", "GIF", "WEBP", "BMP", "DIB"})
"""Formats that the first version read as they are read now, but for profiles."""


def is_in_doubt(row: ImageFile, options: ReadingOptions) -> bool:
    """True if a file may be read otherwise now, by what is known of it; it is not looked at."""
    if row.reader:
        return not is_of_now(row.reader, row.width * row.height, options)
    is_plain = row.format in _EVER_PLAIN and not any("profile" in note for note in row.notes)
    return row.problem is not None or not is_plain


def are_in_doubt(files: FileColumns, options: ReadingOptions) -> Bools:
    """For each of some files what `is_in_doubt` says."""
    says = files.readers.are(one for one in files.readers.values if one)
    profiled = [notes for notes in files.notes.values if any("profile" in one for one in notes)]
    plain = files.formats.are(_EVER_PLAIN) & ~files.notes.are(profiled)
    found = np.where(says, False, ~files.problems.are([None]) | ~plain)
    for reader in files.readers.used:
        if not reader:
            continue
        rows = files.readers.are([reader])
        most = int(pixels_of(files)[rows].max())
        if is_of_now(reader, most, options):  # then all of them are: they have fewer pixels
            continue
        pixels = pixels_of(files)
        smaller = is_of_now(reader, 0, options)
        found[rows] = (pixels[rows] > options.max_pixels) if smaller else True
    return found


def pixels_of(files: FileColumns) -> Ints:
    """How many pixels each picture has; its sides may be held in too few bytes for it."""
    return files.width.astype(np.int64) * files.height


def files_in_doubt(workspace: Workspace) -> int:
    """Count the files that may be read otherwise now and were not read again yet."""
    files = workspace.images.files
    return int((are_in_doubt(files, workspace.reading_options) & ~files.missing).sum())


def images_read_otherwise_since(workspace: Workspace, table: Manifest) -> int:
    """Count the images of a table of features that are read otherwise than when it was made."""
    if not workspace.are_read_otherwise and "reader" not in table.recipe:
        return 0
    inputs = table.inputs
    ids = inputs if isinstance(inputs, ImageIds) else ImageIds.of([ImageId(one) for one in inputs])
    read = {
        reader: some & ids.images
        for reader, some in workspace.images.by_reader.items()
        if reader != AS_ALWAYS
    }
    now = reading_recipe(reader for reader, some in read.items() if len(some))
    if any(table.recipe.get(name) != now.get(name) for name in READING):
        return sum(map(len, read.values()))
    return 0
