"""The neighbours of all rows at once: exact where that is cheap, else with a measured recall."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol

from contrast_engine.arrays import Floats, Ints
from contrast_engine.neighbours.cells import AROUND, by_cells
from contrast_engine.neighbours.exact import among, distances_to, search
from contrast_engine.progress import SILENT, Progress
from contrast_engine.randomness import generator

EXACT = 20_000
"""Rows up to which every distance is looked at: two processor seconds."""

MEASURED = 1_000
"""Rows whose neighbours are also found exactly, to say how many of them were found."""

ENOUGH = 0.98
"""Recall below which it is searched again, in more cells."""

FURTHER = (3 * AROUND, 9 * AROUND)
"""Cells that are looked in where there was not enough."""


@dataclass(frozen=True, eq=False)
class Graph:
    """The nearest other rows of every row.

    Args:
        rows: (n, k) row numbers, nearest first.
        distances: (n, k) Euclidean distances.
        recall: Share of the true neighbours that are among those found; 1 where all were compared.
        measured_on: On how many rows, drawn at random, that was measured; 0 where all were.
    """

    rows: Ints
    distances: Floats
    recall: float = 1.0
    measured_on: int = 0

    @classmethod
    def of(cls, rows: Floats, near: Ints, recall: float = 1.0, measured_on: int = 0) -> "Graph":
        """A graph again from (n, d) rows and the (n, k) nearest of each; distances are measured."""
        return cls(near, distances_to(rows, near), recall, measured_on)

    @property
    def is_exact(self) -> bool:
        """Whether every distance was looked at."""
        return not self.measured_on

    @property
    def words(self) -> str:
        """How the neighbours were found, for a page."""
        if self.is_exact:
            return "exact"
        return f"approximate, recall {self.recall:.3f} on {self.measured_on:,} images"

    def first(self, k: int) -> "Graph":
        """The same with the `k` nearest only."""
        return Graph(self.rows[:, :k], self.distances[:, :k], self.recall, self.measured_on)


class Keeper(Protocol):
    """What keeps graphs, so that the same search is not made twice."""

    def __call__(
        self, rows: Floats, k: int, seed: int, search: Callable[[], Graph], *, is_exact: bool
    ) -> Graph:
        """The graph that `search` gives, from wherever it was kept.

        Args:
            rows: (n, d) whose neighbours are asked for.
            k: How many each, at most n - 1.
            seed: Of the search; an exact one draws nothing.
            search: Searches.
            is_exact: Whether it compares all with all, so that more neighbours begin with these.
        """


_keeper: ContextVar[Keeper | None] = ContextVar("keeper of neighbours", default=None)


@contextmanager
def kept_by(keeper: Keeper) -> Iterator[None]:
    """A block in which `graph` takes from a keeper what it has, and gives it what it finds."""
    before = _keeper.set(keeper)
    try:
        yield
    finally:
        _keeper.reset(before)


def graph(
    rows: Floats, k: int, *, seed: int = 0, most: int = EXACT, progress: Progress = SILENT
) -> Graph:
    """The `k` nearest other rows of every row; at most all the others.

    Of many rows approximately: the recall is measured and goes with the answer; below 0.98 three
    and nine times as many cells are looked in. Within `kept_by` it may be one that was kept; the
    answer is the same.

    Args:
        rows: (n, d), all different: thousands of copies have no neighbours that say anything.
        k: How many.
        seed: Draws cells and the rows that recall is measured on.
        most: Rows up to which all are compared with all.
        progress: Told on the way.
    """
    k = max(min(k, len(rows) - 1), 0)
    is_exact = len(rows) <= max(most, k + 1) or not k

    def searched() -> Graph:
        return Graph(*among(rows, k, progress)) if is_exact else _by_cells(rows, k, seed, progress)

    keeper = _keeper.get()
    return searched() if keeper is None else keeper(rows, k, seed, searched, is_exact=is_exact)


def _by_cells(rows: Floats, k: int, seed: int, progress: Progress) -> Graph:
    """An approximate graph whose recall is enough, or the best there is."""
    for around in (AROUND, *FURTHER):
        found, distances = by_cells(rows, k, seed, progress, around)
        recall, n = measured_recall(rows, distances, seed)
        if recall >= ENOUGH:
            break
    return Graph(found, distances, recall, n)


def measured_recall(rows: Floats, distances: Floats, seed: int = 0) -> tuple[float, int]:
    """Share of the true neighbours of some rows that were found, and how many rows those are.

    A row as far as the last true neighbour counts as one: of equals it does not matter which.
    """
    k = distances.shape[1]
    drawn = generator(seed, "neighbours", "recall").choice(
        len(rows), min(MEASURED, len(rows)), replace=False
    )
    true = search(rows, rows[drawn], k + 1)[1]  # each finds itself, at distance 0
    hits = distances[drawn] <= true[:, -1:]
    return float(hits.mean()) if k else 1.0, len(drawn)
