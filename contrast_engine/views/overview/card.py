"""What every card of the overview has: its plain sentence, and the page that it leads to."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Number:
    """A number with all that it rests on.

    Args:
        value: The number; None where it could not be measured.
        n: How many images, labels or answers it rests on.
        space: What it was computed in or on, in words.
        low, high: Its 95 % interval, where there is one.
        null: What chance or the null reference gives, where there is one.
        unit: What one of it is; "share" for 0 to 1, "" where nothing is to be said.
    """

    value: float | None
    n: int
    space: str
    low: float | None = None
    high: float | None = None
    null: float | None = None
    unit: str = ""


@dataclass(frozen=True, kw_only=True)
class Card:
    """One card: what it says in a sentence, and where more is to be seen.

    Args:
        sentence: The one message of the card, plain text.
        page: The address of the page that it leads to, "clusters".
        view: Parameters of that address, as a page of the app reads them.
        outdated: What changed since it was made, in words; "" where it still holds.
    """

    sentence: str
    page: str
    view: Mapping[str, str] = field(default_factory=dict)
    outdated: str = ""


@dataclass(frozen=True)
class Absent:
    """A card that is not there yet.

    Args:
        reason: Why, and what makes it, as a sentence.
        page: The address of the page on which that is done.
    """

    reason: str
    page: str
