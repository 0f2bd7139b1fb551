"""FiftyOne: pictures, their labels, and a table of samples."""

import json
from typing import ClassVar

from contrast_engine.arrays import Json
from contrast_engine.steps.output.destination import Destination
from contrast_engine.steps.output.encoding import csv_bytes
from contrast_engine.steps.output.file_names import stem
from contrast_engine.steps.output.formats import Format, formats
from contrast_engine.steps.output.known_images import KnownImages, Row, best_label
from contrast_engine.steps.output.table import Table

FOLDER = "data"


@formats.add("fiftyone")
class FiftyOne(Format):
    """A folder for FiftyOne: `data/`, `labels.json` and `samples.csv` with a `filepath`.

    Files are copied as they are; those of the same name get their id in front. In `labels.json`
    stands the label that annotators gave, else the predicted one, which has its `confidence`. A
    `filepath` is that of the file within `data/`, as FiftyOne looks for it.
    """

    title: ClassVar[str] = "FiftyOne"
    copies: ClassVar[bool] = True
    opened_by: ClassVar[str] = (
        'fiftyone datasets create --dataset-dir "{path}" '
        "--type fiftyone.types.FiftyOneImageClassificationDataset"
    )

    def write(self, known: KnownImages, to: Destination) -> None:
        """Copy the files, then write labels and samples."""
        labels: Json = {}
        rows = []
        for picture in known.pictures(by_stem=True):
            to.add(f"{FOLDER}/{picture.name}", [picture.data])
            rows.append((picture.name, *picture.row.values()))
            labels[stem(picture.name)] = _entry(picture.row)
        document = {"classes": list(known.classes), "labels": labels}
        to.add("labels.json", [json.dumps(document, indent=1, ensure_ascii=False).encode()])
        known.columns = ("filepath", *known.table.columns)
        to.add("samples.csv", [csv_bytes(Table(known.columns, tuple(rows)))])


def _entry(row: Row) -> Json | None:
    """The label of one image; FiftyOne passes over files without an entry, so null is one too."""
    best = best_label(row)
    if best is None:
        return None
    return {"label": best.label} | (
        {} if best.confidence is None else {"confidence": best.confidence}
    )
