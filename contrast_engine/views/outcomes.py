"""What came of something that a page asked for: its result, or why there is none."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

from contrast_engine import extras
from contrast_engine.store import disk_faults
from contrast_engine.views.input_checks import sentence

P = ParamSpec("P")
T = TypeVar("T")


def result_or_reason(
    act: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs
) -> tuple[T | None, str]:
    """What an act returns and "", or None and why it could not be done, as a sentence.

    A page says what is to be done, and shows either; an error that is no fault of the person who
    asked passes through.
    """
    try:
        return act(*args, **kwargs), ""
    except disk_faults.FAULTS as error:
        return None, sentence(disk_faults.words(error))
    except ModuleNotFoundError as error:
        return None, _missing(error)


@contextmanager
def telling(tell: Callable[[str], object]) -> Iterator[None]:
    """A block that may end early: why it could not go on is told as a sentence.

    Args:
        tell: Called with the sentence.
    """
    try:
        yield
    except disk_faults.FAULTS as error:
        tell(sentence(disk_faults.words(error)))
    except ModuleNotFoundError as error:
        tell(_missing(error))


def _missing(error: ModuleNotFoundError) -> str:
    """What to install, where it is something that is installed only when asked for."""
    missing = extras.words(error)
    if missing is None:
        raise error
    return sentence(missing)
