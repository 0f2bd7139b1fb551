"""What a manifest says of a result beyond its rows: somebody else may have written it."""

from collections.abc import Iterator
from typing import Any

from contrast_engine.as_written import plain
from contrast_engine.errors import UnknownName
from contrast_engine.said import JSON, METHOD, NOW, details_shape, fault_in
from contrast_engine.said.shape import Record

_SHOWN = 120
"""Letters of a name that a stranger gave something."""

_ANEW = "as each that this program makes does; run its step again"


class Details(dict[str, Any]):
    """What is said, by name; what is not is missed in words, and not by a name nobody knows."""

    def __missing__(self, name: str) -> Any:
        raise UnknownName(
            f"a result in this collection says nothing of {name!r}, where each that this program "
            "makes does; run its step again"
        )


class Said(Details):
    """What a manifest says at all: of another type than a step says it, it is refused in words.

    Args:
        said: What it says.
        kind: The kind of the result.
        step: What made it, with its version.
        key: The key of the result.
        is_recipe: Whether it is the recipe, not the details.
    """

    def __init__(
        self, said: dict[str, Any], kind: str, step: str, key: str, *, is_recipe: bool = False
    ) -> None:
        super().__init__(said)
        self._of = (kind, step, key, is_recipe)
        self._fits: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        value = super().__getitem__(name)
        if name not in self._fits:
            kind, step, key, is_recipe = self._of
            whole = METHOD if is_recipe else details_shape(kind, step)
            one = whole.fields.get(name)
            wrong = fault_in(one, name, value) if one is not None else ""
            if not wrong and (rule := whole.rule(dict(self.items()))):
                wrong = f"it is not {rule}"
            if wrong:
                raise UnknownName(_refusal(key, kind, step, wrong))
            self._fits.add(name)
        return value

    def __iter__(self) -> Iterator[str]:
        """The names; with it, `{**said}` reads each as it is read by itself."""
        return super().__iter__()

    def get(self, name: str, default: Any = None) -> Any:
        """What is said under a name; the default where nothing is."""
        return self[name] if name in self else default  # noqa: SIM401 - it is what `get` does here


def details_of(said: Any, kind: str, step: str, key: str, *, is_recipe: bool = False) -> Any:
    """What a manifest says, and what it says of each of these; anything else as it is.

    Args:
        said: What stands there.
        kind: The kind of the result.
        step: What made it.
        key: Its key.
        is_recipe: Whether it is the recipe, not the details.
    """
    if not isinstance(said, dict) or JSON(said) is not None:
        return said
    found = {name: spoken(one) for name, one in said.items()}
    return Said(found, kind, step, key, is_recipe=is_recipe)


def spoken(value: Any) -> Any:
    """JSON in which every record misses in words what is not there."""
    if isinstance(value, dict):
        return Details({name: spoken(one) for name, one in value.items()})
    if isinstance(value, list) and any(isinstance(one, dict | list) for one in value):
        return [spoken(one) for one in value]
    return value


def refused(kind: str, step: str, key: str, details: Any, recipe: Any) -> str:
    """Why a result is left out for what its manifest says, in words; "" where it is not.

    Args:
        kind: The kind of the result.
        step: What made it.
        key: Its key.
        details: What it says of the result,
        recipe: and of how it was made.
    """
    for what, said, shape in (
        ("details", details, details_shape(kind, step)),
        ("recipe", recipe, METHOD),
    ):
        if not isinstance(said, dict):
            return _refusal(key, kind, step, f"{what!r} is not a record")
        asked = shape if step in NOW else Record({})
        # what is nothing as a whole may be what could not be measured: it is checked as it is read
        if wrong := fault_in(asked, "", {k: one for k, one in said.items() if one is not None}):
            return _refusal(key, kind, step, wrong)
    return ""


def _refusal(key: str, kind: str, step: str, wrong: str) -> str:
    at, _, needed = wrong.partition(" is not ")
    said = f"result {key} ({kind}, by {step[:_SHOWN]}) says of {at[:_SHOWN]} what is not {needed}"
    return plain(f"{said}, {_ANEW}")
