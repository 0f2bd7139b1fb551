"""COCO: one JSON file of images, categories and annotations."""

import json
from typing import ClassVar

from contrast_engine.arrays import Json
from contrast_engine.steps.output.destination import Destination
from contrast_engine.steps.output.formats import Format, formats
from contrast_engine.steps.output.known_images import KnownImages, best_label
from contrast_engine.steps.output.provenance import provenance


@formats.add("coco")
class Coco(Format):
    """A COCO file of images and their labels; an annotation covers the whole picture.

    `file_name` is the path of the file. An annotation is the label that annotators gave, else the
    predicted one, which has its probability as `score`.
    """

    title: ClassVar[str] = "COCO"
    ending: ClassVar[str] = ".json"

    def write(self, known: KnownImages, to: Destination) -> None:
        """Write the one document."""
        numbers = {label: number for number, label in enumerate(known.classes, 1)}
        images: list[Json] = []
        annotations: list[Json] = []
        for number, row in enumerate(known.counted(known.rows), 1):
            facts = known.workspace.images.facts(known.id_of(row))
            width, height = facts.width, facts.height
            images.append({"id": number, "file_name": row["path"], "width": width,
                           "height": height, "contrast_id": row["id"]})  # fmt: skip
            best = best_label(row)
            if best is not None:
                said = {} if best.confidence is None else {"score": best.confidence}
                annotations.append({
                    "id": len(annotations) + 1, "image_id": number,
                    "category_id": numbers[best.label], "bbox": [0, 0, width, height],
                    "area": width * height, "iscrowd": 0, "segmentation": [], **said,
                })  # fmt: skip
        about = provenance(known.workspace)
        document = {
            "info": {"description": f"Contrast of {len(images):,} images", **about},
            "licenses": [],
            "images": images,
            "annotations": annotations,
            "categories": [
                {"id": number, "name": label, "supercategory": "contrast"}
                for label, number in numbers.items()
            ],
        }
        known.columns = ("id", "file_name", "width", "height", "contrast_id")
        to.add("annotations.json", [json.dumps(document, ensure_ascii=False).encode() + b"\n"])
