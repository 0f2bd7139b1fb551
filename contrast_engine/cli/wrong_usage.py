"""Wrong usage: what was typed cannot be meant, so the command exits with code 2."""

from collections.abc import Iterator
from contextlib import contextmanager

from contrast_engine.errors import OptionError


class WrongUsage(Exception):  # noqa: N818 - what the person did, not what went wrong here
    """The command line itself is wrong: exit code 2."""


@contextmanager
def options_from_command_line() -> Iterator[None]:
    """Treat an option that does not fit as what it is here: wrong usage."""
    try:
        yield
    except OptionError as error:
        raise WrongUsage(str(error)) from None
