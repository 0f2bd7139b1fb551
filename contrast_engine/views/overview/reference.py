"""What a profile is held against: the unchanged sample photographs, or some other images."""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np

from contrast_engine.arrays import Floats, Ints
from contrast_engine.features import FEATURE_VERSION


@dataclass(frozen=True, eq=False)
class Reference:
    """Images that others are held against.

    Args:
        words: What they are.
        columns: d features.
        values: (n, d) in the unit of each.
        source: (n,) which photograph each was cut from: crops of one speak for each other, so
            they are drawn together. None where each stands for itself.
    """

    words: str
    columns: tuple[str, ...]
    values: Floats
    source: Ints | None = None

    def __len__(self) -> int:
        return len(self.values)

    def column(self, name: str) -> Floats:
        """One feature of them."""
        values: Floats = self.values[:, self.columns.index(name)]
        return values


def table_path() -> Path:
    """The shipped table; of other features than these there is none under that name."""
    return Path(str(files(__package__) / f"photographs-{FEATURE_VERSION}.csv"))


@cache
def sample_photographs() -> Reference:
    """The sample photographs to which nothing was done, as they were measured.

    Source: docs/methods.md#contrast-profile.
    """
    with table_path().open(encoding="utf-8", newline="") as table:
        heading, *rows = csv.reader(table)
    sources = sorted({row[1] for row in rows})
    return Reference(
        f"{len(rows)} unchanged pictures cut from {len(sources)} sample photographs",
        tuple(heading[2:]),
        np.array([row[2:] for row in rows], dtype=np.float64),
        np.array([sources.index(row[1]) for row in rows], dtype=np.int64),
    )
