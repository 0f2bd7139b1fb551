"""Options of a method, declared once: checked here, drawn by the pages, stored in manifests."""

import contextlib
import dataclasses
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from contrast_engine.arrays import Json
from contrast_engine.errors import OptionError


@dataclass(frozen=True)
class Option:
    """One knob of a method, as the pages draw it and the command line reads it."""

    name: str
    default: Any
    low: float | None
    high: float | None
    choices: tuple[str, ...]
    help: str

    def parse(self, text: str) -> Any:
        """The value, of the option's own type, of a text from the command line.

        Raises:
            OptionError: The text is not of that type.
        """
        kind = type(self.default)
        if kind is bool:
            if text.lower() not in {"true", "false"}:
                raise OptionError(f"{self.name} must be true or false, got {text!r}")
            return text.lower() == "true"
        try:
            return kind(text)
        except ValueError:
            wanted = {int: "a whole number", float: "a number"}.get(kind, kind.__name__)
            raise OptionError(f"{self.name} must be {wanted}, got {text!r}") from None


def option(
    default: Any,
    help: str,
    *,
    low: float | None = None,
    high: float | None = None,
    choices: tuple[str, ...] = (),
) -> Any:
    """The declaration of one option: its default, what it does to the result, its limits."""
    metadata = {"low": low, "high": high, "choices": choices, "help": help}
    return field(default=default, metadata=metadata)


def options_of(recipe: type) -> list[Option]:
    """The options a recipe class declares, in the order they are written."""
    return [
        Option(f.name, f.default, f.metadata["low"], f.metadata["high"], f.metadata["choices"],
               f.metadata["help"])
        for f in dataclasses.fields(recipe)
        if "help" in f.metadata
    ]  # fmt: skip


def as_texts(recipe: type, values: Json) -> dict[str, str]:
    """Every option of a method as text; those not named are at their default."""
    return {
        declared.name: str(values.get(declared.name, declared.default)).lower()
        if isinstance(declared.default, bool)
        else str(values.get(declared.name, declared.default))
        for declared in options_of(recipe)
    }


def of_texts(recipe: type, texts: Mapping[str, str]) -> Json:
    """Options read back from texts, as an address has them; what does not fit is left out."""
    found: Json = {}
    for declared in options_of(recipe):
        if declared.name in texts:
            with contextlib.suppress(OptionError):
                value = declared.parse(texts[declared.name])
                if _fits(value, declared):
                    found[declared.name] = value
    return found


class Recipe:
    """Base of every method: a frozen dataclass whose fields are its options, checked once."""

    def __post_init__(self) -> None:
        for declared in options_of(type(self)):
            value = getattr(self, declared.name)
            if not _fits(value, declared):
                raise OptionError(f"{declared.name} must be {_allowed(declared)}, got {value!r}")

    @classmethod
    def of(cls, values: Json) -> Self:
        """The recipe of named values.

        Raises:
            OptionError: A name is not an option of this method, or a value does not fit.
        """
        known = {declared.name for declared in options_of(cls)}
        for name in values:
            if name not in known:
                has = ", ".join(sorted(known)) or "none"
                raise OptionError(f"no option {name!r} here; the options are: {has}")
        return cls(**values)

    def as_json(self) -> Json:
        """The options and their values, as stored in manifests and cache keys."""
        return dataclasses.asdict(self)  # type: ignore[call-overload, no-any-return]


def recipe_fault(base: type, *methods: str) -> Callable[[str, Any], str]:
    """What says in words why something of another package is no such recipe; "" where it is.

    Args:
        base: What it has to be derived from.
        methods: What it has to define.
    """

    def fault(name: str, thing: Any) -> str:
        if not (isinstance(thing, type) and issubclass(thing, base)):
            return f"is no class derived from {base.__name__}"
        if not getattr(getattr(thing, "__dataclass_params__", None), "frozen", False):
            return "is no frozen dataclass: put @dataclass(frozen=True) above its class"
        if not str(getattr(thing, "title", "")).strip():
            return "has no title, which menus show"
        doc = (thing.__doc__ or "").strip()
        if not doc or doc.startswith(f"{thing.__name__}("):  # what @dataclass writes itself
            return "has no docstring, whose first line says what it does"
        for method in methods:
            if getattr(thing, method, None) is getattr(base, method):
                return f"does not define {method}()"
        recipe: Any = thing
        unnamed = [f.name for f in dataclasses.fields(recipe) if "help" not in f.metadata]
        if unnamed:
            return f"has the field {unnamed[0]!r} that is no option(...)"
        try:
            recipe().as_json()
        except (OptionError, TypeError, ValueError) as error:
            return f"does not accept its own defaults: {error}"
        return ""

    return fault


def _fits(value: Any, declared: Option) -> bool:
    kind = type(declared.default)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if type(value) is not kind or (kind is float and not math.isfinite(value)):
        return False
    if declared.low is not None and value < declared.low:
        return False
    if declared.high is not None and value > declared.high:
        return False
    return not declared.choices or value in declared.choices


def _allowed(declared: Option) -> str:
    if declared.choices:
        return "one of " + ", ".join(declared.choices)
    kind = {int: "a whole number", float: "a number", bool: "true or false", str: "text"}[
        type(declared.default)
    ]
    if declared.low is not None and declared.high is not None:
        return f"{kind} from {declared.low:g} to {declared.high:g}"
    if declared.low is not None:
        return f"{kind} of at least {declared.low:g}"
    return kind
