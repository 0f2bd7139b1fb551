"""When the model abstains."""

from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Bools, Floats, Ints
from contrast_engine.options import Recipe, option
from contrast_engine.pseudo_labels.promise import LIMIT, sureness_of

_CHUNK = 4096


@dataclass(frozen=True)
class Abstaining(Recipe):
    """Abstain when unsure, or far from everything a person has labelled.

    How sure an answer must be is raised where the labels then bear out that at most `most_wrong`
    of the answers are wrong (promise.py); where they do not, this plain `sureness` stands and the
    error among the answers is told with its ends.
    """

    sureness: float = option(
        0.25,
        "How far the best probability must rise from guessing (0) towards certainty (1).",
        low=0.0,
        high=0.95,
    )
    reach: float = option(
        2.0,
        "How far from the nearest labelled image is too far, in usual gaps between labelled ones.",
        low=0.5,
        high=100.0,
    )
    most_wrong: float = option(
        LIMIT,
        "The share of the answers that may be wrong, kept where the labels can promise it.",
        low=0.01,
        high=0.9,
    )

    def unsure(self, probability: Floats) -> Bools:
        """True where the best of the (..., k) probabilities is too close to guessing."""
        unsure: Bools = sureness_of(probability) < self.sureness
        return unsure

    def limit(self, labelled: Floats, pictures: Ints | None = None) -> float:
        """Distance beyond which an image is far from the (m, d) labelled images.

        The usual gap is the upper quartile of each labelled image's distance to the next one; of
        those that are nearly one picture, by the (m,) `pictures`, none is the next one.
        """
        pictures = np.arange(len(labelled)) if pictures is None else pictures
        if len(np.unique(pictures)) < 2:
            return 0.0
        return self.reach * float(np.quantile(gaps(labelled, pictures), 0.75))


def gaps(labelled: Floats, pictures: Ints) -> Floats:
    """(m,) distance of each of the (m, d) labelled images to its nearest one of another picture."""
    apart = distances(labelled, labelled)
    apart[pictures[:, None] == pictures[None, :]] = np.inf
    nearest: Floats = apart.min(axis=1)
    return nearest


def distances(values: Floats, others: Floats) -> Floats:
    """(n, m) Euclidean distances between (n, d) and (m, d) rows."""
    squared = (
        (values**2).sum(axis=1)[:, None] - 2 * values @ others.T + (others**2).sum(axis=1)[None, :]
    )
    apart: Floats = np.sqrt(np.maximum(squared, 0))
    return apart


def nearest_distance(values: Floats, labelled: Floats) -> Floats:
    """(n,) distance of each row to the nearest labelled image, in memory-sized chunks."""
    chunks = range(0, len(values), _CHUNK)
    parts = [distances(values[at : at + _CHUNK], labelled).min(axis=1) for at in chunks]
    return np.concatenate(parts) if parts else np.empty(0)
