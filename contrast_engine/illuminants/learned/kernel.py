"""kernel: a Gaussian process on histograms of log chroma and on statistical estimates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from contrast_engine.arrays import Floats, Ints, Real
from contrast_engine.errors import ModelError
from contrast_engine.illuminants.datasets import IlluminantSet
from contrast_engine.illuminants.learned import learned
from contrast_engine.illuminants.learned.log_chroma import (
    estimates_in_log,
    histograms,
    log_ratios,
    of_log_ratios,
)
from contrast_engine.illuminants.learned.marginal_likelihood import fitted, kernel
from contrast_engine.randomness import generator

PARTS = ("estimates", "pixels", "edges", "light")
"""What pictures are compared by; each has a weight and a length of its own."""

COPIES = 2
"""Lights of the same camera that every picture is also relit by (own choice)."""

MOST = 400
"""Pictures that weights and lengths are fitted on; of more, so many are drawn."""

MOST_ROWS = 2400
"""Pictures and relit copies that are compared with; beyond it there are fewer copies."""

RELIT_NOISE = 0.1
"""Variance that is added where a picture was relit: a copy says less than a picture."""

_NUMBERS = ("centre", "spread", "weights", "mean", "scale", "logs")


@dataclass(frozen=True, eq=False)
class KernelModel:
    """A fitted process: the pictures it compares with, and what they weigh.

    Args:
        seen: What each picture it learnt from says: "estimates" (n, e), standardised, and the
            histograms (n, cells).
        centre: (e,) mean, and
        spread: (e,) standard deviation that estimates are standardised by.
        weights: (n, 2) of the pictures, for ln(r / g) and ln(b / g).
        mean: (2,) of the log chroma of their lights.
        scale: Standard deviation of that.
        logs: Of noise, weights and lengths, as `kernel` takes them.
    """

    seen: Mapping[str, Real]
    centre: Floats
    spread: Floats
    weights: Floats
    mean: Floats
    scale: float
    logs: Floats

    def estimate(self, data: IlluminantSet) -> Floats:
        """The illuminants of pictures as positive unit vectors, (n, 3)."""
        if not len(data):
            return np.zeros((0, 3))
        estimates = (estimates_in_log(data) - self.centre) / self.spread
        likeness = kernel(self.logs, *compared({"estimates": estimates, **histograms(data)},
                                               self.seen))  # fmt: skip
        return of_log_ratios(self.mean + self.scale * likeness @ self.weights)

    def arrays(self) -> dict[str, Any]:
        """Everything by name, for a safetensors file."""
        own = {name: np.asarray(getattr(self, name), np.float64) for name in _NUMBERS}
        return own | {f"seen.{part}": np.asarray(self.seen[part]) for part in PARTS}

    @classmethod
    def of(cls, arrays: Mapping[str, Any]) -> Self:
        """Rebuild a model from its arrays.

        Raises:
            ModelError: They are not of such a model.
        """
        wanted = {*_NUMBERS, *(f"seen.{part}" for part in PARTS)}
        if missing := sorted(wanted - set(arrays)):
            raise ModelError(
                f"this is no kernel model of illuminants, {', '.join(missing)} missing; fit again"
            )
        seen = {part: np.asarray(arrays[f"seen.{part}"]) for part in PARTS}
        centre, spread, weights, mean, scale, logs = (np.asarray(arrays[n]) for n in _NUMBERS)
        return cls(seen, centre, spread, weights, mean, float(scale), logs)


@learned.add("kernel")
def fit(data: IlluminantSet, seed: int) -> KernelModel:
    """A Gaussian process that gives ln(r / g) and ln(b / g) of the light from what is alike.

    Its weights and lengths maximise the marginal likelihood on the pictures as they are; then it
    also learns from each relit by other lights of its camera, which are what a seed draws.

    Source: Rasmussen & Williams 2006, chapters 2 and 5; log-chroma histograms after Barron 2015.
    Deviates: kernels of Hellinger distance in place of a learnt filter.
    """
    random = generator(seed, "illuminants", "kernel")
    raw, truths = estimates_in_log(data), log_ratios(data.truths)
    centre, spread = raw.mean(axis=0), np.maximum(raw.std(axis=0), 1e-6)
    mean, scale = truths.mean(axis=0), max(float(truths.std()), 1e-6)
    own: dict[str, Real] = {"estimates": (raw - centre) / spread, **histograms(data)}
    rows = np.sort(random.permutation(len(data))[:MOST])
    some = {part: own[part][rows] for part in PARTS}
    logs = fitted(*compared(some, some), (truths[rows] - mean) / scale)

    copies = min(COPIES, max(MOST_ROWS // len(data) - 1, 0))
    shifts = [shift_to(truths, data.cameras, random) for _ in range(copies)]
    seen: dict[str, Real] = {"estimates": np.concatenate(
        [own["estimates"], *((raw + np.tile(by, raw.shape[1] // 2) - centre) / spread
                             for by in shifts)])}  # fmt: skip
    relit = [histograms(data, by) for by in shifts]
    for part in PARTS[1:]:
        seen[part] = np.concatenate([own[part], *(each[part] for each in relit)])
    noise = np.full(len(seen["estimates"]), np.exp(logs[0]))
    noise[len(data) :] += RELIT_NOISE
    wanted = np.concatenate([truths, *(truths + by for by in shifts)])
    likeness = kernel(logs, *compared(seen, seen)) + np.diag(noise)
    weights = np.linalg.solve(likeness, (wanted - mean) / scale)
    return KernelModel(seen, centre, spread, weights, mean, scale, logs)


def shift_to(truths: Floats, cameras: Sequence[str], random: np.random.Generator) -> Floats:
    """(n, 2) steps in log chroma from each light to another one of the same camera."""
    names = np.asarray(cameras, dtype=str)
    other: Ints = np.arange(len(truths))
    for camera in np.unique(names):
        rows = np.flatnonzero(names == camera)
        other[rows] = random.choice(rows, len(rows))
    found: Floats = truths[other] - truths
    return found


def compared(one: Mapping[str, Real], two: Mapping[str, Real]) -> tuple[dict[str, Floats], Floats]:
    """Distances (n, m) of pictures in each part, and the products of their estimates."""
    apart = {part: _distances(one[part], two[part]) for part in PARTS}
    count = one["estimates"].shape[1]
    apart["estimates"] = apart["estimates"] / np.sqrt(count)
    return apart, one["estimates"] @ two["estimates"].T / count


def _distances(one: Real, two: Real) -> Floats:
    a, b = np.asarray(one, np.float64), np.asarray(two, np.float64)
    squares = (a * a).sum(axis=1)[:, None] + (b * b).sum(axis=1)[None] - 2 * a @ b.T
    found: Floats = np.sqrt(np.maximum(squares, 0))
    return found
