"""Which images are unlike the rest and why, and which are nearly one picture."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Bools, Floats
from contrast_engine.describe import ALIKE, correlations
from contrast_engine.errors import NotEnoughData
from contrast_engine.randomness import derived_seed
from contrast_engine.vectors import ImageId, Vectors

FEWEST = 8
"""Images without which nothing can be said to be unusual."""

FAR = 3.0
"""Robust deviations from the median that are worth naming (three sigmas of a normal)."""

REASONS = 3

_NORMAL = 1.4826
"""Median absolute deviation times this is the standard deviation of a normal distribution."""


@dataclass(frozen=True)
class Reason:
    """One measure in which an image is unlike the rest.

    Args:
        feature: Its name.
        deviations: How far from the median of all images, in robust standard deviations; the
            sign says on which side.
    """

    feature: str
    deviations: float


@dataclass(frozen=True)
class Anomaly:
    """How unlike the rest one image is.

    Args:
        image: The image.
        distance: Root of the mean squared robust deviation over the measures; 1 is usual.
        isolation: Score of an isolation forest, 0 to 1; about 0.5 is usual, 1 cut off at once.
        reasons: The measures it is farthest out in, farthest first, each saying something new.
    """

    image: ImageId
    distance: float
    isolation: float
    reasons: tuple[Reason, ...]


def anomalies(vectors: Vectors, *, seed: int = 0) -> tuple[Anomaly, ...]:
    """Rank all images by how unlike the rest they are, most unlike first.

    By the mean of two ranks: the distance to the centre in robust terms, which finds what lies
    far out, and an isolation forest, which finds odd combinations of usual values.

    Args:
        vectors: Measures in their own units.
        seed: Of the forest.

    Raises:
        NotEnoughData: There are fewer than 8 images.

    Source: Rousseeuw & Croux 1993 (robust deviations); Liu, Ting & Zhou 2008 (isolation forest).
    """
    if len(vectors) < FEWEST:
        raise NotEnoughData(
            f"what is unusual can be told from {FEWEST} images on, got {len(vectors)}; add images"
        )
    by_id = vectors.take(sorted(vectors.ids))  # the answer must not hang on the order of a scan
    out = deviations(by_id.values)
    # One absurd value must not count for more than being far out in everything.
    distance = np.sqrt(np.square(np.clip(out, -20, 20)).mean(axis=1))
    isolation = _isolation(out, seed)
    order = np.argsort(-(_ranks(distance) + _ranks(isolation)), kind="stable")
    alike = np.abs(correlations(by_id.values)) > ALIKE
    return tuple(
        Anomaly(
            by_id.ids[row],
            float(distance[row]),
            float(isolation[row]),
            _reasons(out[row], by_id.columns, alike),
        )
        for row in order
    )


def deviations(values: Floats) -> Floats:
    """Give (n, d) deviations from each column's median, in robust standard deviations.

    Where more than half of the images share one value, the mean deviation takes the place of the
    median one; a constant column is 0.
    """
    away = values - np.median(values, axis=0)
    spread = _NORMAL * np.median(np.abs(away), axis=0)
    spread = np.where(spread > 0, spread, np.sqrt(np.pi / 2) * np.abs(away).mean(axis=0))
    found: Floats = away / np.where(spread > 0, spread, np.inf)
    return found


def near_duplicates(
    hashes: Mapping[ImageId, int],
    pictures: Mapping[ImageId, Floats],
    most: int = 6,
    least: float = 0.9,
) -> tuple[tuple[ImageId, ...], ...]:
    """Group images that show nearly one picture, largest group first.

    Two are alike where their fingerprints differ in at most `most` of 64 bits and their small
    pictures correlate by at least `least`: neither asks for the same contrast. A chain counts: if
    A is like B and B like C, the three are one group.

    Args:
        hashes: 64-bit `fingerprint` of each image; unrelated ones differ in about 32 bits.
        pictures: The same images in lightness, all of one small size.
        most: Bits that may differ.
        least: Correlation that is needed; it tells dark pictures apart, whose bits are noise.
    """
    ids = sorted(hashes)
    bits = np.array([hashes[image] for image in ids], dtype=np.uint64)
    unit = np.array([_unit(pictures[image]) for image in ids])  # (n, pixels)
    leader = np.arange(len(ids))
    for row in range(len(ids) - 1):
        near = row + 1 + np.flatnonzero(np.bitwise_count(bits[row + 1 :] ^ bits[row]) <= most)
        near = near[unit[near] @ unit[row] >= least] if near.size else near
        if near.size:
            joined = np.isin(leader, [leader[row], *leader[near]])
            leader[joined] = leader[joined].min()
    groups: dict[int, list[ImageId]] = {}
    for image, first in zip(ids, leader.tolist(), strict=True):
        groups.setdefault(first, []).append(image)
    found = [tuple(group) for group in groups.values() if len(group) > 1]
    return tuple(sorted(found, key=lambda group: (-len(group), group)))


def fingerprint(lightness: Floats) -> int:
    """Give 64 bits that say where a picture gets lighter to the right, whatever its contrast.

    Args:
        lightness: (8, 9) picture, shrunk to that size by area.

    Source: the difference hash of Krawetz 2013.
    """
    rising: Bools = lightness[:, 1:] > lightness[:, :-1]
    return int.from_bytes(np.packbits(rising).tobytes(), "big")


def _unit(picture: Floats) -> Floats:
    centred = picture.ravel() - picture.mean()
    unit: Floats = centred / max(float(np.linalg.norm(centred)), 1e-12)
    return unit


def _isolation(out: Floats, seed: int) -> Floats:
    from sklearn.ensemble import IsolationForest

    forest = IsolationForest(n_estimators=200, random_state=derived_seed(seed, "anomalies"))
    found: Floats = -forest.fit(out).score_samples(out)
    return found


def _ranks(values: Floats) -> Floats:
    ranks: Floats = np.argsort(np.argsort(values, kind="stable"), kind="stable").astype(float)
    return ranks


def _reasons(out: Floats, columns: Sequence[str], alike: Bools) -> tuple[Reason, ...]:
    kept: list[int] = []
    for column in np.argsort(-np.abs(out), kind="stable"):
        is_far = abs(out[column]) >= FAR
        if is_far and len(kept) < REASONS and not any(alike[column, known] for known in kept):
            kept.append(int(column))
    return tuple(Reason(columns[column], float(out[column])) for column in kept)
