"""FiftyOne: pictures, their labels, and a table of samples."""

import json
from typing import ClassVar

from contrast_engine.arrays import Json
from contrast_engine.steps.output.destination import Destination
from contrast_engine.steps.output.encoding import csv_bytes
from contrast_engine.steps.output.file_names import stem
from contrast_engine.steps.output.formats import Format, formats
from contrast_engine.steps.output.known_images import KnownImages, best_label
from contrast_engine.steps.output.table import Table

FOLDER = "data"


@formats.add("fiftyone")
class FiftyOne(Format):
    """A folder for FiftyOne: `data/`, `labels.json` and `samples.csv` with a `filepath`.

    Files are copied as they are; those of the same name get their id in front. In `labels.json`
    stands the label that annotators gave, else the predicted one, which has its `confidence`.
    """

    title: ClassVar[str] = "FiftyOne"
    opened_by: ClassVar[str] = (
        'fiftyone datasets create --dataset-dir "{path}" '
        "--type fiftyone.types.FiftyOneImageClassificationDataset"
    )

    def write(self, known: KnownImages, to: Destination) -> None:
        """Copy the files, then write labels and samples."""
        labels: Json = {}
        rows = []
        for picture in known.pictures(by_stem=True):
            name = f"{FOLDER}/{picture.name}"
            to.add(name, [picture.data])
            rows.append((name, *picture.row.values()))
            best = best_label(picture.row)
            if best is not None:
                said = {} if best.confidence is None else {"confidence": best.confidence}
                labels[stem(picture.name)] = {"label": best.label, **said}
        document = {"classes": list(known.classes), "labels": labels}
        to.add("labels.json", [json.dumps(document, indent=1, ensure_ascii=False).encode()])
        known.columns = ("filepath", *known.table.columns)
        to.add("samples.csv", [csv_bytes(Table(known.columns, tuple(rows)))])
