"""The overlay of each of very many pairs, sought as `verification` seeks it, in less time."""

from dataclasses import dataclass

import cv2
import numpy as np

from contrast_engine.arrays import Floats32
from contrast_engine.duplicates.signature import SIDE, Signatures
from contrast_engine.duplicates.verification import (
    BLACK,
    DIRECTIONS,
    ROUGH,
    WHITE,
    Agreement,
    Edges,
    Search,
    is_one_at,
    judged,
)

_LAID = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP


@dataclass(frozen=True, eq=False)
class Prepared:
    """One picture, ready to be laid over others and to lie under them.

    Args:
        whole: (32, 32, 4): field, tone, and 1 where it is not clipped.
        above: (32, 32, 3), the same without the tone.
        right: (1024,) the first part of the field.
        down: The second.
        strength: The square of its length.
        is_open: 1 where it is not clipped.
    """

    whole: Floats32
    above: Floats32
    right: Floats32
    down: Floats32
    strength: Floats32
    is_open: Floats32


def prepared(of: Signatures, row: int) -> Prepared:
    """One of some pictures."""
    tone = of.tones[row].astype(np.float32)
    is_open = ((tone > BLACK) & (tone < WHITE)).astype(np.float32)
    whole = np.empty((SIDE, SIDE, 4), np.float32)
    field = of.field(row)
    whole[..., :2], whole[..., 2], whole[..., 3] = field, tone, is_open
    right, down = (np.ascontiguousarray(field[..., part]).ravel() for part in range(2))
    above = np.ascontiguousarray(whole[..., [0, 1, 3]])
    return Prepared(whole, above, right, down, right * right + down * down, is_open.ravel())


def one_quickly(first: Prepared, second: Prepared, start: Edges) -> Edges | None:
    """The first overlay, on the way from a start to the best one, at which a pair is one picture.

    None where there is none. A start that shows it already ends the search; one that is without
    hope ends it as well.
    """
    asked: Edges | None = None
    for edges, agrees in _Quick(first, second, start).steps():
        if agrees < DIRECTIONS - ROUGH or edges == asked:
            continue
        if is_one_at(first.whole, second.whole, edges):
            return edges
        asked = edges
    return None


def agreement_quickly(first: Prepared, second: Prepared, start: Edges) -> Agreement:
    """How a pair agrees at the best overlay near one."""
    *_, (best, _) = _Quick(first, second, start).steps()
    return judged(first.whole, second.whole, best)


def turned_round(edges: Edges) -> Edges:
    """Where the first picture lies in the second, by where the second lies in the first."""
    left, right, top, bottom = edges
    wide, high = 1 - left - right, 1 - top - bottom
    return -left / wide, -right / wide, -top / high, -bottom / high


class _Quick(Search):
    """The search, with what is the same in every overlay made once."""

    def __init__(self, first: Prepared, second: Prepared, start: Edges) -> None:
        super().__init__(first.above, second.above, start)
        self._second = second

    def agree(self, edges: Edges) -> float:
        """Correlation of the fields where neither is clipped."""
        left, right, top, bottom = edges
        wide, high = 1 - left - right, 1 - top - bottom
        place = np.array([[wide, 0, left * SIDE + wide / 2 - 0.5],
                          [0, high, top * SIDE + high / 2 - 0.5]])  # fmt: skip
        laid = cv2.warpAffine(self.first, place, (SIDE, SIDE), flags=_LAID)
        across, along, is_open = (part.ravel() for part in cv2.split(laid))
        under = self._second
        weight = is_open * under.is_open
        weight *= weight
        both = weight @ (across * under.right + along * under.down)
        own, other = weight @ (across * across + along * along), weight @ under.strength
        size = float(np.sqrt(own * other))
        return float(both) / size if size > 1e-6 else 0.0
