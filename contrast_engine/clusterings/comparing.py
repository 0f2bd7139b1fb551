"""Two clusterings of the same images side by side: who went where, and how far they agree."""

from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Floats, Ints
from contrast_engine.errors import NotEnoughData
from contrast_engine.results import UNASSIGNED, Clustering
from contrast_engine.vectors import ImageId


@dataclass(frozen=True, eq=False)
class Comparison:
    """Which images of one clustering's clusters are in which of the other's.

    Args:
        ids: The n images that both hold; the others are counted only.
        rows: Cluster ids of the first, `UNASSIGNED` among them where it has such images.
        columns: Of the second, ordered so that matching clusters stand on the diagonal.
        table: (rows, columns) number of images.
        ari: Adjusted Rand index of the shared images, 1 the same, 0 chance; images without a
            cluster count as a group of their own.
        matched: For clusters of the second, the cluster of the first that they match best, one
            to one, with the Jaccard index of the two.
        only_first, only_second: Images that only one of them holds.
    """

    ids: tuple[ImageId, ...]
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    table: Ints
    ari: float
    matched: dict[int, tuple[int, float]]
    only_first: int
    only_second: int


def compare(first: Clustering, second: Clustering) -> Comparison:
    """Cross two clusterings and match their clusters one to one.

    Clusters are matched so that the Jaccard indices of the pairs sum to the most (Kuhn 1955), as
    when a clustering follows an earlier one, but without a lower limit.

    Raises:
        NotEnoughData: They share no image.
    """
    from scipy.optimize import linear_sum_assignment

    ids = tuple(image for image in first.ids if image in second.of)
    if not ids:
        raise NotEnoughData("these clusterings share no image; compare two of one collection")
    one = np.array([first.of[image] for image in ids])
    two = np.array([second.of[image] for image in ids])
    rows, columns = (tuple(map(int, np.unique(side))) for side in (one, two))
    table = np.array([[np.count_nonzero((one == r) & (two == c)) for c in columns] for r in rows])
    likeness = _jaccard(table)
    likeness[[row == UNASSIGNED for row in rows]] = 0
    likeness[:, [column == UNASSIGNED for column in columns]] = 0
    pairs = dict(zip(*map(list, linear_sum_assignment(likeness, maximize=True)), strict=True))
    matched = {
        columns[c]: (rows[r], float(likeness[r, c])) for r, c in pairs.items() if likeness[r, c]
    }
    rest = [c for c in range(len(columns)) if c not in pairs.values()]
    order = [*(pairs[r] for r in range(len(rows)) if r in pairs), *rest]
    return Comparison(
        ids=ids,
        rows=rows,
        columns=tuple(columns[c] for c in order),
        table=table[:, order],
        ari=adjusted_rand(table),
        matched=matched,
        only_first=len(first) - len(ids),
        only_second=len(second) - len(ids),
    )


def adjusted_rand(table: Ints) -> float:
    """The adjusted Rand index of a contingency table (Hubert & Arabie 1985)."""
    together, n = _pairs_in(table), table.sum()
    rows, columns = _pairs_in(table.sum(axis=1)), _pairs_in(table.sum(axis=0))
    everything = n * (n - 1) / 2
    expected = rows * columns / everything if everything else 0.0
    most = (rows + columns) / 2
    return 1.0 if most == expected else float((together - expected) / (most - expected))


def _pairs_in(counts: Ints) -> float:
    return float((counts * (counts - 1) / 2).sum())


def _jaccard(table: Ints) -> Floats:
    either = table.sum(axis=1)[:, None] + table.sum(axis=0)[None, :] - table
    shares: Floats = table / np.maximum(either, 1)
    return shares
