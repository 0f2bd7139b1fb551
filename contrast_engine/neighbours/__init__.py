"""Nearest neighbours in a space: one search, shared by all that asks which images are alike."""

from contrast_engine.neighbours.exact import among, search
from contrast_engine.neighbours.graph import (
    EXACT,
    Graph,
    Keeper,
    graph,
    kept_by,
    measured_recall,
)
from contrast_engine.neighbours.similar import nearest

__all__ = [
    "EXACT", "Graph", "Keeper", "among", "graph", "kept_by", "measured_recall", "nearest", "search",
]  # fmt: skip
