"""Whether two pictures are one: laid over each other, they get lighter the same way everywhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product

import cv2
import numpy as np

from contrast_engine.arrays import Floats, Floats32, Ints
from contrast_engine.duplicates.signature import SIDE, Signatures, detail
from contrast_engine.images.colour import decode_srgb

MOST_CROPPED = 0.13
"""Share of a side that one of two pictures may lack at an edge: what is searched."""

Edges = tuple[float, float, float, float]
"""How far inside the first picture the left, right, top, bottom edge of the second lie (shares)."""

BLACK, WHITE = 6, 249
"""Code values beyond which a tone is clipped and says nothing of shapes."""

TONES = 16
"""Levels of the tone curve by which one picture's tones explain the other's."""

DIRECTIONS, DETAIL, CURVE, SEEN = 0.8, 0.75, 0.65, 0.3
"""What two small copies of one picture reach: of their fields, details, tones, unclipped shapes."""

LEAST = 0.55
"""Correlation of a coarse overlay below which a finer one is not sought."""

_COARSE = 16  # side of the field on which the first overlay is sought
SHIFTS = (-0.08, 0.0, 0.08)
"""How far inside or outside an edge is looked for at first (shares of a side)."""

_STEPS = (1.0, 0.5, 0.25)  # of a pixel of the field
_STARTS: tuple[Edges, ...] = tuple((by, by, by, by) for by in (0.0, 0.05, -0.05))
_LAID = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
_ROUNDS, _GAIN = 4, 1e-4
_HOPE = 0.42, 0.57, 0.64
"""Agreement below which no better overlay is sought: of the starts, after a round of whole pixels,
and after all of those (own choice; measured in docs/methods.md#near-duplicates)."""
_PROMISE = 0.25, 0.42
"""The same of the detail, at the best start and after a round of whole pixels."""
ROUGH = 0.05  # what the quick correlation may be off, which does not leave out the border
_SURE = 0.93  # agreement from which no better overlay is sought


@dataclass(frozen=True)
class Agreement:
    """How two pictures agree where they are laid over each other.

    Args:
        directions: Correlation of the two fields of directions, -1 to 1.
        tones: Share of one picture's tones that the other's explain by one tone curve, 0 to 1.
        edges: Where the second picture lies in the first.
        seen: Share of the shapes of the second that are not clipped in either.
        detail: Correlation of the fields without their mean nearby, -1 to 1.
        stops: How much lighter the second is where neither is clipped, in stops.
    """

    directions: float
    tones: float
    edges: Edges
    seen: float
    detail: float
    stops: float

    @property
    def is_one_picture(self) -> bool:
        """Whether two pictures that agree so are one."""
        return (
            self.directions >= DIRECTIONS
            and self.detail >= DETAIL
            and self.tones >= CURVE
            and self.seen >= SEEN
        )


class Overlays:
    """Pictures laid over each other: one over many coarsely, then each pair finely.

    Args:
        signatures: What the pictures are recognised by.
    """

    def __init__(self, signatures: Signatures) -> None:
        self._of = signatures

    def coarse(self, row: int, others: Ints) -> tuple[Floats, list[Edges]]:
        """Correlation of one picture with others at the best of 81 overlays, and which that is."""
        first = _small(self._of.field(row))
        warps, maps, inside = _overlays()
        moved = np.array([_moved(first, *of) for of in maps])  # (81, 16, 16, 2)
        flat = moved.reshape(len(moved), -1)
        second = np.array([_small(self._of.field(other)) for other in others])  # (m, 16, 16, 2)
        energy = np.square(second).sum(axis=3).reshape(len(others), -1)
        across = flat @ second.reshape(len(others), -1).T  # (81, m)
        own = np.square(flat).sum(axis=1)[:, None]
        agree = across / np.sqrt(np.maximum(own * (inside @ energy.T), 1e-9))
        best = agree.argmax(axis=0)
        return agree.max(axis=0), [warps[place] for place in best]

    def fine(self, row: int, other: int, start: Edges) -> Agreement:
        """How a pair agrees at the best overlay near one."""
        whole, on = self._prepared(row), self._prepared(other)
        return judged(whole, on, _best(whole, on, start)[0])

    def is_one(self, row: int, other: int, start: Edges) -> bool:
        """Whether `fine` says of a pair that it is one picture, sooner where it is not."""
        whole, on = self._prepared(row), self._prepared(other)
        best, agrees = _best(whole, on, start)
        return agrees >= DIRECTIONS - ROUGH and is_one_at(whole, on, best)

    def _prepared(self, row: int) -> Floats32:
        """(32, 32, 4): field, tone, and 1 where it is not clipped."""
        tone = self._of.tones[row].astype(np.float32)
        is_open = ((tone > BLACK) & (tone < WHITE)).astype(np.float32)
        return np.dstack([self._of.field(row), tone, is_open])


class Search:
    """The search for the best overlay of a pair near one.

    Args:
        first: (32, 32, 3) field of the picture that is laid, and 1 where it is not clipped.
        second: The same of the one below.
        start: The overlay that is tried first.
    """

    def __init__(self, first: Floats32, second: Floats32, start: Edges) -> None:
        self.first, self.second, self._start = first, second, start

    def agree(self, edges: Edges) -> float:
        """Correlation of the fields where neither is clipped; called some hundred times a pair."""
        return _agree(self.first, self.second, edges)

    def steps(self) -> Iterator[tuple[Edges, float]]:
        """The best overlay so far, and the correlation of the fields there: ever better ones."""
        best, found = self._start, self.agree(self._start)
        yield best, found
        for tried in _STARTS if found < _SURE else ():
            agrees = self.agree(tried)
            best, found = (tried, agrees) if agrees > found else (best, found)
        yield best, found
        for step in _STEPS:
            for number in range(_ROUNDS):
                before = found
                done = min(number, 1) if step == 1 else 2
                if found >= _SURE or found < _HOPE[done]:
                    break
                if done < 2 and number < 2 and self._detail(best) < _PROMISE[done]:
                    return
                best, found = self._round(step / SIDE, best, found)
                if found == before:
                    break
                yield best, found

    def _detail(self, edges: Edges) -> float:
        return _alike_in_detail(self.first, self.second, edges)

    def _round(self, step: float, best: Edges, found: float) -> tuple[Edges, float]:
        """The best overlay after each edge was tried a step farther in and out."""
        for edge, by in product(range(4), (-step, step)):
            tried = _shifted(best, edge, by)
            agrees = self.agree(tried)
            if agrees > found + _GAIN and max(map(abs, tried)) <= MOST_CROPPED:
                best, found = tried, agrees
        return best, found


def _best(whole: Floats32, on: Floats32, start: Edges) -> tuple[Edges, float]:
    """The best overlay of a pair near one, and the correlation of the fields there."""
    first, second = (np.ascontiguousarray(one[..., [0, 1, 3]]) for one in (whole, on))
    *_, last = Search(first, second, start).steps()
    return last


@cache
def _overlays() -> tuple[list[Edges], list[tuple[Floats32, Floats32]], Floats32]:
    """The 81 coarse overlays, where each takes its points from, and (81, 256) what it covers."""
    warps: list[Edges] = list(product(SHIFTS, SHIFTS, SHIFTS, SHIFTS))
    maps = [_places(edges, _COARSE) for edges in warps]
    return warps, maps, np.array([_inside(*of) for of in maps]).reshape(len(maps), -1)


def _overlaid(
    first: Floats32, second: Floats32, edges: Edges
) -> tuple[Floats32, Floats32, Floats32]:
    """The first picture laid on the second, where it covers it, and where neither is clipped."""
    across, down = _places(edges, SIDE)
    laid, inside = _moved(first, across, down), _inside(across, down)
    return laid, inside, inside * laid[..., 3] * second[..., 3]


def _agree(first: Floats32, second: Floats32, edges: Edges) -> float:
    """Correlation of two fields where neither is clipped; called some hundred times a pair."""
    laid = _laid_on(first, edges)
    weight = laid[..., 2] * second[..., 2]
    one = (laid[..., :2] * weight[..., None]).ravel()
    other = (second[..., :2] * weight[..., None]).ravel()
    size = float(np.sqrt(one @ one * (other @ other)))
    return float(one @ other) / size if size > 1e-6 else 0.0


def _alike_in_detail(first: Floats32, second: Floats32, edges: Edges) -> float:
    """Correlation of the details of two fields where neither is clipped."""
    laid = _laid_on(first, edges)
    one, other = (detail(np.ascontiguousarray(field[..., :2])) for field in (laid, second))
    return _correlation(one, other, laid[..., 2] * second[..., 2])


def _laid_on(image: Floats32, edges: Edges) -> Floats32:
    left, right, top, bottom = edges
    wide, high = 1 - left - right, 1 - top - bottom
    place = np.array(
        [
            [wide, 0, left * SIDE + wide / 2 - 0.5],
            [0, high, top * SIDE + high / 2 - 0.5],
        ]
    )
    return np.asarray(cv2.warpAffine(image, place, (SIDE, SIDE), flags=_LAID), np.float32)


def judged(first: Floats32, second: Floats32, edges: Edges) -> Agreement:
    """How a pair agrees at one overlay.

    Args:
        first: (32, 32, 4) field, tone, and 1 where it is not clipped.
        second: The same of the other picture.
        edges: Where the second lies in the first.
    """
    laid = _Laid(first, second, edges)
    return Agreement(
        directions=laid.directions(),
        tones=max(laid.tones()),
        edges=edges,
        seen=laid.seen(),
        detail=laid.detail(),
        stops=laid.stops(),
    )


def is_one_at(first: Floats32, second: Floats32, edges: Edges) -> bool:
    """Whether `judged` says of a pair that it is one picture; what decides most is asked first."""
    laid = _Laid(first, second, edges)
    return (
        laid.directions() >= DIRECTIONS
        and laid.detail() >= DETAIL
        and laid.seen() >= SEEN
        and any(tones >= CURVE for tones in laid.tones())
    )


class _Laid:
    """A pair at one overlay, with what is asked of it."""

    def __init__(self, first: Floats32, second: Floats32, edges: Edges) -> None:
        self._laid, self._inside, self._is_open = _overlaid(first, second, edges)
        self._second = second
        self._one, self._other = (
            np.ascontiguousarray(image[..., :2]) for image in (self._laid, second)
        )

    def directions(self) -> float:
        return _correlation(self._one, self._other, self._is_open)

    def detail(self) -> float:
        return _correlation(detail(self._one), detail(self._other), self._is_open)

    def seen(self) -> float:
        strength = np.square(self._other).sum(axis=2)
        all_of_it = max(float((strength * self._inside).sum()), 1e-6)
        return float((strength * self._is_open).sum() / all_of_it)

    def tones(self) -> Iterator[float]:
        """Both ways round."""
        covered = self._inside > 0
        a, b = self._laid[..., 2][covered], self._second[..., 2][covered]
        yield explained(a, b)
        yield explained(b, a)

    def stops(self) -> float:
        both = self._is_open > 0.99
        lighter = _stops(self._second[..., 2][both]) - _stops(self._laid[..., 2][both])
        return float(np.median(lighter)) if lighter.size else 0.0


def _correlation(one: Floats32, other: Floats32, weight: Floats32) -> float:
    a, b = one * weight[..., None], other * weight[..., None]
    size = float(np.sqrt(np.square(a).sum() * np.square(b).sum()))
    return float((a * b).sum()) / size if size > 1e-6 else 0.0


def _stops(tones: Floats32) -> Floats:
    found: Floats = np.log2(np.maximum(decode_srgb(tones.astype(np.float64) / 255), 1e-4))
    return found


def explained(one: Floats32, other: Floats32) -> float:
    """Share of the variance of `other` that a curve over `one` explains (correlation ratio)."""
    if len(one) < 2 * TONES:
        return 0.0
    rising = other[np.argsort(one, kind="stable")].astype(np.float64)
    begins = np.arange(TONES) * len(one) // TONES
    sizes = np.diff(np.append(begins, len(one)))
    total = float(np.square(rising - rising.mean()).sum())
    means = np.add.reduceat(rising, begins) / sizes
    left = float(np.square(rising - np.repeat(means, sizes)).sum())
    return 1 - left / total if total > 1e-6 else 0.0


def _shifted(edges: Edges, which: int, by: float) -> Edges:
    moved = list(edges)
    moved[which] += by
    left, right, top, bottom = moved
    return left, right, top, bottom


def _places(edges: Edges, side: int) -> tuple[Floats32, Floats32]:
    left, right, top, bottom = edges
    at = (np.arange(side, dtype=np.float32) + 0.5) / side
    across = (left + at * (1 - left - right)) * side - 0.5
    down = (top + at * (1 - top - bottom)) * side - 0.5
    shape = (side, side)
    return (
        np.ascontiguousarray(np.broadcast_to(across, shape), dtype=np.float32),
        np.ascontiguousarray(np.broadcast_to(down[:, None], shape), dtype=np.float32),
    )


def _moved(image: Floats32, across: Floats32, down: Floats32) -> Floats32:
    return np.asarray(
        cv2.remap(image, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT),
        dtype=np.float32,
    )


def _inside(across: Floats32, down: Floats32) -> Floats32:
    side = len(across)
    is_in = (across >= -0.5) & (across <= side - 0.5) & (down >= -0.5) & (down <= side - 0.5)
    return is_in.astype(np.float32)


def _small(field: Floats32) -> Floats32:
    return np.asarray(
        cv2.resize(field, (_COARSE, _COARSE), interpolation=cv2.INTER_AREA), dtype=np.float32
    )
