"""The keys that the commands print with --json; a list of them may only grow."""

import json
from pathlib import Path
from typing import Any

from contrast_engine.features import features

KEYS = Path(__file__).with_suffix(".json")


def keys_of(line: str) -> Any:
    """The shape of what a command printed before."""
    return json.loads(KEYS.read_text(encoding="utf-8"))[line]


def shape(value: Any, of: str = "") -> Any:
    """The keys of a document; a list is what its items have, names of data are a star."""
    if isinstance(value, list):
        parts = [shape(item) for item in value]
        return [merged(parts)] if parts else []
    if not isinstance(value, dict):
        return None
    found: dict[str, Any] = {}
    for key, item in value.items():
        name = "*" if key in features or key.isdigit() or of == "labels" else key
        inner = shape(item, key)
        found[name] = merged([found[name], inner]) if name in found else inner
    return found


def merged(parts: list[Any]) -> Any:
    """What several shapes have together."""
    dicts = [part for part in parts if isinstance(part, dict)]
    if dicts:
        keys = dict.fromkeys(key for part in dicts for key in part)
        return {key: merged([part[key] for part in dicts if key in part]) for key in keys}
    lists = [part for part in parts if isinstance(part, list)]
    return max(lists, key=len) if lists else None
