"""A number with its interval and null reference on a line: where each stands, in percent."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Drawn:
    """Places along a line that runs from `left` to `right`, in percent of its length.

    Args:
        left, right: What the ends of the line stand for, in the unit of the number.
        value: Where the number stands.
        low, high: Where its interval begins and ends, where there is one.
        null: Where the null reference stands, where there is one.
    """

    left: float
    right: float
    value: float
    low: float | None
    high: float | None
    null: float | None


def drawn(
    value: float, low: float | None = None, high: float | None = None, null: float | None = None
) -> Drawn:
    """Place a number on a line that covers 0 to 1 and everything there is to show."""
    shown = [one for one in (value, low, high, null) if one is not None]
    left, right = min(0.0, *shown), max(1.0, *shown)

    def place(one: float | None) -> float | None:
        return None if one is None else 100 * (one - left) / (right - left)

    at = place(value)
    assert at is not None
    return Drawn(left, right, at, place(low), place(high), place(null))
