"""Labels of COCO: categories of annotations of images, as a label of each image."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from contrast_engine.errors import CollectionError, OptionError
from contrast_engine.store.collection import shown
from contrast_engine.store.label_files.label_row import (
    BLANK,
    LabelFile,
    LabelRow,
    annotator,
    checked_label,
    checked_who,
    said_at,
)


def is_coco(found: dict[str, Any]) -> bool:
    """True where a document of JSON is a data set of COCO."""
    return all(isinstance(found.get(name), list) for name in ("images", "annotations"))


def coco_labels(path: Path, found: dict[str, Any]) -> LabelFile:
    """The categories of a COCO file as labels.

    Raises:
        CollectionError: It has no categories, so their numbers have no names.
    """
    if not isinstance(found.get("categories"), list):
        raise CollectionError(
            f"{shown(path)} has no 'categories', so the numbers of its annotations have no names"
        )
    return LabelFile(path, "COCO", "JSON", partial(_rows, found), names_are="tails")


def _rows(found: dict[str, Any]) -> Iterator[LabelRow]:
    categories = _by_id(found["categories"], "name")
    images = _by_id(found["images"], "file_name")
    annotations = [one for one in found["annotations"] if isinstance(one, dict)]
    said: dict[tuple[Any, str], set[str]] = {}
    for one in annotations:
        key = (_key(one.get("image_id")), annotator(one.get("who")))
        said.setdefault(key, set()).add(categories.get(_key(one.get("category_id")), ""))
    for number, one in enumerate(annotations, 1):
        row = f"annotation {number:,}"
        image, who = _key(one.get("image_id")), annotator(one.get("who"))
        names = (images.get(image, ""),)
        try:
            yield _row(row, names, one, sorted(said[image, who]), who)
        except OptionError as error:
            yield LabelRow(row, names, problem=str(error))
    annotated = {image for image, _ in said}
    for image, name in images.items():
        if image not in annotated:
            yield LabelRow(f"image {name}", (name,), BLANK)


def _row(
    row: str, names: tuple[str, ...], annotation: dict[str, Any], said: list[str], who: str
) -> LabelRow:
    if not names[0]:
        raise OptionError("its image_id is no image of the file")
    if "" in said:
        raise OptionError("its category_id is no category of the file")
    if len(said) > 1:
        raise OptionError(
            f"the annotations of {names[0]} are of {len(said)} categories "
            f"({', '.join(said[:4])}); an image has one label"
        )
    at, no_time = said_at(str(annotation.get("at") or ""))
    return LabelRow(
        row, names, label=checked_label(said[0]), who=checked_who(who), at=at, time_not_read=no_time
    )


def _by_id(items: list[Any], name: str) -> dict[Any, str]:
    return {_key(one.get("id")): str(one.get(name) or "") for one in items if isinstance(one, dict)}


def _key(value: Any) -> Any:
    """What an id is known by; lists and the like are none."""
    return value if isinstance(value, int | str) else None
