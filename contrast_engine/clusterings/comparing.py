"""Two clusterings of the same images side by side: who went where, and how far they agree."""

from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Floats, Ints
from contrast_engine.errors import NotEnoughData
from contrast_engine.results import UNASSIGNED, Clustering, in_order
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
    from sklearn.metrics import adjusted_rand_score

    ids = tuple(image for image in first.ids if image in second.of)
    if not ids:
        raise NotEnoughData("these clusterings share no image; compare two of one collection")
    one, two = in_order(ids, first.of), in_order(ids, second.of)
    rows, of_row = np.unique(one, return_inverse=True)
    columns, of_column = np.unique(two, return_inverse=True)
    table = np.zeros((len(rows), len(columns)), dtype=np.int64)
    np.add.at(table, (of_row, of_column), 1)
    likeness = _jaccard(table)
    likeness[rows == UNASSIGNED] = 0
    likeness[:, columns == UNASSIGNED] = 0
    pairs = _one_to_one(likeness)
    order = [*pairs.values(), *(c for c in range(len(columns)) if c not in pairs.values())]
    return Comparison(
        ids=ids,
        rows=tuple(map(int, rows)),
        columns=tuple(map(int, columns[order])),
        table=table[:, order],
        ari=float(adjusted_rand_score(one, two)),
        matched={
            int(columns[c]): (int(rows[r]), float(likeness[r, c]))
            for r, c in pairs.items()
            if likeness[r, c]
        },
        only_first=len(first) - len(ids),
        only_second=len(second) - len(ids),
    )


def _one_to_one(likeness: Floats) -> dict[int, int]:
    """Row to column, rows rising, so that the likenesses of the pairs sum to the most."""
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(likeness, maximize=True)
    return dict(zip(rows.tolist(), columns.tolist(), strict=True))


def _jaccard(table: Ints) -> Floats:
    either = table.sum(axis=1)[:, None] + table.sum(axis=0)[None, :] - table
    shares: Floats = table / np.maximum(either, 1)
    return shares
