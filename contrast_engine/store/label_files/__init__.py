"""Files of labels from elsewhere: each recognised by what is in it, all read as one kind of row."""

from pathlib import Path

from contrast_engine.errors import CollectionError
from contrast_engine.store.atomic_files import reason
from contrast_engine.store.collection import shown
from contrast_engine.store.label_files.coco import coco_labels, is_coco
from contrast_engine.store.label_files.fiftyone import fiftyone_labels, is_fiftyone
from contrast_engine.store.label_files.label_row import LabelFile, LabelRow
from contrast_engine.store.label_files.label_studio import is_tasks, label_studio_tasks
from contrast_engine.store.label_files.label_table import label_table
from contrast_engine.store.tables import open_table
from contrast_engine.store.tables.json_items import document, first_line, objects, starts_as

__all__ = ["LabelFile", "LabelRow", "open_label_file"]


def open_label_file(path: str | Path, label_column: str = "") -> LabelFile:
    """A file of labels: a table, or JSON of Label Studio, FiftyOne or COCO.

    Args:
        path: The file.
        label_column: The column of a table, or the control of Label Studio, that holds the labels.

    Raises:
        CollectionError: It cannot be read, or is nothing of these.
    """
    path = Path(path)
    try:
        sign = starts_as(path)
        if sign == "[":
            _, task = next(objects(path), (0, {}))
            if is_tasks(task):
                return label_studio_tasks(path, label_column)
        elif sign == "{":
            first = first_line(path)
            if first is None or is_fiftyone(first) or is_coco(first):
                return _of_document(path, document(path) if first is None else first)
        if not sign and path.suffix.lower() == ".jsonl":  # our own export of a log that is empty
            return LabelFile(path, "JSONL", "JSONL", lambda: iter(()))
        return label_table(open_table(path), label_column)
    except (OSError, ValueError) as error:
        why = reason(error) if isinstance(error, OSError) else "the name cannot be a file name"
        raise CollectionError(f"{shown(path)} cannot be read: {why}") from error


def _of_document(path: Path, found: object) -> LabelFile:
    if isinstance(found, dict) and is_fiftyone(found):
        return fiftyone_labels(path, found)
    if isinstance(found, dict) and is_coco(found):
        return coco_labels(path, found)
    raise CollectionError(
        f"{shown(path)} is JSON, but no labels that are known: an array of tasks (Label Studio) or "
        "of rows, an object a line (JSONL), 'labels' (FiftyOne), or 'images', 'annotations' and "
        "'categories' (COCO)"
    )
