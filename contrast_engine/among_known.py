"""New rows of a space among those it was fitted on: where on a map, in which cluster, how far."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from contrast_engine.arrays import Bools, Floats, Ints
from contrast_engine.clusterings import means
from contrast_engine.neighbours import search
from contrast_engine.results import UNASSIGNED

NEIGHBOURS = 10
"""Nearest known images that place a new one on a map without straight axes (own choice)."""

FAR = 0.999
"""A new image farther from all known ones than this share of them is from its own nearest is
marked as far (own choice)."""

DENSE = 0.95
"""HDBSCAN leaves over a new image that is farther from the nearest member of a group than this
share of members is from another member (own choice)."""

PROBES = 2_000
"""Known rows whose nearest neighbours say what is far."""

STRAIGHT = 1e-6
"""Largest deviation of a straight map from its known points, as a share of its spread."""


def far_limit(known: Floats, probes: Ints) -> float:
    """The distance to the nearest known row beyond which a new one is far from all of them."""
    if len(known) < 2 or not len(probes):
        return np.inf
    _, distances = search(known, known[probes], 2)
    return float(np.quantile(distances[:, 1], FAR))


def straight_places(known: Floats, points: Floats, rows: Floats) -> Floats | None:
    """Places of rows on a map whose axes are straight, read off its known points; else None.

    Args:
        known: (n, d) rows of the space.
        points: (n, 2 or 3) their places.
        rows: (m, d) new rows.
    """
    centre, middle = known.mean(axis=0), points.mean(axis=0)
    slope, *_ = np.linalg.lstsq(known - centre, points - middle, rcond=1e-10)
    off = np.abs((known - centre) @ slope + middle - points).max()
    if off > STRAIGHT * max(float(points.std()), 1e-12):
        return None
    placed: Floats = (rows - centre) @ slope + middle
    return placed


def places_among(near: Ints, distances: Floats, points: Floats) -> Floats:
    """Places of new rows among the points of their nearest known ones.

    Of the nearest that lie apart on the map only those about the most central one count, so that
    no row falls between two regions; a copy of a known image falls onto it.

    Args:
        near: (m, k) nearest known rows.
        distances: (m, k) how far they are in the space.
        points: (n, 2 or 3) places of the known rows.
    """
    at = points[near]  # (m, k, c)
    scale = np.maximum(distances[:, -1:], 1e-300)
    weights = 1 / np.maximum(np.square(distances / scale), 1e-12)
    apart = np.sqrt(np.square(at[:, :, None] - at[:, None]).sum(axis=3))  # (m, k, k)
    centre = np.einsum("mij,mj->mi", apart, weights).argmin(axis=1)
    from_centre = np.take_along_axis(apart, centre[:, None, None], axis=1)[:, 0]
    weights = np.where(from_centre <= np.median(from_centre, axis=1, keepdims=True), weights, 0)
    placed: Floats = (at * weights[:, :, None]).sum(axis=1) / weights.sum(axis=1)[:, None]
    is_copy = distances[:, 0] <= 1e-9 * scale[:, 0]
    return np.where(is_copy[:, None], at[:, 0], placed)


@dataclass(frozen=True, eq=False)
class Regions:
    """What is kept of fitted clusters so that new rows can join them.

    Args:
        clusters: (k,) ids of the clusters.
        centres: (k, d) the mean of each.
        sizes: (k,) images of each.
        spreads: (k, d, d) the covariance of each; (k, 0, 0) where no rule asks for it.
    """

    clusters: Ints
    centres: Floats
    sizes: Ints
    spreads: Floats

    @classmethod
    def of(cls, values: Floats, cluster: Ints, *, with_spreads: bool = False) -> Self:
        """Those of a clustering: (n, d) rows and (n,) the cluster of each."""
        present = np.unique(cluster[cluster >= 0])
        centres = means(values, cluster, int(present[-1]) + 1)[present]
        spreads = np.zeros((len(present), 0, 0))
        if with_spreads:
            spreads = np.array([np.atleast_2d(np.cov(values[cluster == c].T, bias=True))
                                for c in present])  # fmt: skip
        sizes = np.bincount(cluster[cluster >= 0])[present]
        return cls(present, centres, sizes, spreads)

    def arrays(self) -> dict[str, Any]:
        """Everything `from_arrays` needs."""
        return {"clusters": self.clusters, "centres": self.centres, "sizes": self.sizes,
                "spreads": self.spreads}  # fmt: skip

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Any]) -> Self:
        """Those that were kept."""
        return cls(*(arrays[name] for name in ("clusters", "centres", "sizes", "spreads")))

    def joined(self, rows: Floats, rule: str, shape: str = "") -> Ints:
        """(m,) the cluster that each row joins.

        Args:
            rows: (m, d) new rows.
            rule: "nearest mean"; "least variance", as Ward merges; or "likeliest cloud".
            shape: Of the clouds: "diag", "full", "tied" or "spherical".
        """
        apart = np.column_stack([np.square(rows - centre).sum(axis=1) for centre in self.centres])
        if rule == "least variance":
            apart *= 2 * self.sizes / (self.sizes + 1)
        elif rule == "likeliest cloud":
            apart = -self._likelihood(rows, shape)
        joined: Ints = self.clusters[apart.argmin(axis=1)]
        return joined

    def distances(self, rows: Floats, cluster: Ints) -> Floats:
        """(m,) the distance of each row to the mean of its cluster; 0 where it has none."""
        place = np.minimum(np.searchsorted(self.clusters, cluster), len(self.clusters) - 1)
        away = np.sqrt(np.square(rows - self.centres[place]).sum(axis=1))
        return np.where(cluster == UNASSIGNED, 0.0, away)

    def _likelihood(self, rows: Floats, shape: str) -> Floats:
        """(m, k) the logarithm of weight times density, up to a constant."""
        found = np.empty((len(rows), len(self.clusters)))
        unit = np.eye(rows.shape[1])
        tied = np.average(self.spreads, axis=0, weights=self.sizes)
        for place, own in enumerate(self.spreads):
            spread = tied if shape == "tied" else own
            if shape == "diag":
                spread = np.diag(np.diag(own))
            elif shape == "spherical":
                spread = unit * np.trace(own) / len(unit)
            spread = spread + 1e-3 * unit  # as the mixture is fitted
            off = rows - self.centres[place]
            _, size = np.linalg.slogdet(spread)
            away = np.einsum("md,md->m", off @ np.linalg.inv(spread), off)
            found[:, place] = np.log(self.sizes[place]) - (size + away) / 2
        return found


def joined_as_nearest(
    known: Floats, cluster: Ints, rows: Floats, probes: Ints
) -> tuple[Ints, Floats]:
    """(m,) the cluster of the nearest known row; none where that has none or it is too far.

    Args:
        known: (n, d) known rows.
        cluster: (n,) their clusters.
        rows: (m, d) new rows.
        probes: Known rows whose neighbours say how dense the clusters are.
    """
    near, distances = search(known, rows, 1)
    own = cluster[near[:, 0]]
    inside = probes[cluster[probes] != UNASSIGNED]
    members = np.flatnonzero(cluster != UNASSIGNED)
    if len(inside) and len(members) > 1:
        _, among = search(known[members], known[inside], 2)
        own = np.where(distances[:, 0] > np.quantile(among[:, 1], DENSE), UNASSIGNED, own)
    return own, distances[:, 0]


def beyond(values: Floats, low: Floats, high: Floats) -> Bools:
    """(m,) true for rows with a value far outside the range of known ones: its width again.

    Args:
        values: (m, d).
        low: (d,) smallest known values.
        high: (d,) largest known values.
    """
    width = high - low
    is_beyond = (values < low - width) | (values > high + width)
    found: Bools = np.asarray(is_beyond.any(axis=1))
    return found
