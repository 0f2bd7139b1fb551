"""How well people agree with themselves: the same pair asked again, and the side they prefer."""

from collections.abc import Iterable
from dataclasses import dataclass

from contrast_engine.pseudo_labels.scores import wilson
from contrast_engine.ranking.bradley_terry import PairAnswer
from contrast_engine.vectors import ImageId


@dataclass(frozen=True)
class Consistency:
    """One person's answers, held against themselves.

    Args:
        who: The person.
        judgements: How many answers they gave.
        ties: How many of them were ties.
        repeats: How often they were asked about a pair again.
        same: Share of those with the answer they gave the time before, None without repeats,
        same_low, same_high: and its 95 % interval.
        left: Share of the answers but ties that chose the left side, which should be near half,
        left_low, left_high: and its 95 % interval; a side preferred beyond it is a habit.
    """

    who: str
    judgements: int
    ties: int
    repeats: int
    same: float | None
    same_low: float | None
    same_high: float | None
    left: float | None
    left_low: float | None
    left_high: float | None


def consistency(judged: Iterable[PairAnswer]) -> tuple[Consistency, ...]:
    """The consistency of every person, by name; answers oldest first."""
    by_person: dict[str, list[PairAnswer]] = {}
    for one in judged:
        by_person.setdefault(one.who, []).append(one)
    return tuple(_of(who, answers) for who, answers in sorted(by_person.items()))


def _of(who: str, answers: list[PairAnswer]) -> Consistency:
    before: dict[frozenset[ImageId], ImageId | None] = {}
    repeats = same = 0
    for one in answers:
        pair = frozenset((one.left, one.right))
        if pair in before:
            repeats += 1
            same += before[pair] == _winner(one)
        before[pair] = _winner(one)
    decided = [one for one in answers if one.answer != "tie"]
    left = sum(one.answer == "left" for one in decided)
    return Consistency(
        who,
        len(answers),
        len(answers) - len(decided),
        repeats,
        *_share(same, repeats),
        *_share(left, len(decided)),
    )


def _winner(one: PairAnswer) -> ImageId | None:
    return {"left": one.left, "right": one.right}.get(one.answer)


def _share(count: int, of: int) -> tuple[float | None, float | None, float | None]:
    return (count / of, *wilson(count, of)) if of else (None, None, None)
