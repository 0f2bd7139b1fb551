"""The labels of annotators together with the vectors of the images."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from contrast_engine.arrays import Floats, Ints
from contrast_engine.errors import NotEnoughData, OptionError
from contrast_engine.imageset import ImageIds
from contrast_engine.results import Clustering, in_order
from contrast_engine.vectors import ImageId, Vectors

if TYPE_CHECKING:
    from contrast_engine.pseudo_labels.crossed import Crossed


@dataclass(frozen=True, eq=False)
class Labelled:
    """A collection in one space, some of its images labelled.

    Args:
        space: Every image of the collection, n rows.
        rows: (m,) rows of the labelled images in the space.
        codes: (m,) label of each as a position in `classes`.
        classes: The k >= 2 labels in use, in their order.
        is_ordered: The order of the classes means something (low < medium < high).
        cluster: (n,) cluster of every image, `UNASSIGNED` for none, or None without a clustering.
        ignored: How many labels belong to images that are not in the space.
        groups: (m,) labelled images that are nearly one picture share a number; None where no
            two are.
        crossed: Where the encoder of the space learnt labels: spaces to hold labels out in.
    """

    space: Vectors
    rows: Ints
    codes: Ints
    classes: tuple[str, ...]
    is_ordered: bool
    cluster: Ints | None = None
    ignored: int = 0
    groups: Ints | None = None
    crossed: "Crossed | None" = None

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def values(self) -> Floats:
        """(m, d) coordinates of the labelled images."""
        values: Floats = self.space.values[self.rows]
        return values

    @cached_property
    def counts(self) -> Ints:
        """(k,) how many labels each class has."""
        return np.bincount(self.codes, minlength=len(self.classes))

    @cached_property
    def pictures(self) -> Ints:
        """(m,) which picture each label is of, numbered from 0 as they come."""
        if self.groups is None:
            return np.arange(len(self.rows))
        _, first, number = np.unique(self.groups, return_index=True, return_inverse=True)
        pictures: Ints = np.argsort(np.argsort(first))[number]
        return pictures

    @cached_property
    def shares(self) -> Floats:
        """(m,) weight of each label in a score: every picture counts once."""
        shares: Floats = 1 / np.bincount(self.pictures)[self.pictures]
        return shares

    @property
    def effective(self) -> int:
        """How many different pictures are labelled."""
        return int(self.pictures.max()) + 1

    @cached_property
    def pairs(self) -> tuple[tuple[ImageId, str], ...]:
        """The labels in use as (image, label), sorted by image."""
        return tuple(
            sorted(
                (self.space.ids[row], self.classes[code])
                for row, code in zip(self.rows, self.codes, strict=True)
            )
        )


def gather(
    space: Vectors,
    labels: Mapping[ImageId, str],
    order: Sequence[str],
    *,
    is_ordered: bool,
    clustering: Clustering | None = None,
    alike: Iterable[tuple[ImageId, ...]] = (),
) -> Labelled:
    """Labels and space together; labels of images outside the space are only counted.

    Args:
        space: Every image of the collection.
        labels: The label of each labelled image.
        order: All labels that may occur, in their order.
        is_ordered: That order means something.
        clustering: Needed by the cluster vote only.
        alike: Groups of images that are nearly one picture.

    Raises:
        OptionError: A label is in use that `order` does not name.
        NotEnoughData: Fewer than two different labels are on images of the space, or all of them
            on nearly one picture.
    """
    unknown = sorted({label for label in labels.values() if label not in order})
    if unknown:
        names = ", ".join(repr(label) for label in unknown)
        raise OptionError(
            f"the labels {names} are in use but not in the order {', '.join(order)}; "
            "add them to the order or relabel those images"
        )
    places = space.ids.places(ImageIds.of(labels)).tolist()
    used = sorted((row, label) for row, label in zip(places, labels.values(), strict=True)
                  if row >= 0)  # fmt: skip
    found = Counter(label for _, label in used)
    _refuse_too_few(found, len(labels))
    groups = _groups([space.ids[row] for row, _ in used], alike)
    if groups is not None and len(np.unique(groups)) == 1:
        raise NotEnoughData(
            f"all {len(used)} labels are of images that are nearly one picture, so nothing can be "
            "held back to judge a model by; label at least one image that shows something else"
        )
    classes = tuple(label for label in order if label in found)
    position = {label: code for code, label in enumerate(classes)}
    return Labelled(
        space=space,
        rows=np.array([row for row, _ in used], dtype=np.int64),
        codes=np.array([position[label] for _, label in used], dtype=np.int64),
        classes=classes,
        is_ordered=is_ordered,
        cluster=None if clustering is None else in_order(space.ids, clustering.of),
        ignored=len(labels) - len(used),
        groups=groups,
    )


def _groups(images: Sequence[ImageId], alike: Iterable[tuple[ImageId, ...]]) -> Ints | None:
    """(m,) a number that labelled images of one group share; None where no two share one."""
    group_of = {image: number for number, group in enumerate(alike) for image in group}
    groups = np.array(
        [group_of.get(image, len(group_of) + row) for row, image in enumerate(images)],
        dtype=np.int64,
    )
    return groups if len(np.unique(groups)) < len(groups) else None


def _refuse_too_few(found: Counter[str], given: int) -> None:
    if not given:
        raise NotEnoughData(
            "no image is labelled yet; label a few images of at least two kinds first"
        )
    if not found:
        raise NotEnoughData(
            f"none of the {given} labelled images has been measured; measure the collection first"
        )
    if len(found) == 1:
        (label, count) = next(iter(found.items()))
        said = f"all {count} labels are" if count > 1 else "the only label is"
        raise NotEnoughData(f"{said} {label!r}; label at least one image of another kind")
