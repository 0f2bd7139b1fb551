"""Labels that spread from neighbour to neighbour."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from contrast_engine.arrays import Floats, Ints
from contrast_engine.options import option
from contrast_engine.pseudo_labels import classifiers
from contrast_engine.pseudo_labels.abstaining import distances
from contrast_engine.pseudo_labels.classifier import Arrays, Classifier, Snapshot
from contrast_engine.pseudo_labels.folds import Folds
from contrast_engine.pseudo_labels.labelled import Labelled

MOST = 5_000
"""Images in the graph at most, the labelled ones among them; the others read it off."""

ROUNDS = 60

_BLOCK = 512


@dataclass(frozen=True, eq=False)
class SpreadModel:
    """What the images of the graph were found to be; others ask their nearest ones.

    Args:
        values: (g, d) coordinates of the images in the graph.
        shares: (g, k) their probabilities.
        neighbours: (1,) how many of them a new image asks.
    """

    values: Floats
    shares: Floats
    neighbours: Ints

    def predict_proba(self, values: Floats, cluster: Ints | None = None) -> Floats:
        """(n, k) mean probabilities of the nearest images of the graph."""
        near = _nearest(self.values, values, int(self.neighbours[0]))
        probability: Floats = self.shares[near].mean(axis=1)
        return probability

    def arrays(self) -> Arrays:
        """The graph's images and their probabilities."""
        return {"values": self.values, "shares": self.shares, "neighbours": self.neighbours}


@classifiers.add("label_spreading")
@dataclass(frozen=True)
class LabelSpreading(Classifier):
    """Lets labels flow between images that are near each other; counts on dense groups.

    Contrast has few of those: from twenty labels on it was never better than the logistic
    regression. Above 5,000 images a deterministic part of them makes the graph.

    Source: Zhou et al. 2004: F = alpha S F + (1 - alpha) Y on the nearest-neighbour graph;
    docs/methods.md#label-spreading.
    Deviates: the graph is made symmetric; an image takes the mean of its nearest ones in the
    graph, so that new images and known ones are treated alike.
    """

    title: ClassVar[str] = "Label spreading"

    neighbours: int = option(10, "How many nearest images each is tied to.", low=2, high=100)
    alpha: float = option(
        0.8, "How much an image listens to its neighbours, against its label.", low=0.05, high=0.99
    )

    def fit(self, labelled: Labelled, folds: Folds) -> Iterator[Snapshot]:
        """Spread all labels, and at once those that each fold sees."""
        m, k = len(labelled), len(labelled.classes)
        rows = _in_graph(labelled)
        values = labelled.space.values[rows]
        ties = min(self.neighbours, len(rows) - 1)
        graph = _graph(values, ties)
        own = np.searchsorted(rows, labelled.rows)
        weights = folds.weights()  # (b, m)
        start = np.zeros((len(rows), len(weights), k))
        start[own, :, labelled.codes] = weights.T
        near = _nearest(values, labelled.values, ties + 1)  # (m, ties + 1), itself among them
        flat = start.reshape(len(rows), -1)
        spread = flat
        for done in range(1, ROUNDS + 1):
            spread = self.alpha * (graph @ spread) + (1 - self.alpha) * flat
            if done % 10 and done != ROUNDS:
                continue
            share = _normalised(spread.reshape(start.shape))  # (g, b, k)
            said = share[near].mean(axis=1).transpose(1, 0, 2)  # (b, m, k)
            chosen = said[0, np.arange(m), labelled.codes]
            yield Snapshot(
                model=SpreadModel(values, share[:, 0].copy(), np.array([ties + 1])),
                held_out=said[1:],
                loss=float(-np.log(np.maximum(chosen, 1e-300)).mean()),
                done=done,
                total=ROUNDS,
            )

    @staticmethod
    def load(arrays: Mapping[str, npt.NDArray[Any]]) -> SpreadModel:
        """Make the fitted model of saved arrays again."""
        return SpreadModel(arrays["values"], arrays["shares"], arrays["neighbours"])


def _in_graph(labelled: Labelled) -> Ints:
    """Rows of the graph in rising order: all, or the labelled ones and an even part by id."""
    n = len(labelled.space)
    if n <= MOST:
        return np.arange(n)
    by_id = np.array(sorted(range(n), key=lambda row: labelled.space.ids[row]))
    even = by_id[np.linspace(0, n - 1, max(MOST - len(labelled), 0)).astype(int)]
    return np.unique(np.concatenate([even, labelled.rows]))


def _nearest(values: Floats, asked: Floats, count: int) -> Ints:
    """(n, count) rows of `values` nearest to each asked row, the nearest first."""
    count = min(count, len(values))
    parts = [np.empty((0, count), dtype=np.int64)]
    for start in range(0, len(asked), _BLOCK):
        apart = distances(asked[start : start + _BLOCK], values)
        parts.append(np.argsort(apart, axis=1, kind="stable")[:, :count])
    return np.concatenate(parts)


def _graph(values: Floats, ties: int) -> Any:
    """(g, g) sparse: D^-1/2 W D^-1/2 of the symmetric nearest-neighbour graph."""
    from scipy.sparse import diags_array
    from sklearn.neighbors import NearestNeighbors

    if ties < 1:
        return diags_array(np.zeros(len(values)))
    one_way = NearestNeighbors(n_neighbors=ties).fit(values).kneighbors_graph()
    both = one_way.maximum(one_way.T)
    scale = diags_array(1 / np.sqrt(np.asarray(both.sum(axis=1)).ravel()))
    return (scale @ both @ scale).tocsr()


def _normalised(spread: Floats) -> Floats:
    """Make shares of the (..., k) amounts; where nothing arrived, all labels are as likely."""
    total = spread.sum(axis=-1, keepdims=True)
    k = spread.shape[-1]
    shares: Floats = np.where(total > 1e-12, spread / np.maximum(total, 1e-12), 1 / k)
    return shares
