"""Does an embedding follow the light and not the scene? Two probes, each with its null.

Ridge regression from the embedding to the log chroma of the light, and to what the pictures show
(numbers of the scene that the light does not change), on folds of other pictures. The null is the
same with the rows of what is asked for put in another order.
"""

from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Bools, Floats, Ints, Real
from contrast_engine.errors import NotEnoughData
from contrast_engine.randomness import generator

N_FOLDS = 5
N_NULL = 20
"""Orders that the null is a mean and a 95th percentile over."""

STRENGTHS = tuple(10.0**power for power in range(-3, 5))
LEAST = 20


@dataclass(frozen=True)
class Probe:
    """How much of something an embedding predicts on pictures it was not fitted on.

    Args:
        r2: Share of the variance, mean over columns; below 0, worse than their mean.
        null: Mean of the same with the rows in other orders.
        null_high: 95th percentile of that.
        n: Pictures.
    """

    r2: float
    null: float
    null_high: float
    n: int

    @property
    def is_followed(self) -> bool:
        """Whether it predicts more than chance does."""
        return self.r2 > self.null_high


@dataclass(frozen=True)
class Probes:
    """What an embedding follows."""

    light: Probe
    scene: Probe

    @property
    def in_words(self) -> str:
        """One sentence."""
        parts = [
            f"{name}: R2 {one.r2:.2f} (by chance {one.null:.2f}, up to {one.null_high:.2f})"
            for name, one in (("light", self.light), ("scene", self.scene))
        ]
        verdict = "follows the light more than the scene"
        if not self.light.is_followed:
            verdict = "does not follow the light"
        elif self.scene.r2 >= self.light.r2:
            verdict = "follows the scene at least as much as the light"
        return f"the embedding {verdict}; {'; '.join(parts)}; n = {self.light.n}"


def probes(embedding: Real, lights: Real, scenes: Real, *, folds: Ints | None = None,
           seed: int = 0) -> Probes:  # fmt: skip
    """Both probes on the same folds.

    Args:
        embedding: (n, d).
        lights: (n, 3) the illuminants.
        scenes: (n, k) numbers of what the pictures show, which the light does not change.
        folds: (n,) which fold each is in; None for five drawn at random.
        seed: For folds and nulls.

    Raises:
        NotEnoughData: There are fewer than 20 pictures.
    """
    logs = np.log(np.asarray(lights, np.float64))
    chroma = logs[:, [0, 2]] - logs[:, [1]]
    return Probes(
        probe(embedding, chroma, folds=folds, seed=seed),
        probe(embedding, scenes, folds=folds, seed=seed),
    )


def probe(embedding: Real, wanted: Real, *, folds: Ints | None = None, seed: int = 0) -> Probe:
    """How much of some numbers (n, k) an embedding (n, d) predicts by ridge regression.

    Raises:
        NotEnoughData: There are fewer than 20 pictures.
    """
    x, y = np.asarray(embedding, np.float64), np.asarray(wanted, np.float64)
    if len(x) < LEAST:
        raise NotEnoughData(f"a probe needs at least {LEAST} images, got {len(x)}; add images")
    random = generator(seed, "illuminants", "probe")
    if folds is None:
        folds = random.permutation(len(x)) % N_FOLDS
    orders = [np.arange(len(y)), *(random.permutation(len(y)) for _ in range(N_NULL))]
    each = _r2(x, np.concatenate([y[order] for order in orders], axis=1), folds)
    found, *nulls = each.reshape(len(orders), -1).mean(axis=1).tolist()
    return Probe(found, float(np.mean(nulls)), float(np.quantile(nulls, 0.95)), len(x))


def content(images: Real, valid: Bools) -> Floats:
    """Numbers of a scene that another light hardly changes, (n, 5).

    Of the logarithm of brightness (the geometric mean of the channels, which a light only shifts),
    after taking its mean away: spread, skewness, mean size of steps across and down, and the
    difference of upper and lower half.
    """
    rows = []
    for image, mask in zip(images, valid, strict=True):
        bright = np.log(np.maximum(image.astype(np.float64), 1e-4)).mean(axis=2)
        inside = bright[mask] if mask.any() else bright.ravel()
        bright = np.where(mask, bright, inside.mean()) - inside.mean()
        spread = max(float(inside.std()), 1e-6)
        skew = float((((inside - inside.mean()) / spread) ** 3).mean())
        half = len(bright) // 2
        rows.append([
            spread, skew, float(np.abs(np.diff(bright, axis=1)).mean()),
            float(np.abs(np.diff(bright, axis=0)).mean()),
            float(bright[:half].mean() - bright[half:].mean()),
        ])  # fmt: skip
    return np.array(rows).reshape(-1, 5)


def _r2(x: Floats, y: Floats, folds: Ints) -> Floats:
    """The share of variance of each column (k,) that is predicted on other folds."""
    from sklearn.linear_model import RidgeCV

    made = np.empty_like(y)
    for fold in np.unique(folds):
        here = folds == fold
        centre, spread = x[~here].mean(axis=0), np.maximum(x[~here].std(axis=0), 1e-9)
        known = (x - centre) / spread
        model = RidgeCV(STRENGTHS, alpha_per_target=True).fit(known[~here], y[~here])
        made[here] = np.asarray(model.predict(known[here])).reshape(-1, y.shape[1])
    rest = ((y - made) ** 2).sum(axis=0)
    whole = np.maximum(((y - y.mean(axis=0)) ** 2).sum(axis=0), 1e-12)
    found: Floats = 1 - rest / whole
    return found
