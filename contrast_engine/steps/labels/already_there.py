"""Which rows of a file the log holds already, so that a file that comes again adds nothing."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from contrast_engine.arrays import Ints
from contrast_engine.imageset import ImageId, ImageIds, Numbers
from contrast_engine.store.label_log import LabelLog
from contrast_engine.store.new_annotations import NONE, NewAnnotations, Said

TOGETHER = 50_000
"""Rows of a file that are held against the log at once, with all that was said of their images."""

_Said = tuple[str | None, bool]


def left_to_add(
    log: LabelLog, rows: NewAnnotations, order: Ints, who: str, *, only: str | None = None
) -> Ints:
    """The rows that the log does not hold, in their order.

    A row with a time is there where the same was said at that time, and is undone where that is.
    Rows without a time are there where they are the last that their annotator says of the image:
    a label that was given before and changed since is a new one when it comes again.

    Args:
        log: The whole log.
        rows: The rows of the file.
        order: In which order they were said.
        who: Whose they are where a row does not say.
        only: Whose annotations of the log are looked at; everybody's by default.
    """
    images = rows.images
    logged, of_log = log.said_of(images.images)
    if only is not None:
        own = log.who.all[of_log] == log.people.code(only)
        logged, of_log = logged[own], of_log[own]
    if not len(logged):
        return order
    n_parts = -(-max(len(rows), len(logged)) // TOGETHER)
    stays = np.ones(len(rows), dtype=np.bool_)  # by the place in the order
    mine, theirs = _parts(images.numbers[order], n_parts), _parts(logged, n_parts)
    for part in range(n_parts):
        places, some = np.flatnonzero(mine == part), np.flatnonzero(theirs == part)
        if len(some):
            known = list(_logged(log, ImageIds(logged[some]), of_log[some]))
            said = list(rows.said(order[places]))
            stays[places] = list(_are_left(known, said, who))
    return order[stays]


def _parts(images: Numbers, count: int) -> Ints:
    """A part for each image, which are alike in size as ids are hashes."""
    return ((images >> np.uint64(16)) % np.uint64(count)).astype(np.int64)


def _logged(log: LabelLog, images: ImageIds, rows: Ints) -> Iterator[tuple[Said, bool]]:
    """What the log says, and whether it was undone."""
    labels, people, whys = [*log.labels.texts, None], log.people.texts, log.whys.texts
    columns = (log.label.all, log.is_unsure.all, log.who.all, log.why.all, log.undone)
    cells = zip(*(column[rows].tolist() for column in columns), strict=True)
    for image, row, (label, is_unsure, who, why, undone) in zip(
        images, rows.tolist(), cells, strict=True
    ):
        yield Said(image, labels[label], is_unsure, people[who], log.at[row], whys[why]), undone


def _are_left(
    logged: Iterable[tuple[Said, bool]], rows: Sequence[Said], who: str
) -> Iterator[bool]:
    """For each row whether the log does not hold it."""
    timed: Counter[tuple[object, ...]] = Counter()
    last: dict[tuple[str, ImageId], list[tuple[_Said, str | None]]] = {}
    for one, is_undone in logged:
        said = (one.label, one.is_unsure)
        timed[one.image, one.who, one.at, said, is_undone] += 1
        if not is_undone:
            last.setdefault((one.who, one.image), []).append((said, one.why))
    repeated = {
        place for place, said in _without_time(rows, who).items() if _ends_so(last.get(place), said)
    }
    for row in rows:
        place = (row.who or who, row.image)
        if not row.at:
            yield place not in repeated
            continue
        key = (row.image, place[0], row.at, (row.label, row.is_unsure), row.undone != NONE)
        is_there = timed[key] > 0
        timed[key] -= is_there
        yield not is_there


def _without_time(
    rows: Iterable[Said], who: str
) -> dict[tuple[str, ImageId], list[tuple[_Said, str | None]]]:
    """What each annotator says of each image in rows without a time."""
    found: dict[tuple[str, ImageId], list[tuple[_Said, str | None]]] = {}
    for row in rows:
        if not row.at:
            said = ((row.label, row.is_unsure), row.why)
            found.setdefault((row.who or who, row.image), []).append(said)
    return found


def _ends_so(
    logged: list[tuple[_Said, str | None]] | None, said: Sequence[tuple[_Said, str | None]]
) -> bool:
    """True where the last of what was said is this, with the same remarks where there are any."""
    tail = (logged or [])[-len(said) :]
    return len(tail) == len(said) and all(
        known == one and why in {None, remark}
        for (known, remark), (one, why) in zip(tail, said, strict=True)
    )
