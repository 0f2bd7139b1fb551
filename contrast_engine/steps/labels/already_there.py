"""Which rows of a file the log holds already, so that a file that comes again adds nothing."""

from collections import Counter
from collections.abc import Iterable, Sequence

from contrast_engine.imageset import ImageId
from contrast_engine.store.label_files import LabelRow
from contrast_engine.store.label_imports import LoggedAnnotation

Used = tuple[LabelRow, ImageId]
_Said = tuple[str | None, bool]


def left_to_add(logged: Iterable[LoggedAnnotation], rows: Sequence[Used], who: str) -> list[Used]:
    """The rows that the log does not hold, in their order.

    A row with a time is there where the same was said at that time, and is undone where that is.
    Rows without a time are there where they are the last that their annotator says of the image:
    a label that was given before and changed since is a new one when it comes again.

    Args:
        logged: The whole log.
        rows: With the image of each.
        who: Whose they are where a row does not say.
    """
    images = {image for _, image in rows}
    timed: Counter[tuple[object, ...]] = Counter()
    last: dict[tuple[str, ImageId], list[tuple[_Said, str]]] = {}
    for one in logged:
        if one.image not in images:
            continue
        said = (one.label, one.is_unsure)
        timed[one.image, one.who, one.at, said, one.undone is not None] += 1
        if one.undone is None:
            last.setdefault((one.who, one.image), []).append((said, one.why))
    repeated = {
        place for place, said in _without_time(rows, who).items() if _ends_so(last.get(place), said)
    }
    left: list[Used] = []
    for row, image in rows:
        place = (row.who or who, image)
        if not row.at:
            if place not in repeated:
                left.append((row, image))
            continue
        key = (image, place[0], row.at, _said(row), row.undone is not None)
        if timed[key]:
            timed[key] -= 1
        else:
            left.append((row, image))
    return left


def _without_time(
    rows: Iterable[Used], who: str
) -> dict[tuple[str, ImageId], list[tuple[_Said, str | None]]]:
    """What each annotator says of each image in rows without a time."""
    found: dict[tuple[str, ImageId], list[tuple[_Said, str | None]]] = {}
    for row, image in rows:
        if not row.at:
            found.setdefault((row.who or who, image), []).append((_said(row), row.why))
    return found


def _ends_so(
    logged: list[tuple[_Said, str]] | None, said: Sequence[tuple[_Said, str | None]]
) -> bool:
    """True where the last of what was said is this, with the same remarks where there are any."""
    tail = (logged or [])[-len(said) :]
    return len(tail) == len(said) and all(
        known == one and why in {None, remark}
        for (known, remark), (one, why) in zip(tail, said, strict=True)
    )


def _said(row: LabelRow) -> _Said:
    return (row.label if row.kind == "label" else None, row.kind == "unsure")
