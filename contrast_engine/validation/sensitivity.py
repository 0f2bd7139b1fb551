"""The sensitivity test: does an embedding see contrast, and little else?

The same for every embedding, learned, measured or brought along: response to ladders of held-out
pictures, invariance to what is not contrast, what a linear probe can read, and whether neighbours
are alike in their features.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from contrast_engine.arrays import Floats, Ints
from contrast_engine.perturb import Ladder, contrast_ladders, perturbations
from contrast_engine.randomness import generator
from contrast_engine.validation.correlation import spearman
from contrast_engine.vectors import Vectors

Embed = Callable[[Sequence[Floats]], Floats]
"""Embeds pictures of linear light (h, w, 3) and any sizes: (n, d)."""

LADDER_LIMITS = {"scale": 0.95, "haze": 0.95, "s_curve": 0.9}
"""What a score must reach on held-out ladders before it is offered (own choice)."""

STEPS = 6
FOLDS = 5
PERMUTATIONS = 5
NEIGHBOURS = 10
PENALTIES = (0.1, 1.0, 10.0, 100.0, 1000.0)


@dataclass(frozen=True)
class Response:
    """How an embedding follows the ladders of pictures it has not seen.

    Args:
        ladders: Mean Spearman correlation with the known strength, by ladder.
        by: "score" where the embedding has one of its own, "axis" where the direction of growing
            contrast was fitted to the ladders of other pictures.
        images: Held-out pictures it rests on.
        fitted_on: Pictures the axis was fitted on.
        each: The correlation of every held-out picture, by ladder.
    """

    ladders: dict[str, float]
    by: str
    images: int
    fitted_on: int
    each: dict[str, tuple[float, ...]] = field(default_factory=dict)

    @property
    def passes(self) -> bool:
        """True if every ladder reaches its limit."""
        return all(self.ladders[name] >= limit for name, limit in LADDER_LIMITS.items())


def response(
    embed: Embed,
    held_out: Sequence[Floats],
    others: Sequence[Floats],
    *,
    has_score: bool = False,
    steps: int = STEPS,
) -> Response:
    """The response to scale, haze and S-curve ladders.

    Args:
        embed: Turns pictures into vectors; with `has_score` the first column is the score.
        held_out: Pictures neither the embedding nor the axis was fitted on, linear (h, w, 3).
        others: Pictures to fit the axis on, where there is no score.
        has_score: Whether to use the score instead.
        steps: Steps of each ladder.
    """
    ladders = contrast_ladders(steps)
    climbed = {ladder.perturbation: _climbed(embed, held_out, ladder) for ladder in ladders}
    if has_score:
        scores = {name: values[..., 0] for name, values in climbed.items()}
    else:
        axis = _axis(np.concatenate([_climbed(embed, others, ladder) for ladder in ladders]))
        scores = {name: values @ axis for name, values in climbed.items()}
    strength = np.arange(steps, dtype=np.float64)
    each = {
        name: tuple(spearman(row, strength) or 0.0 for row in rows) for name, rows in scores.items()
    }
    found = {name: float(np.mean(values)) for name, values in each.items()}
    return Response(found, "score" if has_score else "axis", len(held_out),
                    0 if has_score else len(others), each)  # fmt: skip


def invariance(embed: Embed, pictures: Sequence[Floats], contrast: Floats, seed: int = 0) -> dict[
    str, float
]:  # fmt: skip
    """How far pictures move when something other than contrast changes.

    For crop, flip and chroma: median distance moved over the median distance between two
    pictures; 0 not at all, 1 as far as to another picture. For content: median distance between
    pictures of nearly equal contrast over that of any two; 0 only contrast counts, 1 it does not.

    Args:
        embed: Turns pictures into vectors.
        pictures: Linear light (h, w, 3).
        contrast: (n,) one contrast feature of each, to pair them by.
        seed: Draws the crops and the turns of hue.
    """
    rng = generator(seed, "validation", "invariance")
    here = embed(pictures)
    spread = np.maximum(here.std(axis=0), 1e-9)
    apart = _distances(here / spread)
    typical = float(np.median(apart[np.triu_indices(len(here), 1)]))
    changed = {
        "crop": [_crop(rgb, rng) for rgb in pictures],
        "flip": [rgb[:, ::-1] for rgb in pictures],
        "chroma": [_recoloured(rgb, rng) for rgb in pictures],
    }
    found = {}
    for name, versions in changed.items():
        moved = np.linalg.norm((embed(versions) - here) / spread, axis=1)
        found[name] = float(np.median(moved)) / max(typical, 1e-12)
    order = np.argsort(contrast, kind="stable")
    beside = apart[order[:-1], order[1:]]  # the next one in contrast: nearly equal
    found["content"] = float(np.median(beside)) / max(typical, 1e-12)
    return found


def probe(embedding: Floats, features: Vectors, seed: int = 0) -> dict[str, dict[str, float]]:
    """How much of every feature a linear map can read from an embedding.

    Ridge regression on the standardised embedding, five folds, penalty chosen inside each;
    `r2` is that of the held-out predictions, `null` the highest of five permuted targets.

    Args:
        embedding: (n, d) of the same pictures.
        features: Their features, row by row.
        seed: Deals the folds and the permutations.
    """
    rng = generator(seed, "validation", "probe")
    folds = rng.permutation(np.arange(len(embedding)) % FOLDS)
    targets = _normal(features.values)
    found = _r2(targets, _predicted(embedding, targets, folds))
    nulls = []
    for _ in range(PERMUTATIONS):
        shuffled = targets[rng.permutation(len(targets))]
        nulls.append(_r2(shuffled, _predicted(embedding, shuffled, folds)))
    null = np.max(nulls, axis=0)
    return {
        name: {"r2": float(found[c]), "null": float(null[c])}
        for c, name in enumerate(features.columns)
    }


def read_out(embedding: Floats, target: Floats, seed: int = 0) -> Floats:
    """What a linear map fitted on the other folds reads of a target (n,) from an embedding."""
    folds = generator(seed, "validation", "probe").permutation(np.arange(len(embedding)) % FOLDS)
    wanted = _normal(target[:, None])
    return _predicted(embedding, wanted, folds)[:, 0]


def neighbour_overlap(embedding: Floats, space: Floats) -> dict[str, float]:
    """Share of the ten nearest neighbours that two spaces have in common, and what chance gives."""
    count = min(NEIGHBOURS, len(embedding) - 1)
    one, two = (_nearest(values, count) for values in (embedding, space))
    shared = [len(set(a) & set(b)) / count for a, b in zip(one, two, strict=True)]
    chance = count / (len(embedding) - 1)
    return {"value": float(np.mean(shared)), "chance": chance, "neighbours": float(count)}


def radar(
    found: Response | None, moved: Mapping[str, float], read: Mapping[str, Mapping[str, float]]
) -> dict[str, float]:
    """The test on one scale, 0 worst to 1 best, for a figure."""
    shown: dict[str, float] = {}
    if found is not None:
        shown |= {name: max(0.0, value) for name, value in found.ladders.items()}
    shown |= {name: float(np.clip(1 - value, 0, 1)) for name, value in moved.items()}
    if read:
        shown["probe"] = float(np.clip(np.median([v["r2"] for v in read.values()]), 0, 1))
    return shown


def _climbed(embed: Embed, pictures: Sequence[Floats], ladder: Ladder) -> Floats:
    """Embed every picture at every step of a ladder: (pictures, steps, d)."""
    versions = [version for rgb in pictures for version in ladder.climb(rgb)]
    embedded = embed(versions)
    return embedded.reshape(len(pictures), len(ladder.strengths), embedded.shape[1])


def _axis(climbed: Floats) -> Floats:
    """Fit the direction along which pictures rise on their ladders: (d,).

    Ridge of the step number on the embedding, each picture's own mean taken out, so that what
    the pictures show does not enter.
    """
    within = (climbed - climbed.mean(axis=1, keepdims=True)).reshape(-1, climbed.shape[2])
    scale = np.maximum(within.std(axis=0), 1e-9)
    rows = within / scale
    steps = climbed.shape[1]
    target = np.tile(np.arange(steps) - (steps - 1) / 2, len(climbed))
    penalty = 0.01 * len(rows)
    weights = np.linalg.solve(rows.T @ rows + penalty * np.eye(rows.shape[1]), rows.T @ target)
    axis: Floats = weights / scale
    return axis


def _predicted(embedding: Floats, targets: Floats, folds: Ints) -> Floats:
    predicted = np.zeros_like(targets)
    for fold in np.unique(folds):
        train, test = folds != fold, folds == fold
        centre = embedding[train].mean(axis=0)
        spread = np.maximum(embedding[train].std(axis=0), 1e-9)
        x, new = ((embedding[rows] - centre) / spread for rows in (train, test))
        mean = targets[train].mean(axis=0)
        predicted[test] = _ridge(x, targets[train] - mean, new) + mean
    return predicted


def _ridge(x: Floats, y: Floats, new: Floats) -> Floats:
    """Predict (m, t) by ridge with the penalty that leaves one out best, chosen per target."""
    u, s, vt = np.linalg.svd(x, full_matrices=False)
    projected = u.T @ y  # (r, t)
    best = np.full(y.shape[1], np.inf)
    chosen = np.zeros((len(new), y.shape[1]))
    for penalty in PENALTIES:
        shrink = s**2 / (s**2 + penalty)
        left = y - (u * shrink) @ projected
        hat = (u**2 * shrink).sum(axis=1)
        error = np.square(left / np.maximum(1 - hat, 1e-3)[:, None]).mean(axis=0)
        weights = vt.T @ ((shrink / np.maximum(s, 1e-12))[:, None] * projected)
        better = error < best
        chosen[:, better] = (new @ weights)[:, better]
        best = np.minimum(best, error)
    return chosen


def _r2(targets: Floats, predicted: Floats) -> Floats:
    total = np.square(targets - targets.mean(axis=0)).sum(axis=0)
    r2: Floats = 1 - np.square(targets - predicted).sum(axis=0) / np.maximum(total, 1e-12)
    return np.where(total > 1e-12, r2, 0.0)


def _normal(values: Floats) -> Floats:
    """Bring each column to normal scores, so that heavy tails do not decide its R^2."""
    from scipy.special import ndtri
    from scipy.stats import rankdata

    ranked = rankdata(values, axis=0)
    scores: Floats = ndtri((ranked - 0.5) / len(values))
    return scores


def _distances(values: Floats) -> Floats:
    square = np.square(values).sum(axis=1)
    apart = square[:, None] + square[None] - 2 * values @ values.T
    found: Floats = np.sqrt(np.maximum(apart, 0.0))
    return found


def _nearest(values: Floats, count: int) -> Ints:
    scaled = (values - values.mean(axis=0)) / np.maximum(values.std(axis=0), 1e-9)
    apart = _distances(scaled)
    np.fill_diagonal(apart, np.inf)
    return np.argsort(apart, axis=1, kind="stable")[:, :count]


def _crop(rgb: Floats, rng: np.random.Generator) -> Floats:
    share = np.sqrt(rng.uniform(0.7, 0.9))
    height, width = (max(1, round(share * side)) for side in rgb.shape[:2])
    top = int(rng.integers(0, rgb.shape[0] - height + 1))
    left = int(rng.integers(0, rgb.shape[1] - width + 1))
    return rgb[top : top + height, left : left + width]


def _recoloured(rgb: Floats, rng: np.random.Generator) -> Floats:
    turned = perturbations["chroma_rotation"](rgb, float(rng.uniform(-180, 180)))
    return perturbations["chroma"](turned, float(rng.uniform(0, 1.3)))
