"""Filters of a collection as text: what an address and a command say, read and written again.

A filter is some conditions, at most one of a kind; an image passes it if it meets them all. Within
a condition one of its values, or its range, is enough. `filter_tables` says who passes.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from contrast_engine.errors import OptionError
from contrast_engine.vectors import present_name

PREFIX = "f."
"""What the parameters of a filter begin with in an address."""

FEATURE = "feature."
"""What the key of a condition on a feature or an attribute begins with."""

NONE, ABSTAINS, DISPUTED, UNLIKE = "none", "abstains", "disputed", "unlike"
"""Special values: nothing of the kind; the model abstains; annotators label it differently; the
model abstains, for the image is unlike anything that is labelled."""

KINDS: dict[str, tuple[str, ...]] = {
    "name": (), "folder": (), "cluster": (NONE,), "label": (NONE, DISPUTED),
    "predicted": (NONE, ABSTAINS, UNLIKE), "confidence": (NONE,), "issue": (NONE,),
    "annotator": (NONE,), "note": (NONE,),
}  # fmt: skip
"""Every kind of condition besides features, with the special values it can have."""

MOST_VALUES = 200
LONGEST = 4_000
"""Characters of one condition: more than an address can hold is no filter of ours."""

_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_PIECE = re.compile(r"(?:\\.|[^,\\])*", re.DOTALL)
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_RANGE = re.compile(rf"\s*({_NUMBER})?\s*~\s*({_NUMBER})?\s*", re.ASCII)


@dataclass(frozen=True)
class Condition:
    """What one kind of thing has to be.

    Args:
        key: One of `KINDS`, or "feature." and the name of a feature or an attribute.
        values: Names of which an image has one; of the kind "name" what is typed, as it is.
        special: Which of the special values count too.
        low, high: Ends of a range, both included; None where it is open.
    """

    key: str
    values: tuple[str, ...] = ()
    special: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None

    @property
    def has_range(self) -> bool:
        """Whether it asks for a range of numbers."""
        return self.low is not None or self.high is not None

    @property
    def text(self) -> str:
        """It as `read` reads it."""
        if self.key == "name":
            return "".join(self.values)
        numbers = [f"{_written(self.low)}~{_written(self.high)}"] if self.has_range else []
        special = [f"({name})" for name in self.special]
        return ",".join([*numbers, *special, *map(escaped, self.values)])


@dataclass(frozen=True)
class Filter:
    """Conditions that an image has to meet, all of them; each of another kind."""

    conditions: tuple[Condition, ...] = ()

    @property
    def parameters(self) -> dict[str, str]:
        """It as an address holds it."""
        return {f"{PREFIX}{one.key}": one.text for one in self.conditions}

    def of(self, key: str) -> Condition | None:
        """The condition of a kind, None where there is none."""
        return next((one for one in self.conditions if one.key == key), None)

    def without(self, key: str) -> "Filter":
        """The same but for one kind."""
        return Filter(tuple(one for one in self.conditions if one.key != key))


def read(key: str, text: str) -> Condition | None:
    """The condition of a kind that a text says; None where it says nothing.

    Args:
        key: Of the condition.
        text: Values parted by commas, e.g. "low,high" or "(none)"; a range as "0.1~0.4", "0.1~" or
            "~0.4". A backslash takes the meaning from the character behind it.

    Raises:
        OptionError: It says nothing that can be meant.
    """
    is_number = key.startswith(FEATURE) or key == "confidence"
    if key not in KINDS and not is_number:
        raise OptionError(
            f"there is no filter by {key!r}; there are: {', '.join(KINDS)}, and features by name"
        )
    if len(text) > LONGEST:
        raise OptionError(f"the filter by {key} has {len(text):,} characters; at most {LONGEST:,}")
    key = present_name(key) if key.startswith(FEATURE) else key
    if key == "name":
        return Condition(key, (text,)) if text.strip() else None
    if not text:
        return None
    found = Condition(key)
    for piece in _pieces(text):
        found = _with_piece(found, piece, KINDS.get(key, (NONE,)), is_number)
    if len(found.values) > MOST_VALUES:
        raise OptionError(f"the filter by {key} names {len(found.values)}; at most {MOST_VALUES}")
    return found


def read_address(parameters: Mapping[str, str]) -> tuple[Filter, dict[str, str]]:
    """The filter in the parameters of an address, and why keys in it cannot be meant, in words."""
    found: list[Condition] = []
    problems: dict[str, str] = {}
    for name, text in parameters.items():
        if not name.startswith(PREFIX):
            continue
        try:
            found = _joined(found, read(name.removeprefix(PREFIX), text))
        except OptionError as error:
            problems[name.removeprefix(PREFIX)] = str(error)
    return Filter(_in_order(found)), problems


def read_words(texts: Sequence[str]) -> Filter:
    """The filter that texts such as "label=low" or "c_rms=0.1~0.4" say; one kind may come twice.

    Raises:
        OptionError: One says nothing that can be meant.
    """
    found: list[Condition] = []
    for text in texts:
        key, equals, value = text.partition("=")
        key = key.strip()
        key = key if key in KINDS or key.startswith(FEATURE) else f"{FEATURE}{key}"
        condition = read(key, value) if equals else None
        if condition is None:
            raise OptionError(f"{text!r} is no filter; write it as label=low or c_rms=0.1~0.4")
        found = _joined(found, condition)
    return Filter(_in_order(found))


def escaped(value: str) -> str:
    """A value so that `read` takes it for nothing else."""
    if not value:
        return "()"
    text = value.replace("\\", "\\\\").replace(",", "\\,")
    return f"\\{text}" if text.startswith("(") else text


def _pieces(text: str) -> Iterable[str]:
    """What stands between the commas, escapes as they are; a lone last backslash is itself."""
    at = 0
    while at <= len(text):
        found = _PIECE.match(text, at)
        end = found.end() if found else at
        if end < len(text) and text[end] == "\\":
            end = len(text)
        yield text[at:end]
        at = end + 1


def _with_piece(
    found: Condition, piece: str, special: tuple[str, ...], is_number: bool
) -> Condition:
    if piece.startswith("(") and piece.endswith(")"):
        name = piece[1:-1].strip()
        if name in special:
            return replace(found, special=_added(found.special, name))
        if not name and not is_number:
            return replace(found, values=_added(found.values, ""))
    if not is_number:
        return replace(found, values=_added(found.values, _ESCAPED.sub(r"\1", piece)))
    name, numbers = found.key.removeprefix(FEATURE), _RANGE.fullmatch(piece)
    if not numbers or not any(numbers.groups()) or found.has_range:
        raise OptionError(f"{name} needs one range such as 0.1~0.4, 0.1~ or ~0.4, got {piece!r}")
    low, high = (float(end) if end else None for end in numbers.groups())
    if not all(math.isfinite(end) for end in (low, high) if end is not None):
        raise OptionError(f"the range {piece!r} of {name} is too large for a number")
    if low is not None and high is not None and low > high:
        raise OptionError(f"the range {piece!r} of {name} ends before it begins")
    return replace(found, low=low, high=high)


def _joined(found: list[Condition], new: Condition | None) -> list[Condition]:
    """Conditions with one more; of a kind that is there already the values count as well."""
    if new is None:
        return found
    for at, old in enumerate(found):
        if old.key != new.key:
            continue
        if new.key == "name" or (old.has_range and new.has_range):
            raise OptionError(f"{new.key.removeprefix(FEATURE)} is filtered by twice; say it once")
        ends = new if new.has_range else old
        both = replace(
            ends, values=_added(old.values, *new.values), special=_added(old.special, *new.special)
        )
        return [*found[:at], both, *found[at + 1 :]]
    return [*found, new]


def _in_order(found: Iterable[Condition]) -> tuple[Condition, ...]:
    places = {key: place for place, key in enumerate(KINDS)}
    return tuple(sorted(found, key=lambda one: (places.get(one.key, len(places)), one.key)))


def _added(known: tuple[str, ...], *new: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*known, *new]))


def _written(number: float | None) -> str:
    return "" if number is None else repr(number).removesuffix(".0")
