"""Axes with their names, and by drawing the images anew, whether the names hold."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from contrast_engine import describe
from contrast_engine.arrays import Floats
from contrast_engine.axes.naming import ends, strongest, theme_name
from contrast_engine.axes.principal import participation_ratio, signed
from contrast_engine.errors import NotEnoughData
from contrast_engine.progress import SILENT, Progress
from contrast_engine.randomness import generator
from contrast_engine.vectors import Vectors

SHAKY = 0.8
"""Below this share of resamples a name is not to be relied on (own choice)."""


@dataclass(frozen=True)
class NamedAxis:
    """One principal axis in words.

    Args:
        name: What it stands for, such as "colour against luminance".
        low, high: What its ends are, in words.
        loadings: Weight of every readable column: that of the axis itself where the axis is
            made of them, else the correlation with it.
        explained, explained_low, explained_high: Share of the variance along it, 0 to 1, with
            its 95 % bootstrap interval.
        name_holds: Share of resamples in which the axis nearest to it has the same name.
        other_name: The most frequent other name there, "" where there is none.
        sign_holds: Share in which that axis, its sign fixed in the same way, points the same way.
        turns: Median |cosine| between the two: 1 where the direction itself stays.
        turned: -1 where the axis was turned round to be readable: its own largest loading is
            then negative; else 1.
    """

    name: str
    low: str
    high: str
    loadings: dict[str, float]
    explained: float
    explained_low: float
    explained_high: float
    name_holds: float
    other_name: str
    sign_holds: float
    turns: float
    turned: float

    @property
    def is_stable(self) -> bool:
        """Whether name and sign hold often enough to be relied on."""
        return min(self.name_holds, self.sign_holds) >= SHAKY


@dataclass(frozen=True)
class NamedAxes:
    """The principal axes of a space, widest first, and how many there really are.

    Args:
        axes: The first few.
        participation_ratio, ratio_low, ratio_high: How many directions share the spread, with
            the 95 % bootstrap interval; of `n_columns` there could be.
        n_columns: Columns of the space.
        n: Images the axes are made from.
        n_resampled: Images each resample draws: all, or a seeded sample of them.
        resamples: How often images were drawn again with replacement.
    """

    axes: tuple[NamedAxis, ...]
    participation_ratio: float
    ratio_low: float
    ratio_high: float
    n_columns: int
    n: int
    n_resampled: int
    resamples: int


def named_axes(
    vectors: Vectors,
    readable: Vectors | None = None,
    *,
    n_axes: int = 4,
    resamples: int = 200,
    sample: int = 5000,
    seed: int = 0,
    progress: Progress = SILENT,
) -> NamedAxes:
    """The named principal axes of a space, and by resampling how far the names hold.

    Args:
        vectors: The space; at least 3 rows.
        readable: The same images in columns that have words. Axes of other columns are named by
            their correlation with these; without it the columns of `vectors` are meant.
        n_axes: How many axes to name.
        resamples: How often the images are drawn anew with replacement.
        sample: Above so many images each resample draws from a seeded sample of that size.
        seed: Draws them.
        progress: Told after each resample.

    Raises:
        NotEnoughData: There are fewer than 3 rows.

    Source: Efron 1979 (bootstrap); the participation ratio as in Gao et al. 2017.
    """
    if len(vectors) < 3:
        raise NotEnoughData(f"axes need at least 3 images, got {len(vectors)}; add images")
    ids = vectors.images  # the answer must not hang on the order of a scan
    words = vectors if readable is None else readable
    space, read = vectors.take(ids).values, words.take(ids).values
    is_own = readable is None or words.columns == vectors.columns
    found = _Moments.of(space, read).axes(is_own)
    n_axes = min(n_axes, int(np.count_nonzero(found.variances > 1e-12 * found.variances[0])))
    names = [theme_name(words.columns, weights) for weights in found.weights[:n_axes]]
    again = _Tally(n_axes, resamples)
    for moments in _resampled(space, read, resamples, sample, seed):
        again.add(found, moments.axes(is_own), words.columns)
        progress.tick(again.n, resamples, "drawing the images anew")
    alike = np.abs(describe.correlations(read))
    ratio = np.percentile(again.ratios, (2.5, 97.5))
    return NamedAxes(
        tuple(
            _named(found, k, names[k], words.columns, alike, again) for k in range(n_axes)
        ),
        participation_ratio(found.variances),
        float(ratio[0]),
        float(ratio[1]),
        space.shape[1],
        len(ids),
        min(len(ids), sample),
        resamples,
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Axes:
    """Directions (r, d) with their variances (r,), and the readable weights (r, c) of each."""

    directions: Floats
    variances: Floats
    weights: Floats


@dataclass(frozen=True, eq=False)
class _Moments:
    """Covariance of a space (d, d), of it with readable columns (d, c), and their spreads (c,)."""

    own: Floats
    cross: Floats
    spread: Floats

    @classmethod
    def of(cls, space: Floats, read: Floats, counts: Floats | None = None) -> "_Moments":
        share = np.full(len(space), 1.0) if counts is None else counts
        share = share / share.sum()
        x, y = space - share @ space, read - share @ read
        weighted = x * share[:, None]
        return cls(weighted.T @ x, weighted.T @ y, np.sqrt(share @ np.square(y)))

    def axes(self, is_own: bool) -> _Axes:
        variances, columns = np.linalg.eigh(self.own)
        variances, directions = np.maximum(variances[::-1], 0), signed(columns.T[::-1])
        if is_own:
            return _Axes(directions, variances, directions)
        scale = np.sqrt(variances)[:, None] * self.spread
        together = directions @ self.cross
        weights = np.divide(together, scale, out=np.zeros_like(together), where=scale > 1e-12)
        # what is readable of an axis decides its sign, else nobody could say which end is which
        flip = np.where(weights[np.arange(len(weights)), np.abs(weights).argmax(axis=1)] < 0, -1, 1)
        return _Axes(directions * flip[:, None], variances, weights * flip[:, None])


class _Tally:
    """Counts in how many resamples names and signs hold."""

    def __init__(self, n_axes: int, resamples: int) -> None:
        self.names: list[Counter[str]] = [Counter() for _ in range(n_axes)]
        self.signs = np.zeros(n_axes)
        self.cosines = np.zeros((resamples, n_axes))
        self.shares = np.zeros((resamples, n_axes))
        self.ratios = np.zeros(resamples)
        self.n = 0

    def add(self, found: _Axes, again: _Axes, columns: Sequence[str]) -> None:
        n_axes = len(self.names)
        cosines = found.directions[:n_axes] @ again.directions.T
        for k in range(n_axes):
            near = int(np.abs(cosines[k]).argmax())
            self.names[k][theme_name(columns, again.weights[near])] += 1
            self.signs[k] += cosines[k, near] > 0
            self.cosines[self.n, k] = abs(cosines[k, near])
        total = float(again.variances.sum())
        self.shares[self.n] = again.variances[:n_axes] / total if total > 0 else 0.0
        self.ratios[self.n] = participation_ratio(again.variances)
        self.n += 1


def _resampled(
    space: Floats, read: Floats, resamples: int, sample: int, seed: int
) -> Iterator[_Moments]:
    random = generator(seed, "axes", "bootstrap")
    rows = np.arange(len(space))
    if len(rows) > sample:
        rows = np.sort(random.choice(len(rows), sample, replace=False))
    space, read = space[rows], read[rows]
    for _ in range(resamples):
        counts = np.bincount(random.integers(len(rows), size=len(rows)), minlength=len(rows))
        yield _Moments.of(space, read, counts.astype(np.float64))


def _named(
    found: _Axes, k: int, name: str, columns: Sequence[str], alike: Floats, again: _Tally
) -> NamedAxis:
    weights = found.weights[k]
    low, high = ends(columns, weights, strongest(weights, alike))
    explained = np.percentile(again.shares[:, k], (2.5, 97.5))
    return NamedAxis(
        name,
        low,
        high,
        dict(zip(columns, map(float, weights), strict=True)),
        float(found.variances[k] / found.variances.sum()),
        float(explained[0]),
        float(explained[1]),
        again.names[k][name] / again.n,
        next((other for other, _ in again.names[k].most_common() if other != name), ""),
        float(again.signs[k] / again.n),
        float(np.median(again.cosines[:, k])),
        1.0 if found.directions[k, np.abs(found.directions[k]).argmax()] > 0 else -1.0,
    )
