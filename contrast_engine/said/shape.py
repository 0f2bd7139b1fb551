"""Shapes of JSON: which type stands where, so that what somebody else wrote is checked once.

A shape is a function: it gives what is wrong with a value, as where and what belongs there, or
None. What is missing is no fault here: who reads it misses it in words.
"""

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

MOST = 10**18
"""No number that a step writes is as large; a float of it still counts in steps below 200."""

LONGEST = 1_000_000
"""Characters of one text."""

DEEPEST = 40
"""Lists and records in one another."""

Fault = tuple[str, str]
"""Where in the value, as ".value[3]", and what belongs there in words."""

Shape = Callable[[object], "Fault | None"]


@dataclass(frozen=True)
class Plain:
    """One value without parts.

    Args:
        words: What belongs there.
        fits: Whether a value does.
    """

    words: str
    fits: Callable[[object], bool]

    def __call__(self, value: object) -> Fault | None:
        """What is wrong with a value."""
        return None if self.fits(value) else ("", self.words)


@dataclass(frozen=True)
class Record:
    """What is said by name; of other names only that it is plain JSON.

    Args:
        fields: The shape of each name that is known.
        needed: Names that must be there.
        is_closed: Whether no other names may be.
        rule: What must hold between the fields: gives what is wrong in words, or "".
    """

    fields: Mapping[str, Shape]
    needed: Collection[str] = ()
    is_closed: bool = False
    rule: Callable[[Mapping[str, object]], str] = field(default=lambda _: "")

    def __call__(self, value: object) -> Fault | None:
        """What is wrong with a value."""
        if not isinstance(value, dict):
            return "", "a record"
        for name in self.needed:
            if name not in value:
                return "", f"a record with {name!r}"
        for name, one in value.items():
            if not isinstance(name, str) or (self.is_closed and name not in self.fields):
                return f".{name}", "nothing of that name"
            if fault := self.fields.get(name, JSON)(one):
                return f".{name}{fault[0]}", fault[1]
        return ("", wrong) if (wrong := self.rule(value)) else None


@dataclass(frozen=True)
class Each:
    """The same shape under names of any kind."""

    shape: Shape

    def __call__(self, value: object) -> Fault | None:
        """What is wrong with a value."""
        if not isinstance(value, dict):
            return "", "a record"
        for name, one in value.items():
            if fault := TEXT(name) or self.shape(one):
                return f".{name}{fault[0]}", fault[1]
        return None


@dataclass(frozen=True)
class Many:
    """A list of one shape.

    Args:
        shape: Of each.
        exactly: How many; any number where it is None.
    """

    shape: Shape
    exactly: int | None = None

    def __call__(self, value: object) -> Fault | None:
        """What is wrong with a value."""
        if not isinstance(value, list) or (self.exactly is not None and len(value) != self.exactly):
            return "", "a list" if self.exactly is None else f"a list of {self.exactly}"
        for at, one in enumerate(value):
            if fault := self.shape(one):
                return f"[{at}]{fault[0]}", fault[1]
        return None


@dataclass(frozen=True)
class Maybe:
    """A shape, or null."""

    shape: Shape

    def __call__(self, value: object) -> Fault | None:
        """What is wrong with a value."""
        if value is None:
            return None
        fault = self.shape(value)
        return (fault[0], fault[1] if fault[0] else f"{fault[1]}, or nothing") if fault else None


def record(*needed: str, **fields: Shape) -> Record:
    """A record whose `needed` names must be there."""
    return Record(fields, needed)


def exactly(**fields: Shape) -> Record:
    """A record of these names, all of them and no other."""
    return Record(fields, tuple(fields), is_closed=True)


def one_of(*words: str) -> Plain:
    """One of some words."""
    return Plain(
        f"one of {', '.join(words)}", lambda value: isinstance(value, str) and value in words
    )


def _is_number(value: object) -> bool:
    is_one = isinstance(value, int | float) and not isinstance(value, bool)
    return is_one and -MOST < value < MOST  # type: ignore[operator] # and no NaN


def _is_text(value: object) -> bool:
    return (
        isinstance(value, str)
        and len(value) <= LONGEST
        and (value.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in value))
    )


def _is_plain(value: object, depth: int = 0) -> bool:
    if depth > DEEPEST:
        return False
    if isinstance(value, dict):
        return all(_is_text(k) and _is_plain(one, depth + 1) for k, one in value.items())
    if isinstance(value, list):
        return all(_is_plain(one, depth + 1) for one in value)
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, int):
        return abs(value) < 2**64
    return value is None or _is_text(value)


NUMBER = Plain("a number", _is_number)
WHOLE = Plain("a whole number", lambda v: _is_number(v) and isinstance(v, int))
COUNT = Plain("a count", lambda v: _is_number(v) and isinstance(v, int) and v >= 0)
POSITIVE = Plain("a whole number above 0", lambda v: _is_number(v) and isinstance(v, int) and v > 0)
TEXT = Plain("text", _is_text)
YES_NO = Plain("a yes or no", lambda v: isinstance(v, bool))
JSON = Plain("plain JSON", _is_plain)
VERSION = Plain("text or a whole number", lambda v: TEXT(v) is None or WHOLE(v) is None)
