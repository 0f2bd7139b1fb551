"""The evidence that a clustering was saved with, so that the same is not computed twice."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from contrast_engine.arrays import Json
from contrast_engine.validation.gaps import Gaps
from contrast_engine.validation.separation import Evidence, Separation

INDICES = ("silhouette", "davies_bouldin")


def kept_evidence(details: Json) -> Evidence | None:
    """What `against_null` gave, read back from the details of a clustering.

    Args:
        details: As `cluster` saves them: the floats in them are kept to the last bit.

    Returns:
        The same, or None where a version that kept less, or somebody else, wrote them.
    """
    said = [details.get(name) for name in INDICES]
    seen = details.get("gaps")
    if not all(_is_whole(one, Separation) for one in said) or not _is_whole(seen, Gaps):
        return None
    assert seen is not None
    groups = tuple(tuple(int(cluster) for cluster in group) for group in seen["groups"])
    indices = {name: Separation(**dict(one or {})) for name, one in zip(INDICES, said, strict=True)}
    return Evidence(indices, Gaps(**{**seen, "groups": groups}))


def _is_whole(said: Any, kind: type[Separation] | type[Gaps]) -> bool:
    """Whether something says all that a kind of evidence consists of, each as a number."""
    if not isinstance(said, Mapping) or set(said) != {field.name for field in fields(kind)}:
        return False
    numbers = [value for name, value in said.items() if name not in {"groups", "power"}]
    groups = said.get("groups", [])
    return (
        all(isinstance(value, int | float) for value in numbers)
        and isinstance(said.get("power", 0.0), int | float | None)
        and isinstance(groups, list)
        and all(isinstance(g, list) and all(type(c) is int for c in g) for g in groups)
    )
