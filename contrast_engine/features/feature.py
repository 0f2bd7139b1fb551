"""How a feature is declared: what it measures, in which unit and range, and which way is more."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args

from contrast_engine.attributes import ATTRIBUTES
from contrast_engine.images import LinearImage
from contrast_engine.registry import Registry
from contrast_engine.vectors import RENAMED_FEATURES

Family = Literal["global", "multiscale", "local", "frequency", "colour"]
Measure = Callable[[LinearImage], float]

_BOUND = (
    "Bound to resolution: finest detail decides, so files of one scene in other sizes, and large "
    "JPEGs decoded at reduced size, differ more in this than in other features."
)


@dataclass(frozen=True)
class Feature:
    """A registered feature and what the pages show about it.

    Args:
        name: Its column.
        unit: What one of it is ("ratio", "bits", "L*").
        low, high: Bounds that no image can cross; None where there is none.
        direction: What a larger value means ("more contrast").
        family: Kin that measure alike; held-out families check each other.
        core: Whether it is one of the twenty that images are clustered by.
        measure: The function from an image to the number.
        resolution_bound: Whether it sees detail that the quick, reduced decode of a large JPEG
            changes by more than 0.03, or the size of the file by more than 0.1, of its quartile
            range.
        version: Raised where its values change, so that they are measured again; of a feature of
            another package that has none, the version of the package.
    """

    name: str
    unit: str
    low: float | None
    high: float | None
    direction: str
    family: Family
    core: bool
    measure: Measure
    resolution_bound: bool = False
    version: str = ""

    @property
    def doc(self) -> str:
        """The whole docstring: formula, sentinels, source, deviations, and if resolution-bound."""
        text = (self.measure.__doc__ or "").strip()
        return f"{text}\n\n{_BOUND}" if self.resolution_bound else text

    @property
    def summary(self) -> str:
        """The first line of the docstring, the tooltip of the column."""
        return self.doc.partition("\n")[0]

    @property
    def formula(self) -> str:
        """The formula as LaTeX; empty where the docstring has no line "Formula:"."""
        return self._section("Formula")

    @property
    def source(self) -> str:
        """Who it is from."""
        return self._section("Source")

    @property
    def deviates(self) -> str:
        """How it differs from its source on purpose."""
        return self._section("Deviates")

    @property
    def fails(self) -> str:
        """When not to trust it."""
        return self._section("Fails")

    @property
    def unchanged_by(self) -> tuple[str, ...]:
        """What may be done to a picture without changing the value, mirroring first."""
        of_light = () if self.family == "colour" else ("colour changed at constant luminance",)
        return ("mirroring and quarter turns", *of_light, *self.claims)

    @property
    def claims(self) -> tuple[str, ...]:
        """What its own docstring says may be done to a picture without changing the value."""
        return tuple(part for part in self._section("Unchanged by").rstrip(".").split(", ") if part)

    def _section(self, section: str) -> str:
        """What stands in the docstring behind "Section:", in one line."""
        pattern = rf"^ *{section}: (.*?)(?=\n *[A-Z][a-z ]+: |\n\s*\n|\Z)"
        found = re.search(pattern, self.doc, re.M | re.S)
        return " ".join(found[1].split()) if found else ""


TAKEN = frozenset(
    {"id", "path", "cluster", "cluster_name", "fine_cluster", "fine_name", "label", "label_rule",
     "predicted_label", "probability", "abstains", "map_x", "map_y", "map_z", "notes"}
)  # fmt: skip
"""Columns of the table of all that is known, which no feature may be called."""


def _fault(name: str, thing: Any) -> str:
    if not isinstance(thing, Feature):
        return "is no Feature: declare it by @feature"
    if thing.core:
        return "is declared core: the twenty that span the space are fixed, leave core out"
    if name in ATTRIBUTES or name in TAKEN:
        return "has the name of a column that is there already"
    if thing.family not in get_args(Family):
        return f"is of no family: {', '.join(get_args(Family))}"
    return "" if thing.summary else "has no docstring, whose first line says what it measures"


features: Registry[Feature] = Registry("contrast_engine.features", "feature", _fault)


def feature(
    *,
    unit: str,
    low: float | None,
    high: float | None,
    direction: str,
    family: Family,
    core: bool = False,
    resolution_bound: bool = False,
    version: str = "",
) -> Callable[[Measure], Measure]:
    """A decorator that registers a function as the feature of its name."""

    def register(measure: Measure) -> Measure:
        name = measure.__name__
        formerly = next((old for old, new in RENAMED_FEATURES.items() if new == name), "")
        declared = Feature(
            name, unit, low, high, direction, family, core, measure, resolution_bound, version
        )
        features.add(name, formerly=formerly)(declared)
        return measure

    return register
