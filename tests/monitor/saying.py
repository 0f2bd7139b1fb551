"""A prediction as the log takes it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Said:
    path: str
    id: str | None = None
    label: str | None = "low"
    probability: float | None = 0.7
    probabilities: dict[str, float] | None = None
    abstains: bool | None = False
    cluster: int | None = 1
    problem: str | None = None
