"""Where a list is meant: one text or path instead of several is refused, in words."""

from collections.abc import Iterable
from pathlib import PurePath
from typing import Any, TypeVar

from contrast_engine.errors import OptionError

Given = TypeVar("Given", bound=Iterable[Any])


def several(given: Given, what: str) -> Given:
    """What was given, once it is sure that it is several things and not one.

    A text is a list of its letters to Python, so that "photos" would be six folders.

    Args:
        given: The list; left as it is.
        what: The name of the parameter, for the message.

    Raises:
        OptionError: It is a text, bytes or a path, or nothing to go through.
    """
    one: Any = given
    if isinstance(one, PurePath):
        raise OptionError(f"{what} needs a list, got the path {one}; put it in brackets: [path]")
    if isinstance(one, str | bytes):
        kind, shown = ("text", repr(one)) if isinstance(one, str) else ("bytes", "of a file")
        remedy = f"[{shown}]" if isinstance(one, str) else "[content]"
        raise OptionError(f"{what} needs a list, got {kind} {shown}; put it in brackets: {remedy}")
    if not isinstance(one, Iterable):
        raise OptionError(f"{what} needs a list, got one {type(one).__name__}")
    return given
