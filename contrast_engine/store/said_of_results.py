"""What a manifest says of a result beyond its rows: somebody else may have written it."""

from typing import Any

from contrast_engine.errors import UnknownName


class Details(dict[str, Any]):
    """What is said, by name; what is not is missed in words, and not by a name nobody knows."""

    def __missing__(self, name: str) -> Any:
        raise UnknownName(
            f"a result in this collection says nothing of {name!r}, where each that this program "
            "makes does; run its step again"
        )


def details_of(said: Any) -> Any:
    """What a manifest says, and what it says of each of these; anything else as it is."""
    if not isinstance(said, dict):
        return said
    return Details({k: Details(one) if isinstance(one, dict) else one for k, one in said.items()})
