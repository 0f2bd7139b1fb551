"""What results may say, by step, and every way in which a stranger may have it say something else."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.strangers.making import DEEP, MARKUP

EXAMPLES: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "fixtures" / "details_of_results.json").read_text("utf-8")
)
"""Details and recipe of one result of each step, as "kind:step"."""

WRONG: dict[str, Any] = {
    "null": None, "text": "x", "a number as text": "0.5", "a list": [1], "an empty list": [],
    "a record": {"a": 1}, "an empty record": {}, "yes": True, "a huge number": 10**400,
    "a large number": 1e300, "no number": float("nan"), "endless": float("inf"), "below 0": -3,
    "half": 0.5, "deep": DEEP, "half a letter": "\ud800", "markup": MARKUP,
}  # fmt: skip
"""What may stand where something else belongs."""

Path_ = tuple[Any, ...]


def places(value: Any, at: Path_ = (), longest: int = 2) -> Iterator[Path_]:
    """Every place in a document; of a list, and of a record of very many names, the first."""
    if at:
        yield at
    if isinstance(value, dict):
        names = list(value) if len(value) < 40 else list(value)[:longest]
        for name in names:
            yield from places(value[name], (*at, name), longest)
    if isinstance(value, list):
        for number in range(min(len(value), longest)):
            yield from places(value[number], (*at, number), longest)


def changed(document: Any, at: Path_, value: Any) -> Any:
    """A document with something else at one place."""
    found = copy.deepcopy(document)
    inside = found
    for step in at[:-1]:
        inside = inside[step]
    inside[at[-1]] = value
    return found


def without(document: Any, at: Path_) -> Any:
    """A document without what stands at one place."""
    found = copy.deepcopy(document)
    inside = found
    for step in at[:-1]:
        inside = inside[step]
    del inside[at[-1]]
    return found


def spoilt(document: Any) -> Iterator[tuple[str, Any]]:
    """A document spoilt at each of its places in each way, with words for it."""
    for at in places(document):
        yield f"{at}: missing", without(document, at)
        for name, value in WRONG.items():
            yield f"{at}: {name}", changed(document, at, value)
