"""The zero-shot score: which of two opposite texts a picture's vector is nearer to."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.errors import ImageError, ModelError, UnknownName

_SMALLEST = 1e-12
"""Shorter vectors have no direction."""

MOST_SCALE = 10_000.0


@dataclass(frozen=True)
class TextPair:
    """The vectors of two opposite texts, both of length 1.

    Args:
        name: What the pair is about, "contrast".
        high, low: The texts ("High contrast photo.", "Low contrast photo."); "" if not said.
        high_vector, low_vector: (d,) their vectors.
    """

    name: str
    high: str
    low: str
    high_vector: tuple[float, ...]
    low_vector: tuple[float, ...]


@dataclass(frozen=True)
class TextPairs:
    """Pairs of opposite texts of one model.

    Args:
        pairs: At least one, all of the same length d.
        logit_scale: What cosines are multiplied with before the softmax (CLIP: 100); one over
            the temperature.
    """

    pairs: tuple[TextPair, ...]
    logit_scale: float

    @property
    def dimensions(self) -> int:
        """Numbers in each vector."""
        return len(self.pairs[0].high_vector)

    def chosen(self, names: Sequence[str]) -> "TextPairs":
        """The pairs of these names; without names the only one, or that named contrast.

        Raises:
            UnknownName: There is no pair of that name, or it is open which is meant.
        """
        known = {pair.name: pair for pair in self.pairs}
        listed = ", ".join(known)
        for name in names:
            if name not in known:
                raise UnknownName(f"no pair {name!r} in the file of text vectors; it has: {listed}")
        if not names and len(known) > 1 and "contrast" not in known:
            raise UnknownName(
                f"the file of text vectors has {len(known)} pairs; say with --pair which is about "
                f"contrast: {listed}"
            )
        wanted = dict.fromkeys(names) or (["contrast"] if "contrast" in known else [*known])
        return TextPairs(tuple(known[name] for name in wanted), self.logit_scale)


def unit(vectors: Floats) -> Floats:
    """Vectors (..., d) brought to length 1.

    Raises:
        ModelError: One has no direction: it is all zeros, or not finite.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        largest = np.abs(vectors).max(axis=-1, keepdims=True)
        inner = vectors / np.where(largest > 0, largest, 1.0)  # so that no square overflows
        length = np.linalg.norm(inner, axis=-1, keepdims=True)
    if not (np.isfinite(largest).all() and np.isfinite(length).all()):
        raise ModelError("a vector holds numbers that are missing or infinite")
    if not (largest * length > _SMALLEST).all():
        raise ModelError("a vector is all zeros, so it points nowhere")
    found: Floats = inner / length
    return found


def zero_shot_score(vectors: Floats, texts: TextPairs) -> Floats:
    """The probability (n,) of the text for more contrast, by a softmax over two cosines.

    For each pair 1 / (1 + exp(-s (cos(v, high) - cos(v, low)))) with the logit scale s; of
    several pairs the mean.

    Args:
        vectors: (n, d) of the pictures, of any length but zero.
        texts: The pairs.

    Source: Wang, Chan & Loy 2023 (AAAI); docs/methods.md#zero-shot-score.

    Raises:
        ModelError: The vectors are not as long as those of the texts.
        ImageError: A picture's vector points nowhere.
    """
    if vectors.shape[1] != texts.dimensions:
        raise ModelError(
            f"the network gives {vectors.shape[1]:,} numbers for a picture and the text vectors "
            f"have {texts.dimensions:,}; they must come from the two towers of one model"
        )
    try:
        pictures = unit(vectors)
    except ModelError as error:
        raise ImageError(f"no cosine can be taken: {error}") from None
    scores = []
    for pair in texts.pairs:
        across = np.asarray(pair.high_vector) - np.asarray(pair.low_vector)
        logits = texts.logit_scale * np.einsum("nd,d->n", pictures, across)
        scores.append(1 / (1 + np.exp(-np.clip(logits, -700, 700))))
    mean: Floats = np.mean(scores, axis=0)
    return mean
