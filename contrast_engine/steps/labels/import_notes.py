"""What somebody who imports labels should know before they count, in sentences."""

from collections.abc import Iterable, Iterator

import numpy as np

from contrast_engine.imageset import ImageIds
from contrast_engine.store import Workspace
from contrast_engine.store.new_annotations import NONE, NewAnnotations


def import_notes(
    workspace: Workspace, new: NewAnnotations, labels: Iterable[str], no_time: tuple[int, str]
) -> Iterator[str]:
    """What should be known of annotations before they are taken into the log.

    Args:
        workspace: Whose log.
        new: The annotations.
        labels: The labels they give.
        no_time: How many rows have a time that is none, and the first of these.
    """
    count, first = no_time
    if count:
        times = "1 time" if count == 1 else f"{count:,} times"
        yield f"{times} cannot be read ({first[:40]!r}); those rows have the time of this import"
    known = workspace.labels.label_set()
    further = [label for label in labels if label not in known.labels]
    if known.is_ordered and further:
        yield (
            f"the labels have an order, and {', '.join(sorted(further)[:6])} would stand at its "
            "end; define the labels anew (`contrast label define`) where that is wrong"
        )
    newer = _labelled_later(workspace, new)
    if newer:
        images = "1 image has" if newer == 1 else f"{newer:,} images have"
        yield (
            f"{images} a label given later than the time in the file; in the log the import "
            "comes last, so it is the one that counts"
        )


def _labelled_later(workspace: Workspace, new: NewAnnotations) -> int:
    """How many images have a label of now that is younger than one of some annotations."""
    now = workspace.labels.current()
    rows = np.flatnonzero((new.undone == NONE) & (now.images.rows_in(new.images.numbers) >= 0))
    is_later = np.fromiter(
        (bool(one.at) and now[one.image].at > one.at for one in new.said(rows)),
        dtype=np.bool_, count=len(rows),
    )  # fmt: skip
    return len(ImageIds(new.images.numbers[rows[is_later]]).images)
