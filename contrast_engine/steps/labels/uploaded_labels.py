"""uploaded_labels: a file of labels that came through the browser, looked at with no trust."""

import shutil
import tempfile
from pathlib import Path
from typing import BinaryIO

from contrast_engine.errors import CollectionError, WorkspaceError
from contrast_engine.steps.labels.import_labels import PlannedLabels, planned_import
from contrast_engine.store import Workspace
from contrast_engine.store.atomic_files import reason

LARGEST_MB = 200
"""An upload may have so many MiB; a larger file is named by its path."""

_ENDINGS = (".csv", ".tsv", ".json", ".jsonl", ".parquet")


def planned_upload(
    workspace: Workspace,
    name: str,
    content: BinaryIO,
    *,
    who: str = "",
    label_column: str = "",
) -> PlannedLabels:
    """What an uploaded file of labels would give; nothing is written to the log.

    Its paths are compared with what is known of the images, and never looked up on the disk: a
    file from elsewhere must not learn which files this computer has.

    Args:
        workspace: Whose images are labelled.
        name: What the file is called.
        content: Read from its beginning.
        who: Whose labels they are where the file does not say.
        label_column: The column that holds the labels.

    Raises:
        CollectionError: It is too large, or no file of labels.
        WorkspaceError: There is no room to unpack it.
    """
    shown = Path(name.replace("\\", "/")).name[:120] or "labels"
    ending = Path(shown).suffix.lower()
    content.seek(0, 2)
    if content.tell() > LARGEST_MB << 20:
        raise CollectionError(
            f"{shown} has more than {LARGEST_MB} MiB; name the file by its path instead"
        )
    content.seek(0)
    try:
        with tempfile.TemporaryDirectory(prefix="contrast-labels-") as folder:
            place = Path(folder) / f"labels{ending if ending in _ENDINGS else ''}"
            with place.open("wb") as file:
                shutil.copyfileobj(content, file)
            return planned_import(
                workspace, place, who=who, label_column=label_column, name=shown, on_disk=False
            )
    except CollectionError as error:
        raise CollectionError(str(error).replace(str(place), shown)) from None
    except OSError as error:
        raise WorkspaceError(f"{shown} could not be unpacked: {reason(error)}") from error
