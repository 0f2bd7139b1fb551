"""What an event says, as JSON in a row of a database: somebody else may have written it."""

import json
from typing import TYPE_CHECKING, Any

from contrast_engine.errors import WorkspaceError

if TYPE_CHECKING:
    from contrast_engine.arrays import Json


def body_of(text: str) -> "Json":
    """What a row says.

    Raises:
        WorkspaceError: It is no object of JSON.
    """
    try:
        found = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise _nothing("nothing that can be read")
    return _Body(found)


class _Body(dict[str, Any]):
    """What is not said is missed in words, and not by a name that nobody knows."""

    def __missing__(self, key: str) -> Any:
        raise _nothing(f"nothing of {key!r}")


def _nothing(what: str) -> WorkspaceError:
    return WorkspaceError(
        f"an event in this collection says {what}, where it must say what was done; take "
        "labels.sqlite and edits.sqlite from a backup (contrast restore)"
    )
