"""Two simulated annotators of the sample photographs, who know what was done to each, and err.

What they say rests on `truth.csv` alone, never on a measured feature: a veil of haze lowers the
contrast of a photograph, an S-curve raises it, a change of colour leaves it. Each annotator sees
that with an error of their own, and the second one is a little stricter.
"""

import csv
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from contrast_engine.pseudo_labels.active_learning import AT_RANDOM
from contrast_engine.randomness import generator
from contrast_engine.simulated import PREFIX

LABELS = ("low", "medium", "high")
BORDER = 0.4
"""A photograph is "low" or "high" from this change of contrast on, about a third either way."""

UNSURE = 0.03
"""Nearer to a border than this, an annotator says that they are unsure."""

TIE = 0.15
"""Two photographs nearer to each other than this are answered by "both the same"."""

IMAGES, SHARED = 40, 20
"""Photographs that are labelled, and those of them that both label."""

COMPARED, PAIRS, SHARED_PAIRS, REPEATS = 22, 24, 12, 6
"""Photographs that are compared; pairs of each annotator, those of both, those asked again."""

WHY = f"{AT_RANDOM} from the samples; simulated from truth.csv"
"""Stands beside every label: a random sample was labelled, so that errors can be foretold."""


@dataclass(frozen=True)
class Annotator:
    """How a simulated annotator errs.

    Args:
        who: Their name.
        noise: Standard deviation of what they see about the change that was made.
        bias: How much lower or higher they see every contrast.
    """

    who: str
    noise: float
    bias: float


ANNOTATORS = (Annotator(f"{PREFIX}A", 0.22, 0.0), Annotator(f"{PREFIX}B", 0.3, -0.05))


@dataclass(frozen=True)
class SimulatedLabel:
    """One label of one photograph; None where the annotator is unsure."""

    file: str
    label: str | None
    who: str
    token: str


@dataclass(frozen=True)
class SimulatedComparison:
    """Which of two photographs has more contrast: "left", "right" or "tie"."""

    left: str
    right: str
    answer: str
    who: str
    token: str


def changes(truth: str) -> dict[str, float]:
    """How far each photograph's contrast was changed, in doublings or so, by file name.

    Args:
        truth: The content of `truth.csv`.
    """
    return {
        row["file"]: _change(row["variant"], float(row["strength"] or 0))
        for row in csv.DictReader(io.StringIO(truth))
    }


def labels(known: Mapping[str, float], seed: int = 0) -> tuple[SimulatedLabel, ...]:
    """What the two say about a random sample of the photographs, as they take turns.

    Args:
        known: As `changes` gives it.
        seed: Draws the photographs and the errors.
    """
    rng = generator(seed, "simulated annotators", "labels")
    files = sorted(known)
    drawn = [files[row] for row in rng.permutation(len(files))[:IMAGES]]
    both = min(SHARED, len(drawn))
    half = (len(drawn) - both) // 2
    shares = (drawn[: half + both], drawn[half:])
    said = [
        SimulatedLabel(
            file, _label(known[file] + one.bias + one.noise * rng.normal()), one.who,
            f"sample label {one.who} {number}",
        )
        for one, share in zip(ANNOTATORS, shares, strict=True)
        for number, file in enumerate(share)
    ]  # fmt: skip
    return tuple(sorted(said, key=lambda one: int(one.token.split()[-1])))


def comparisons(known: Mapping[str, float], seed: int = 0) -> tuple[SimulatedComparison, ...]:
    """Which of two photographs each of the two finds to have more contrast; some asked again.

    Args:
        known: As `changes` gives it.
        seed: Draws the photographs, the pairs and the errors.
    """
    rng = generator(seed, "simulated annotators", "comparisons")
    files = _spread(known)
    if len(files) < 3:
        return ()
    pairs = list(_pairs(files, 2 * PAIRS - SHARED_PAIRS, rng))
    said: list[SimulatedComparison] = []
    for one, own in zip(ANNOTATORS, (pairs[:PAIRS], pairs[-PAIRS:]), strict=True):
        again = [(right, left) for left, right in own[:REPEATS]]
        for number, (left, right) in enumerate([*own, *again]):
            found = known[left] - known[right] + math.sqrt(2) * one.noise * rng.normal()
            answer = "tie" if abs(found) < TIE else "left" if found > 0 else "right"
            token = f"sample pair {one.who} {number}"
            said.append(SimulatedComparison(left, right, answer, one.who, token))
    return tuple(said)


def _change(variant: str, strength: float) -> float:
    """How far contrast was changed: log2 of a factor, or a share of a strong S-curve."""
    match variant:
        case "low range" | "haze":
            return math.log2(strength)
        case "flat" | "harsh":
            return strength / 5
        case "local":
            return strength / 4
        case "soft":
            return -strength / 3
        case _:
            return 0.0


def _label(seen: float) -> str | None:
    if min(abs(seen - BORDER), abs(seen + BORDER)) < UNSURE:
        return None
    return LABELS[1 + (seen > BORDER) - (seen < -BORDER)]


def _spread(known: Mapping[str, float]) -> list[str]:
    """Files from the lowest to the highest change, so that there is something to tell apart."""
    files = sorted(known, key=lambda file: (known[file], file))
    changed = [f for f in files if known[f]] or files
    rows = np.linspace(0, len(changed) - 1, min(COMPARED, len(changed))).astype(int)
    return [changed[row] for row in rows]


def _pairs(files: Sequence[str], count: int, rng: np.random.Generator) -> Iterator[tuple[str, str]]:
    """Pairs that hold all files together: round in circles, each in a new order, all different."""
    asked: set[frozenset[str]] = set()
    while len(asked) < min(count, len(files) * (len(files) - 1) // 2):
        order = [files[row] for row in rng.permutation(len(files))]
        for left, right in zip(order, order[1:] + order[:1], strict=True):
            if frozenset((left, right)) not in asked and len(asked) < count:
                asked.add(frozenset((left, right)))
                yield left, right
