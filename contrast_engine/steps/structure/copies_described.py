"""How the images of a group of near duplicates differ from the one to keep."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Bytes, Ints
from contrast_engine.duplicates import Agreement, Compact, Overlays, Signatures, signatures
from contrast_engine.duplicates.quickly import agreement_quickly, prepared, turned_round
from contrast_engine.duplicates.verification import BLACK, WHITE, Edges
from contrast_engine.imageset import ImageIds, Numbers
from contrast_engine.progress import OVERALL, SILENT, Progress
from contrast_engine.store import Workspace
from contrast_engine.store.collection import ImageRow
from contrast_engine.vectors import ImageId

GREY, COLOURED = 2.0, 8.0
"""Mean chroma in code values below which a picture is grey, and above which it has colours."""

Rows = tuple[int, ...]

_TOGETHER = 1024  # pictures of which signatures are made at a time
_SAID = 256  # images of a large group after which it is said how far it is


@dataclass(frozen=True)
class Member:
    """How one image of a group differs from the one that is kept.

    Args:
        image: The image.
        stops: How much lighter it is where neither is clipped; None where it was not laid over it.
        size: Its width and height over those of the kept one, the mean of both.
        cropped: The largest share of a side that either lacks at an edge; None as for `stops`.
        density: Bytes per pixel over those of the kept one.
        is_grey: It has lost its colours, or the kept one has.
    """

    image: ImageId
    stops: float | None
    size: float
    cropped: float | None
    density: float
    is_grey: bool


class Seen:
    """The signatures of some images, and how they agree; of equal pictures it is seen once.

    Args:
        found: The signatures.
        ids: The images.
        of: (n,) which signature is that of each image.
    """

    def __init__(self, found: Signatures, ids: Sequence[ImageId], of: Ints) -> None:
        self.found, self.ids, self.of = found, ids, of
        self._known: dict[tuple[int, int], Agreement | None] = {}
        self._clipped: dict[int, float] = {}

    def agreement(self, kept: int, row: int) -> Agreement | None:
        """How the pictures of two rows agree; None for one without shapes."""
        one, other = int(self.of[kept]), int(self.of[row])
        if (one, other) not in self._known:
            is_plain = self.found.is_plain[other]
            self._known[one, other] = None if is_plain else self._fine(one, other)
        return self._known[one, other]

    def clipped(self, row: int) -> float:
        """The share of a picture that is clipped, in whole per cent, 0 to 1."""
        of = int(self.of[row])
        if of not in self._clipped:
            tones = self.found.tones[of]
            self._clipped[of] = round(float(np.mean((tones <= BLACK) | (tones >= WHITE))), 2)
        return self._clipped[of]

    def _fine(self, one: int, other: int) -> Agreement:
        overlays = Overlays(self.found)
        _, starts = overlays.coarse(one, np.array([other]))
        return overlays.fine(one, other, starts[0])


class _SeenOfMany(Seen):
    """The same, of which it is known at which overlay many pairs are one.

    Args:
        found: The signatures.
        ids: The images.
        of: (n,) which signature is that of each image.
        names: What the pictures of the signatures are called in `overlays`.
        overlays: By pair where the second picture lies in the first.
    """

    def __init__(
        self,
        found: Signatures,
        ids: Sequence[ImageId],
        of: Ints,
        names: list[int],
        overlays: dict[tuple[int, int], Edges],
    ) -> None:
        super().__init__(found, ids, of)
        self._names, self._overlays = names, overlays

    def _fine(self, one: int, other: int) -> Agreement:
        pair = self._names[one], self._names[other]
        start = self._overlays.get(pair)
        if start is None and (turned := self._overlays.get(pair[::-1])) is not None:
            start = turned_round(turned)
        if start is None:
            _, starts = Overlays(self.found).coarse(one, np.array([other]))
            start = starts[0]
        return agreement_quickly(prepared(self.found, one), prepared(self.found, other), start)


def seen_of_many(
    kept: Compact,
    groups: Sequence[Rows],
    numbers: Numbers,
    copies: Callable[[Ints], Bytes],
    overlays: dict[tuple[int, int], Edges],
) -> Iterator[tuple[Seen, Rows]]:
    """Each group of very many images, as rows of what is seen of it; of several made together.

    Args:
        kept: What is kept of the images.
        groups: The rows of each group.
        numbers: The images.
        copies: Gives the (m, 64, 64, 3) small copies of some rows.
        overlays: By pair of rows where the second picture lies in the first, where it is known.
    """
    for some in _batches(groups):
        rows = np.concatenate([np.array(group) for group in some])
        _, firsts, of = np.unique(kept.prints[rows], return_index=True, return_inverse=True)
        found = signatures(copies(rows[firsts]), is_coded=False)
        names = rows[firsts].tolist()
        seen = _SeenOfMany(found, ImageIds(numbers[rows]), of.reshape(-1), names, overlays)
        begin = 0
        for group in some:
            yield seen, tuple(range(begin, begin + len(group)))
            begin += len(group)


def _batches(groups: Sequence[Rows]) -> Iterator[list[Rows]]:
    batch: list[Rows] = []
    held = 0
    for group in groups:
        if batch and held + len(group) > _TOGETHER:
            yield batch
            batch, held = [], 0
        batch.append(group)
        held += len(group)
    if batch:
        yield batch


def described(
    workspace: Workspace,
    seen: Iterable[tuple[Seen, Rows]],
    groups: Sequence[Rows],
    progress: Progress = SILENT,
) -> list[tuple[tuple[ImageId, ...], tuple[Member, ...]]]:
    """The images of each group, the one to keep first, and how the others differ from it.

    Args:
        workspace: Where the images are.
        seen: For each group what is seen of it, and the rows of it there.
        groups: The same groups, by which it is known how much there is to do.
        progress: Told after each group, and on the way through a large one.
    """
    total = max(sum(map(len, groups)), 1)
    found: list[tuple[tuple[ImageId, ...], tuple[Member, ...]]] = []
    done = 0

    def tell(more: float) -> None:
        progress.tick(
            len(found), len(groups), "describing the groups", **{OVERALL: (done + more) / total}
        )

    for one, rows in seen:
        tell(0)
        first, *rest = sorted(rows, key=lambda row, one=one: _worth(workspace, one, row))  # type: ignore[misc]
        members = []
        for number, row in enumerate(rest, 1):
            members.append(_member(workspace, one, first, row))
            if number % _SAID == 0:
                tell(number)
        found.append((tuple(one.ids[row] for row in (first, *rest)), tuple(members)))
        done += len(rows)
    done = total
    tell(0)
    return found


def _worth(workspace: Workspace, seen: Seen, row: int) -> tuple[int, float, float, str]:
    """Smallest for the image to keep: pixels, clipped share in per cent, compression, name."""
    facts = workspace.images.facts(seen.ids[row])
    return -facts.width * facts.height, seen.clipped(row), -_density(facts), facts.path


def _member(workspace: Workspace, seen: Seen, kept: int, row: int) -> Member:
    best, other = (workspace.images.facts(seen.ids[place]) for place in (kept, row))
    agrees = seen.agreement(kept, row)
    is_laid = agrees is not None and agrees.is_one_picture
    colours = sorted(float(seen.found.chroma[seen.of[place]]) for place in (kept, row))
    sizes = other.width * other.height / max(best.width * best.height, 1)
    return Member(
        image=seen.ids[row],
        stops=agrees.stops if agrees and is_laid else None,
        size=float(np.sqrt(sizes)),
        cropped=max(map(abs, agrees.edges)) if agrees and is_laid else None,
        density=_density(other) / max(_density(best), 1e-9),
        is_grey=colours[0] < GREY and colours[1] > COLOURED,
    )


def _density(facts: ImageRow) -> float:
    """Bytes per pixel."""
    return facts.bytes / max(facts.width * facts.height, 1)
