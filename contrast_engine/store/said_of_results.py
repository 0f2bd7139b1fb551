"""What a manifest says of a result beyond its rows: somebody else may have written it."""

from collections.abc import Callable, Mapping
from typing import Any

from contrast_engine.errors import UnknownName


def _is_count(value: object) -> bool:
    return type(value) is int and abs(value) < 2**63


def _is_record(value: object) -> bool:
    return isinstance(value, dict)


def _is_list(value: object) -> bool:
    return isinstance(value, list)


def _or_nothing(*types: type) -> Callable[[object], bool]:
    return lambda value: value is None or isinstance(value, types)


_TYPES: tuple[tuple[str, Callable[[object], bool], str], ...] = (
    ("a whole number", _is_count,
     "abstained fail fitted ignored_labels labels n_far pass placed unknown warn"),
    ("a record", _is_record, "calibration counts cross_validated representatives summary"),
    ("a list", _is_list, "axes classes columns curve explained loadings measures"),
    ("a record, or nothing", _or_nothing(dict),
     "added by_brightness cameras choice continuity davies_bouldin differences errors estimates "
     "gaps identity interval invariance label_free label_free_scores ladder_intervals ladders "
     "leaks masked_entropy methods negative neighbours network optimism partial per_group "
     "positive probe promise radar read scores silhouette stability texts "
     "trustworthiness uniform with_scores"),
    ("a list, or nothing", _or_nothing(list),
     "candidates ends far files problems shown truths words"),
    ("text, or nothing", _or_nothing(str),
     "attributes badge best best_naive best_statistical by calibration_note column encoder kind "
     "labels_hash name on placed_by reading reason space space_key unit verdict why_not"),
    ("a yes or no, or nothing", _or_nothing(bool),
     "has_score is_grouped is_ordered is_synthetic passes"),
)  # fmt: skip
"""What every step that says something under a name says there; of other names nothing is known."""

_KNOWN: Mapping[str, tuple[str, Callable[[object], bool]]] = {
    name: (words, fits) for words, fits, names in _TYPES for name in names.split()
}


class Details(dict[str, Any]):
    """What is said, by name; what is not is missed in words, and not by a name nobody knows."""

    def __missing__(self, name: str) -> Any:
        raise UnknownName(
            f"a result in this collection says nothing of {name!r}, where each that this program "
            "makes does; run its step again"
        )


class Said(Details):
    """What a manifest says at all: of another type than a step says it, it is refused in words."""

    def __getitem__(self, name: str) -> Any:
        value = super().__getitem__(name)
        words, fits = _KNOWN.get(name, ("", None))
        if fits is not None and not fits(value):
            raise UnknownName(
                f"a result in this collection says of {name!r} what is not {words}, as each that "
                "this program makes does; run its step again"
            )
        return value

    def get(self, name: str, default: Any = None) -> Any:
        """What is said under a name; the default where nothing is."""
        return self[name] if name in self else default  # noqa: SIM401 - it is what `get` does here


def details_of(said: Any) -> Any:
    """What a manifest says, and what it says of each of these; anything else as it is."""
    if not isinstance(said, dict):
        return said
    return Said({k: Details(one) if isinstance(one, dict) else one for k, one in said.items()})
