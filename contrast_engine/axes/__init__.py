"""The directions in which images differ most: what they stand for, and how far to trust that."""

from contrast_engine.axes.naming import THEMES, ends, strongest, theme_name
from contrast_engine.axes.principal import (
    PrincipalAxes,
    along,
    participation_ratio,
    principal_axes,
)
from contrast_engine.axes.stability import SHAKY, NamedAxes, NamedAxis, named_axes

__all__ = [
    "SHAKY",
    "THEMES",
    "NamedAxes",
    "NamedAxis",
    "PrincipalAxes",
    "along",
    "ends",
    "named_axes",
    "participation_ratio",
    "principal_axes",
    "strongest",
    "theme_name",
]
