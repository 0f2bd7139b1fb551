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
    of_a_model,
    said_at,
)

_NONE = ("", False)


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
    notes: list[str] = []
    return LabelFile(
        path, "COCO", "JSON", partial(_rows, found, notes), names_are="tails", notes=notes
    )


def _rows(found: dict[str, Any], notes: list[str]) -> Iterator[LabelRow]:
    is_ours = any(isinstance(one, dict) and "contrast_id" in one for one in found["images"])
    predicted = 0
    categories = _by_id(found["categories"], "name")
    images = _by_id(found["images"], "file_name")
    annotations = [one if isinstance(one, dict) else {} for one in found["annotations"]]
    said: dict[tuple[Any, str], set[str]] = {}
    for one in annotations:
        key = (_key(one.get("image_id")), annotator(one.get("who")))
        name, is_twice = categories.get(_key(one.get("category_id")), _NONE)
        said.setdefault(key, set()).add("" if is_twice else name)
    for number, one in enumerate(annotations, 1):
        row = f"annotation {number:,}"
        image, who = _key(one.get("image_id")), annotator(one.get("who"))
        file, is_twice = images.get(image, _NONE)
        names = (file,)
        is_predicted = one.get("score") is not None
        predicted += is_predicted
        if is_predicted and is_ours:
            yield LabelRow(row, names, BLANK)
            continue
        try:
            if is_twice:
                raise OptionError(f"its image_id {image} is the id of several images")
            yield _row(row, names, one, sorted(said[image, who]), who)
        except OptionError as error:
            yield LabelRow(row, names, problem=str(error))
    annotated = {image for image, _ in said}
    for image, (name, _) in images.items():
        if image not in annotated:
            yield LabelRow(f"image {name}", (name,), BLANK)
    notes += of_a_model(predicted * (not is_ours), predicted * is_ours)


def _row(
    row: str, names: tuple[str, ...], annotation: dict[str, Any], said: list[str], who: str
) -> LabelRow:
    if not names[0]:
        raise OptionError("its image_id is no image of the file")
    if "" in said:
        raise OptionError("its category_id is no category of the file, or of several")
    if len(said) > 1:
        raise OptionError(
            f"the annotations of {names[0]} are of {len(said)} categories "
            f"({', '.join(said[:4])}); an image has one label"
        )
    at, no_time = said_at(str(annotation.get("at") or ""))
    return LabelRow(
        row, names, label=checked_label(said[0]), who=checked_who(who), at=at, time_not_read=no_time
    )


def _by_id(items: list[Any], name: str) -> dict[Any, tuple[str, bool]]:
    """The name behind each id, and whether another stands there under the same one."""
    found: dict[Any, tuple[str, bool]] = {}
    for one in items:
        key = _key(one.get("id")) if isinstance(one, dict) else None
        if key is not None:
            said = str(one.get(name) or "")
            found[key] = (said, found.get(key, (said, False)) != (said, False))
    return found


def _key(value: Any) -> Any:
    """What an id is known by; lists and the like are none."""
    return value if isinstance(value, int | str) and not isinstance(value, bool) else None
