"""One thing that doctor looked at."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """One thing looked at: what was found, whether it is in order, and the cure if not."""

    name: str
    found: str
    is_ok: bool
    cure: str = ""
