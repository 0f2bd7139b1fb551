"""What a table says of how its images were read: whether its rows still hold."""

from contrast_engine.arrays import Json
from contrast_engine.images.reader_version import AS_ALWAYS
from contrast_engine.imageset import ImageSet
from contrast_engine.store import Workspace

READ = "read"
"""Detail of a table: by how images are read that are not read as ever, the key of their set."""


def read_in_words(workspace: Workspace, images: ImageSet) -> Json:
    """The detail for a table of some images; nothing where all are read as ever."""
    others = {
        reader: some & images
        for reader, some in workspace.images.by_reader.items()
        if reader != AS_ALWAYS
    }
    said = {reader: some.key for reader, some in others.items() if len(some)}
    return {READ: said} if said else {}
