"""Labelled images that are nearly one picture: a model that learnt one has seen the other."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

import numpy as np

from contrast_engine.anomalies import centred_unit, chains
from contrast_engine.arrays import Bools, Floats, Ints, Json
from contrast_engine.pseudo_labels.labelled import Labelled
from contrast_engine.vectors import ImageId

BITS = 14
"""Bits of 64 in which the fingerprints of one picture may differ (own choice: unrelated photographs
differ in about 32, a crop by a twentieth in up to 12)."""

LEAST = 0.9
"""Correlation of small pictures from which they are nearly one."""

BURST = 0.8
"""The same where the names say that two files were taken one after the other,"""

STEP = 3
"""that is, where their names differ in a running number only, by so much at most."""

DETAIL = 0.6
"""Correlation of what is left without the means of rows and columns: not every sky is one sky."""

PLAIN = 0.05
"""Share of a picture's swing below which nothing of it is left without those means."""

MOST = 20_000
"""Labels up to which nearly same pictures are looked for."""

_NUMBERED = re.compile(r"(.*?)(\d{1,15})(\D*)", re.DOTALL)


@dataclass(frozen=True)
class Leaks:
    """What is known of labelled images that are nearly another labelled one.

    Args:
        total: All labels.
        labels: Those of images that are nearly another labelled one.
        groups: How many pictures these show.
        effective: Different pictures among all the labels; so many count.
        is_known: They were looked for.
        seen: Labels that the encoder of the space was fine-tuned on.
    """

    total: int
    labels: int
    groups: int
    effective: int
    is_known: bool = True
    seen: int = 0

    @classmethod
    def of(cls, labelled: Labelled) -> "Leaks":
        """The leaks among labels whose groups are known."""
        sizes = np.bincount(labelled.pictures)
        shared = sizes[sizes > 1]
        seen = 0 if labelled.crossed is None else labelled.crossed.seen
        is_known = len(labelled) <= MOST
        return cls(
            len(labelled), int(shared.sum()), len(shared), len(sizes), is_known=is_known, seen=seen
        )

    @property
    def words(self) -> str:
        """The leaks in a sentence or two; empty without any."""
        return " ".join(part for part in (self._of_pictures, self._of_the_encoder) if part)

    @property
    def _of_the_encoder(self) -> str:
        if not self.seen:
            return ""
        return (
            f"The encoder was fine-tuned on {self.seen:,} of the {self.total:,} labels: each is "
            "held out by an encoder that was tuned without it, so scores and promises rest on "
            "labels that neither the classifier nor its encoder had seen."
        )

    @property
    def _of_pictures(self) -> str:
        if not self.is_known:
            return (
                f"Nearly same pictures are not looked for among more than {MOST:,} labels; where "
                "there are any, the scores flatter the model."
            )
        if not self.labels:
            return ""
        return (
            f"{self.labels:,} of {self.total:,} labels are of images that are nearly another "
            f"labelled one: those are kept in one fold, and {self.effective:,} different pictures "
            "count."
        )

    def as_json(self) -> Json:
        """The leaks as details and command line give them."""
        found = asdict(self)
        return {name: found[name] for name in ("labels", "groups", "effective")} | {
            "words": self.words,
            **({"seen": self.seen} if self.seen else {}),
        }


def same_pictures(
    hashes: Mapping[ImageId, int], pictures: Mapping[ImageId, Floats], paths: Mapping[ImageId, str]
) -> tuple[tuple[ImageId, ...], ...]:
    """Group images of which a model that learnt one would know the others, largest group first.

    That is a file encoded anew, resized, a little brighter, cropped by a twentieth, or of one
    burst. Looser than `near_duplicates`, which shows its groups to people: a wrong group costs a
    label here, a missed one a false score. A chain counts.

    Args:
        hashes: 64-bit `fingerprint` of each image.
        pictures: (16, 16) lightness of the same images.
        paths: Where they are, for the running numbers of bursts.

    Source: docs/methods.md#near-duplicates-among-labels.
    """
    ids = sorted(hashes)
    if len(ids) < 2:
        return ()
    bits = np.array([hashes[image] for image in ids], dtype=np.uint64)
    whole = np.array([centred_unit(pictures[image]) for image in ids])  # (n, pixels)
    detail, is_plain = _details(whole)
    taken = [_taken(paths.get(image, "")) for image in ids]

    def alike(row: int) -> Ints:
        near = row + 1 + np.flatnonzero(np.bitwise_count(bits[row + 1 :] ^ bits[row]) <= BITS)
        if not near.size:
            return near
        agrees = whole[near] @ whole[row]
        fits = (detail[near] @ detail[row] >= DETAIL) | (is_plain[near] & is_plain[row])
        in_burst = np.array([_is_burst(taken[row], taken[other]) for other in near], dtype=np.bool_)
        kept: Ints = near[fits & (agrees >= np.where(in_burst, BURST, LEAST))]
        return kept

    return chains(ids, alike)


def groups_hash(groups: Iterable[tuple[ImageId, ...]]) -> str:
    """Names groups of images: the same groups have the same name; empty for none."""
    text = "\n".join(" ".join(sorted(group)) for group in sorted(groups))
    return "pictures-" + hashlib.blake2b(text.encode(), digest_size=8).hexdigest() if text else ""


def _details(whole: Floats) -> tuple[Floats, Bools]:
    """(n, pixels) unit pictures without the means of rows and columns, and which have no more."""
    side = int(np.sqrt(whole.shape[1]))
    square = whole.reshape(len(whole), side, side)
    left = square - square.mean(axis=1, keepdims=True) - square.mean(axis=2, keepdims=True)
    flat = left.reshape(len(whole), side * side)
    length = np.linalg.norm(flat, axis=1, keepdims=True)
    return flat / np.maximum(length, 1e-12), length[:, 0] < PLAIN


def _taken(path: str) -> tuple[tuple[str, ...], int] | None:
    """The series a file belongs to by its name, and its number in it; None without a number."""
    folder, _, file = path.replace("\\", "/").rpartition("/")
    found = _NUMBERED.fullmatch(file.rpartition(".")[0] or file)
    if found is None:
        return None
    before, number, after = found.groups()
    return (folder, before, after), int(number)


def _is_burst(
    one: tuple[tuple[str, ...], int] | None, other: tuple[tuple[str, ...], int] | None
) -> bool:
    return (
        one is not None
        and other is not None
        and one[0] == other[0]
        and abs(one[1] - other[1]) <= STEP
    )
