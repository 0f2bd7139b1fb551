"""What came of something that a page asked for: its result, or why there is none."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from contrast_engine.errors import ContrastError
from contrast_engine.views.input_checks import sentence

P = ParamSpec("P")
T = TypeVar("T")


def result_or_reason(
    act: Callable[P, T], *args: P.args, **kwargs: P.kwargs
) -> tuple[T | None, str]:
    """What an act returns and "", or None and why it could not be done, as a sentence.

    A page says what is to be done, and shows either; an error that is no fault of the person who
    asked passes through.
    """
    try:
        return act(*args, **kwargs), ""
    except ContrastError as error:
        return None, sentence(str(error))
