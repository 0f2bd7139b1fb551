"""One fair scale for features of different units: every column as a standard normal."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from contrast_engine.arrays import Floats, Ints
from contrast_engine.errors import ModelError, NotEnoughData
from contrast_engine.vectors import Vectors, given_away

KNOTS = 257
"""Points kept of each column's distribution (own choice): steps of about 0.03 in score."""

SAME = 1e-9
"""Relative spread below which a column is rounding noise and counts as constant."""


@dataclass(frozen=True, eq=False)
class QuantileScaling:
    """Maps each column to the normal score of its rank in the collection it was fitted on.

    Without it k-means sees little but chroma and kurtosis (docs/methods.md#quantile-scaling).
    A value becomes the normal quantile of its mid-rank; ties share one rank, a constant column is
    0, and a value beyond the fitted range gets the score of the nearest end.

    Args:
        columns: d feature names.
        knots: (k, d) fitted values, rising; short columns are padded with their last value.
        scores: (k, d) normal quantile of the mid-rank of each knot.
        n: How many images it was fitted on.
    """

    columns: tuple[str, ...]
    knots: Floats
    scores: Floats
    n: int

    @classmethod
    def fit(cls, vectors: Vectors, columns: Sequence[str] | None = None) -> Self:
        """Learn the distribution of every column, of which one is held at a time.

        Args:
            vectors: The images.
            columns: Only these; all without.

        Raises:
            NotEnoughData: There are no images.
        """
        if not len(vectors):
            raise NotEnoughData("scaling needs at least 1 measured image, got 0; measure some")
        names = vectors.columns if columns is None else tuple(columns)
        rows = np.arange(len(vectors))
        pairs = [_distribution(vectors.at_rows(name, rows)) for name in names]
        knots = np.column_stack([values for values, _ in pairs])  # (k, d)
        scores = np.column_stack([normal for _, normal in pairs])  # (k, d)
        return cls(names, knots, scores, len(vectors))

    def transform(self, vectors: Vectors) -> Vectors:
        """The fitted columns in normal scores; a row never depends on other rows.

        Raises:
            UnknownName: A fitted column is missing from `vectors`.
        """
        scores = np.empty((len(vectors), len(self.columns)))
        for c, column in enumerate(self.scaled(vectors, np.arange(len(vectors)))):
            scores[:, c] = column
        return Vectors(vectors.ids, given_away(scores), self.columns)

    def scaled(self, vectors: Vectors, rows: Ints) -> Iterator[Floats]:
        """Some rows in normal scores, one fitted column of (m,) numbers after the other.

        Raises:
            UnknownName: A fitted column is missing from `vectors`.
        """
        for c, name in enumerate(self.columns):
            yield np.interp(vectors.at_rows(name, rows), self.knots[:, c], self.scores[:, c])

    def arrays(self) -> dict[str, Any]:
        """Everything `from_arrays` needs, as plain arrays for a safetensors file."""
        names = np.frombuffer("\n".join(self.columns).encode(), dtype=np.uint8)
        fitted_on = np.array([self.n], dtype=np.int64)
        return {"columns": names, "knots": self.knots, "scores": self.scores, "n": fitted_on}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Any]) -> Self:
        """Rebuild a scaling from `arrays`.

        Raises:
            ModelError: The arrays are not those of a scaling.
        """
        missing = {"columns", "knots", "scores", "n"} - set(arrays)
        if missing:
            raise ModelError(f"a saved scaling lacks {', '.join(sorted(missing))}; cluster again")
        columns = tuple(np.asarray(arrays["columns"], np.uint8).tobytes().decode().split("\n"))
        knots = np.asarray(arrays["knots"], np.float64)
        scores = np.asarray(arrays["scores"], np.float64)
        if knots.shape != scores.shape or knots.shape[1:] != (len(columns),):
            raise ModelError("a saved scaling does not fit its own columns; cluster again")
        return cls(columns, knots, scores, int(np.asarray(arrays["n"])[0]))


@dataclass(frozen=True, eq=False)
class Standardising:
    """Brings each column of an embedding to mean 0 and standard deviation 1.

    Shape is kept, since the axes of an embedding have no tails of their own to tame.

    Args:
        columns: d names.
        centre: (d,) mean of each column.
        spread: (d,) standard deviation; a constant column becomes 0.
        n: How many images it was fitted on.
    """

    columns: tuple[str, ...]
    centre: Floats
    spread: Floats
    n: int

    @classmethod
    def fit(cls, vectors: Vectors) -> Self:
        """Learn mean and spread of every column.

        Raises:
            NotEnoughData: There are no images.
        """
        if not len(vectors):
            raise NotEnoughData("scaling needs at least 1 embedded image, got 0; embed some")
        spread = vectors.values.std(axis=0)
        is_constant = spread <= SAME * np.abs(vectors.values).max(axis=0)
        spread = np.where(is_constant, np.inf, spread)
        return cls(vectors.columns, vectors.values.mean(axis=0), spread, len(vectors))

    def transform(self, vectors: Vectors) -> Vectors:
        """The fitted columns standardised; a row never depends on other rows.

        Raises:
            UnknownName: A fitted column is missing from `vectors`.
        """
        values = vectors.select(self.columns).values
        return Vectors(vectors.ids, (values - self.centre) / self.spread, self.columns)

    def scaled(self, vectors: Vectors, rows: Ints) -> Iterator[Floats]:
        """Some rows standardised, one fitted column of (m,) numbers after the other.

        Raises:
            UnknownName: A fitted column is missing from `vectors`.
        """
        for c, name in enumerate(self.columns):
            yield (vectors.at_rows(name, rows) - self.centre[c]) / self.spread[c]

    def arrays(self) -> dict[str, Any]:
        """Everything `from_arrays` needs, as plain arrays for a safetensors file."""
        names = np.frombuffer("\n".join(self.columns).encode(), dtype=np.uint8)
        fitted_on = np.array([self.n], dtype=np.int64)
        return {"columns": names, "centre": self.centre, "spread": self.spread, "n": fitted_on}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Any]) -> Self:
        """Rebuild a scaling from `arrays`.

        Raises:
            ModelError: The arrays are not those of a scaling.
        """
        missing = {"columns", "centre", "spread", "n"} - set(arrays)
        if missing:
            raise ModelError(f"a saved scaling lacks {', '.join(sorted(missing))}; embed again")
        columns = tuple(np.asarray(arrays["columns"], np.uint8).tobytes().decode().split("\n"))
        return cls(
            columns,
            np.asarray(arrays["centre"], np.float64),
            np.asarray(arrays["spread"], np.float64),
            int(np.asarray(arrays["n"])[0]),
        )


def _distribution(column: Floats) -> tuple[Floats, Floats]:
    """`KNOTS` rising values of one column and the normal score of each."""
    from scipy.special import ndtri

    spread = float(column.max() - column.min())
    if spread <= SAME * float(np.abs(column).max()):
        return np.full(KNOTS, column[0]), np.zeros(KNOTS)
    values, counts = np.unique(column, return_counts=True)
    scores = ndtri((np.cumsum(counts) - counts / 2) / len(column))
    if len(values) > KNOTS:
        kept = _evenly(scores)
        values, scores = values[kept], scores[kept]
    short = KNOTS - len(values)
    return np.pad(values, (0, short), "edge"), np.pad(scores, (0, short), "edge")


def _evenly(scores: Floats) -> Ints:
    """Pick `KNOTS` positions of rising `scores`, evenly spaced, both ends included.

    Even in score and not in rank, so that the tails are as exact as the middle. A value that
    many images share leaves gaps beside it and is therefore picked itself.
    """
    wanted = np.linspace(scores[0], scores[-1], KNOTS)
    right = np.clip(np.searchsorted(scores, wanted), 1, len(scores) - 1)
    is_left_nearer = wanted - scores[right - 1] < scores[right] - wanted
    kept = np.where(is_left_nearer, right - 1, right)
    kept[0], kept[-1] = 0, len(scores) - 1
    return kept
