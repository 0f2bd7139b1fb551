"""The result of a command: one JSON document or a short summary on stdout, errors on stderr."""

import dataclasses
import json
import math
import sys
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from contrast_engine import as_written

if TYPE_CHECKING:
    from contrast_engine.arrays import Json


@dataclass(frozen=True)
class CommandResult:
    """The result of a command, once for scripts and once for people."""

    document: "Json"
    lines: Sequence[str]
    exit_code: int = 0


def print_result(result: CommandResult, *, as_json: bool) -> None:
    """Print one JSON document, or the short summary, on stdout."""
    if as_json:
        print(json.dumps(jsonable(result.document), indent=2, allow_nan=False))
    else:
        print("\n".join(map(as_written.plain, result.lines)))
    sys.stdout.flush()


def print_error(line: str) -> None:
    """Print one line on stderr."""
    print(as_written.plain(line), file=sys.stderr, flush=True)


def jsonable(value: Any) -> Any:
    """A result in the types of JSON; a number that is not finite becomes null."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: jsonable(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): jsonable(item) for key, item in value.items()}
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, list | tuple):
        return [jsonable(item) for item in value]
    if isinstance(value, AbstractSet):
        return sorted(jsonable(item) for item in value)
    if hasattr(value, "tolist"):  # numpy scalars and arrays, without importing numpy
        return jsonable(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
