"""What every step says of its results beside their rows, declared once, checked where it is read.

A result may be somebody else's: its manifest may hold anything. What is declared here is what each
step writes; pages and commands read it without looking at types again.
"""

from collections.abc import Mapping

from contrast_engine.said.encoders import (
    ATTRIBUTES,
    EFFICIENCY,
    EMBEDDING,
    SENSITIVITY,
    SHORTCUTS,
    VIEWS,
    ZERO_SHOT,
)
from contrast_engine.said.evidence import (
    CHANGES,
    COMPLEXITY,
    DOWNSTREAM,
    FINDING,
    GRID,
    JUDGED,
    VALIDATION,
)
from contrast_engine.said.models import CHOICE, METHOD, PREDICTIONS, STORED
from contrast_engine.said.shape import JSON, Record, Shape
from contrast_engine.said.structure import CHOSEN_K, CLUSTERING, MAP, NEIGHBOURS

__all__ = [
    "FINDING", "JSON", "METHOD", "NOW", "OF_KIND", "OF_REPORT", "STORED", "details_shape",
    "fault_in",
]  # fmt: skip

OF_KIND: Mapping[str, Record] = {
    "features": Record({}),
    "embeddings": EMBEDDING,
    "attributes": ATTRIBUTES,
    "maps": MAP,
    "clusterings": CLUSTERING,
    "predictions": PREDICTIONS,
    "neighbours": NEIGHBOURS,
}
"""What results of a kind say, whichever step made them."""

OF_REPORT: Mapping[str, Record] = {
    "choose-classifier": CHOICE,
    "choose-k": CHOSEN_K,
    "complexity": COMPLEXITY,
    "downstream": DOWNSTREAM,
    "illuminant_grid": GRID,
    "judge_illuminants": JUDGED,
    "known-changes": CHANGES,
    "label-efficiency": EFFICIENCY,
    "sensitivity": SENSITIVITY,
    "shortcuts": SHORTCUTS,
    "validate": VALIDATION,
    "views": VIEWS,
}
"""What reports say, by the name of their step without its version."""

NOW = frozenset(
    [
        "cluster@3",
        "edit-clusters@1",
        "place@1",
        "project@1",
        "pseudo-label@4",
        "neighbours@1",
        "embed@1",
        "bring-vectors@1",
        "zero-shot@1",
        "illuminants@1",
        "illuminant_temperatures@1",
        "choose-classifier@1",
        "choose-k@2",
        "complexity@1",
        "downstream@1",
        "illuminant_grid@1",
        "judge_illuminants@1",
        "known-changes@1",
        "label-efficiency@1",
        "sensitivity@3",
        "shortcuts@2",
        "validate@2",
        "views@1",
    ]
)
"""Steps of this version: a result of theirs that says something else is left out as a whole.

One of a version before may have said otherwise what nobody reads any more; it is checked name by
name, as it is read.
"""


def details_shape(kind: str, step: str) -> Record:
    """The shape of what a result says."""
    if kind == "reports":
        return OF_REPORT.get(step.partition("@")[0], Record({}))
    if step.partition("@")[0] == "zero-shot":
        return ZERO_SHOT
    return OF_KIND.get(kind, Record({}))


def fault_in(shape: Shape, what: str, value: object) -> str:
    """What is wrong with a value in words, naming where; "" where it fits."""
    fault = shape(value)
    if fault is None:
        return ""
    where, needed = fault
    return f"{repr(f'{what}{where}'.strip('.')) if what or where else 'it'} is not {needed}"
