"""What the steps give back: plain, frozen, checked once, the same in memory and on disk."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from contrast_engine.arrays import Bools, Floats, Ints, Json
from contrast_engine.as_written import html
from contrast_engine.by_image import ByImage
from contrast_engine.imageset import ImageId, ImageIds

UNASSIGNED = -1
"""The cluster of images that belong to no cluster, as in HDBSCAN's noise."""

Verdict = Literal["pass", "warn", "fail", "unknown"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)

_HEADS = ("check", "verdict", "value", "95 % interval", "null", "n", "space", "in words")


@dataclass(frozen=True, eq=False)
class Clustering:
    """Which cluster each image belongs to.

    Args:
        ids: One id per image.
        cluster: (n,) cluster id, `UNASSIGNED` for none. Ids are stable names, not positions.
        distance: (n,) distance to the mean of its own cluster, in the clustered space; 0 if none.
    """

    ids: ImageIds
    cluster: Ints
    distance: Floats

    if TYPE_CHECKING:  # any sequence of ids is taken

        def __init__(self, ids: Iterable[ImageId], cluster: Ints, distance: Floats) -> None: ...

    def __post_init__(self) -> None:
        object.__setattr__(self, "ids", ImageIds.of(self.ids))
        cluster = np.array(self.cluster, dtype=np.int64)
        distance = np.array(self.distance, dtype=np.float64)
        if not cluster.shape == distance.shape == (len(self.ids),):
            raise ValueError("one cluster and one distance are needed for every image")
        for name, array in (("cluster", cluster), ("distance", distance)):
            array.flags.writeable = False
            object.__setattr__(self, name, array)

    def __len__(self) -> int:
        return len(self.ids)

    def __repr__(self) -> str:
        sizes = ", ".join(f"{cluster}: {self.size(cluster):,}" for cluster in self.clusters)
        alone = self.size(UNASSIGNED)
        inside = f"{len(self.clusters)} clusters" + (f" ({sizes})" if sizes else "")
        unassigned = f"; in none: {alone:,}" if alone else ""
        return f"Clustering({len(self):,} images: {inside}{unassigned})"

    @cached_property
    def clusters(self) -> tuple[int, ...]:
        """The cluster ids in use, in order, without `UNASSIGNED`."""
        return tuple(int(c) for c in np.unique(self.cluster) if c != UNASSIGNED)

    @cached_property
    def of(self) -> Mapping[ImageId, int]:
        """The cluster of each image; `cluster` has those of all in the order of the rows."""
        return ByImage(self.ids, self.cluster.tolist, lambda row: int(self.cluster[row]))

    def members(self, cluster: int) -> ImageIds:
        """The images of one cluster, nearest to its mean first, ties by id."""
        rows = np.flatnonzero(self.cluster == cluster)
        order = np.lexsort((self.ids.numbers[rows], self.distance[rows]))
        return ImageIds(self.ids.numbers[rows[order]])

    def size(self, cluster: int) -> int:
        """How many images a cluster has."""
        return int(np.count_nonzero(self.cluster == cluster))


@dataclass(frozen=True, eq=False)
class NearestImages:
    """Which images are nearest to each one in a space; how far they are, the space says.

    Args:
        ids: One image per row; of images that are equal in the space the first stands for all.
        near: (n, k) row numbers of the nearest others, nearest first.
    """

    ids: ImageIds
    near: Ints

    def __post_init__(self) -> None:
        object.__setattr__(self, "ids", ImageIds.of(self.ids))
        near = np.array(self.near, dtype=np.int64, ndmin=2)
        if len(near) != len(self.ids):
            raise ValueError("the nearest images of every image are needed")
        if near.size and not 0 <= near.min() <= near.max() < len(near):
            raise ValueError("a nearest image is none of the images")
        near.flags.writeable = False
        object.__setattr__(self, "near", near)

    def __len__(self) -> int:
        return len(self.ids)

    def __repr__(self) -> str:
        return f"NearestImages({len(self):,} images, {self.near.shape[1]} nearest of each)"


@dataclass(frozen=True, eq=False)
class Predictions:
    """A label with a probability for every image, and whether the model abstains.

    Args:
        ids: One id per image.
        labels: k label names in their order (low < medium < high if the labels are ordered).
        probability: (n, k), rows sum to 1.
        abstains: (n,) true where the model does not know enough to be believed.
    """

    ids: ImageIds
    labels: tuple[str, ...]
    probability: Floats
    abstains: Bools

    if TYPE_CHECKING:  # any sequence of ids is taken

        def __init__(
            self,
            ids: Iterable[ImageId],
            labels: tuple[str, ...],
            probability: Floats,
            abstains: Bools,
        ) -> None: ...

    def __post_init__(self) -> None:
        object.__setattr__(self, "ids", ImageIds.of(self.ids))
        probability = np.array(self.probability, dtype=np.float64, ndmin=2)
        abstains = np.array(self.abstains, dtype=np.bool_)
        if probability.shape != (len(self.ids), len(self.labels)):
            raise ValueError("one probability per image and label is needed")
        if abstains.shape != (len(self.ids),):
            raise ValueError("one abstain flag per image is needed")
        if len(self.ids) and not np.allclose(probability.sum(axis=1), 1, atol=1e-6):
            raise ValueError("the probabilities of an image must sum to 1")
        for name, array in (("probability", probability), ("abstains", abstains)):
            array.flags.writeable = False
            object.__setattr__(self, name, array)

    def __len__(self) -> int:
        return len(self.ids)

    def __repr__(self) -> str:
        said = np.bincount(self.code[~self.abstains], minlength=len(self.labels)).tolist()
        counts = ", ".join(f"{label!r}: {n:,}" for label, n in zip(self.labels, said, strict=True))
        silent = f"; abstains: {int(self.abstains.sum()):,}"
        return f"Predictions({len(self):,} images: {counts}{silent})"

    def at_rows(self, rows: Ints) -> Floats:
        """(m, k) probabilities of some rows; those of all are not read for it."""
        found: Floats = self.probability[rows]
        return found

    @cached_property
    def code(self) -> Ints:
        """(n,) which of `labels` is the most probable of each image, also where it abstains."""
        if not len(self):
            return np.zeros(0, dtype=np.int64)
        code: Ints = self.probability.argmax(axis=1)
        return code

    @cached_property
    def label(self) -> tuple[str, ...]:
        """The most probable label of each image, also where the model abstains."""
        return tuple(self.labels[i] for i in self.code.tolist())

    @cached_property
    def confidence(self) -> Floats:
        """(n,) probability of the most probable label."""
        confidence: Floats = self.probability.max(axis=1)
        return confidence

    @cached_property
    def rows(self) -> Mapping[ImageId, int]:
        """Row number of each id; `ids.places` has those of many at once."""
        return ByImage(self.ids, lambda: range(len(self)), int)


@dataclass(frozen=True)
class Finding:
    """One piece of evidence for or against believing the results.

    Args:
        check: Name of the check.
        value: The measured number, or None where it could not be measured.
        low, high: Its 95 % interval, where one exists.
        null: What chance or the null reference gives, where that is defined.
        better: Which way is better, "higher", "lower" or "" where neither is.
        n: How many images, labels or resamples it rests on.
        space: The space and sample it was computed in, in words.
        verdict: pass, warn, fail, or unknown where evidence is missing.
        note: One sentence a stakeholder understands.
        next: What would change this verdict, in one sentence; empty where nothing would.
    """

    check: str
    value: float | None
    n: int
    space: str
    verdict: Verdict
    note: str
    low: float | None = None
    high: float | None = None
    null: float | None = None
    better: str = "higher"
    next: str = ""


@dataclass(frozen=True)
class Report:
    """The findings of one validation run."""

    findings: tuple[Finding, ...]
    details: Json = field(default_factory=dict)

    def __repr__(self) -> str:
        verdicts = [finding.verdict for finding in self.findings]
        counts = ", ".join(f"{verdicts.count(v)} {v}" for v in VERDICTS if v in verdicts)
        s = "" if len(verdicts) == 1 else "s"
        return f"Report({len(verdicts)} finding{s}{': ' if counts else ''}{counts})"

    def _repr_html_(self) -> str:
        """The findings as a table, each with what it rests on."""
        heads = "".join(f"<th>{head}</th>" for head in _HEADS)
        rows = "".join(map(_row, self.findings))
        return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"

    def of(self, check: str) -> tuple[Finding, ...]:
        """The findings of one check."""
        return tuple(f for f in self.findings if f.check == check)


def _row(finding: Finding) -> str:
    """A finding as a row of HTML; every text of it is text."""
    has_interval = finding.low is not None and finding.high is not None
    cells = (
        finding.check.replace("_", " "),
        finding.verdict,
        _number(finding.value),
        f"{_number(finding.low)} to {_number(finding.high)}" if has_interval else "",
        _number(finding.null),
        f"{finding.n:,}",
        finding.space,
        " ".join(part for part in (finding.note, finding.next) if part),
    )
    inside = "".join(f'<td style="text-align:left">{html(cell)}</td>' for cell in cells)
    return f"<tr>{inside}</tr>"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3g}"


def in_order(ids: Iterable[ImageId], values: Mapping[ImageId, int]) -> Ints:
    """One integer per id, `UNASSIGNED` where there is none."""
    if isinstance(ids, ImageIds) and isinstance(values, ByImage):
        found: Ints = values.aligned(ids, UNASSIGNED)
        return found
    return np.array([values.get(i, UNASSIGNED) for i in ids], dtype=np.int64)
