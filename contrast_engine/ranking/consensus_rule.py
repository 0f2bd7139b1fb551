"""One label per image to learn from, where several people gave theirs, and by which rule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from contrast_engine.arrays import Bools, Floats
from contrast_engine.by_image import ByImage
from contrast_engine.imageset import ImageIds, ImageSet
from contrast_engine.ranking.agreement import Ratings
from contrast_engine.ranking.dawid_skene import Consensus, dawid_skene
from contrast_engine.simulated import is_simulated, said
from contrast_engine.vectors import ImageId

Rule = Literal["one person", "separate", "majority", "consensus"]

ENOUGH = 20
"""Images labelled by several people from which their errors can be told apart (own choice)."""

SURE = 0.6
"""Probability from which a consensus is one; below, an image is disputed (own choice)."""

_ROUNDING = 1e-9


@dataclass(frozen=True)
class RuledLabels:
    """The label of each image that a model learns from, and how it came about.

    Args:
        of: Image to label; disputed images are not in it.
        rule: "one person" where nobody else labelled; "separate" where several did, but never
            the same image; "consensus" (Dawid & Skene) where they share `ENOUGH` images, and
            "majority" where they share fewer.
        people: How many people labelled.
        shared: Images that at least two of them labelled,
        disputed: and those of them that have no consensus label.
        why: Why it is not the consensus, in words; empty where it is, or where none is needed.
        who: Who they are, in words, where some are simulated; else empty.
        named: Images whose label is the name of their cluster, as nobody labelled them.
    """

    of: Mapping[ImageId, str]
    rule: Rule
    people: int
    shared: int
    disputed: Sequence[ImageId]
    why: str = ""
    who: str = ""
    named: int = 0

    @property
    def words(self) -> str:
        """By which rule the labels came about; empty for one person's own."""
        if self.rule == "one person":
            return ""
        who = self.who or f"{self.people} people"
        named = self.named
        names = f" {named:,} {_images(named)} with the name of a cluster as label." if named else ""
        if self.rule == "separate":
            return f"Labels of {who} who never labelled the same image.{names}"
        alone = len(self.of) + len(self.disputed) - self.shared - named
        is_majority = self.rule == "majority"
        how = f"Majority ({self.why})" if is_majority else "Consensus (Dawid and Skene)"
        left_out = (
            f"; {len(self.disputed):,} of them disputed and left out" if self.disputed else ""
        )
        one = "one annotator's" if self.who else "one person's"
        rest = f" {alone:,} {_images(alone)} with {one} label." if alone else ""
        shared = f"{self.shared:,} {_images(self.shared)}"
        return f"{how} of {who} on {shared}{left_out}.{rest}{names}"

    def rule_of(self, image: ImageId, people: int) -> str:
        """How the label of one image that so many people labelled came about."""
        if people < 2:
            return "one person"
        return "disputed" if image in self.disputed else f"{self.rule} of {people}"


def apply_rule(ratings: Ratings) -> RuledLabels:
    """One label for each image, or none where it is disputed.

    An image that one person labelled has that label. What several people said of one is weighed
    by how each of them labels elsewhere (Dawid & Skene 1979) once they share `ENOUGH` images, and
    counted before. It is counted as well where somebody would be called worse than guessing: then
    it is open who is right, the one or the others. Where no label is `SURE`, or none has most of
    the votes, the image is disputed.
    """
    people, heard = len(ratings.people), ratings.counts.sum(axis=1)
    shared = int((heard > 1).sum())
    share = ratings.counts / np.maximum(heard, 1)[:, None]
    rule: Rule = "one person" if people < 2 else "majority" if shared else "separate"
    why = f"a consensus needs {ENOUGH} shared images" if shared < ENOUGH else ""
    if shared >= ENOUGH:
        meant = dawid_skene(ratings)
        why = "somebody labels against the others" if _is_against(meant) else ""
    is_clear = _has_most(share)
    if shared and not why:
        rule = "consensus"
        share = np.where((heard > 1)[:, None], meant.probability, share)
        is_clear = share.max(axis=1, initial=0) >= SURE
    best = share.argmax(axis=1) if len(share) else np.zeros(0, dtype=np.int64)
    sure, labels, codes = _those(ratings.ids, is_clear), ratings.labels, best[is_clear]
    return RuledLabels(
        ByImage(
            sure, lambda: [labels[code] for code in codes.tolist()], lambda row: labels[codes[row]]
        )
        if isinstance(sure, ImageIds)
        else {image: labels[code] for image, code in zip(sure, codes, strict=True)},
        rule,
        people,
        shared,
        _those(ratings.ids, ~is_clear),
        why if rule == "majority" else "",
        said(ratings.people) if any(map(is_simulated, ratings.people)) else "",
    )


def _those(ids: Sequence[ImageId], where: Bools) -> "ImageIds | tuple[ImageId, ...]":
    """Some of the images, as numbers where they are many."""
    if isinstance(ids, ImageIds | ImageSet):
        return ImageIds(ids.numbers[where])
    return tuple(image for image, is_one in zip(ids, where, strict=True) if is_one)


def _is_against(meant: Consensus) -> bool:
    """Whether anybody would give the correct label less often than by chance."""
    right = np.einsum("qkk,k->q", meant.confusion, meant.share)
    return bool(right.min() < 1 / len(meant.share))


def _has_most(share: Floats) -> Bools:
    """True for rows of which one column is largest alone."""
    most = share.max(axis=1, initial=0)
    return np.asarray((share > most[:, None] - _ROUNDING).sum(axis=1) == 1)


def _images(n: int) -> str:
    return "image" if n == 1 else "images"
