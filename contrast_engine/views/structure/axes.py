"""The named axes in words and figures, as their page shows them."""

from math import acos, degrees
from typing import TYPE_CHECKING

from contrast_engine import figures
from contrast_engine.axes import NamedAxes, NamedAxis, along, principal_axes
from contrast_engine.steps.structure.spaces import Space
from contrast_engine.vectors import ImageId, Vectors
from contrast_engine.views.collection.feature_overview import title_for_a_chart
from contrast_engine.views.input_checks import sentence

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

BARS = 10
"""Loadings that are drawn: the rest are small (own choice)."""


def scores(space: Vectors, found: NamedAxes) -> Vectors:
    """The place of every image on each named axis, one column per axis.

    Rows are taken in the order of their ids, as the axes were made, and the sign is that of the
    names: an axis that was turned round to be read is turned round here too.
    """
    ordered = space.take(space.images)
    axes = principal_axes(ordered.values)
    values = axes.scores(ordered.values, len(found.axes)) * [axis.turned for axis in found.axes]
    return Vectors(ordered.ids, values, tuple(f"axis_{k + 1}" for k in range(len(found.axes))))


def strip(placed: Vectors, axis: int, k: int = 10) -> tuple[tuple[ImageId, str], ...]:
    """Images from the low to the high end of an axis, with their place on it in words."""
    picked = along(placed.values[:, axis], placed.ids, k)
    return tuple((image, f"{score:+.1f}".replace("-", "\N{MINUS SIGN}")) for image, score in picked)


def axes_words(found: NamedAxes, space: Space) -> str:
    """In how many directions the images differ, and how much the first two of them hold."""
    drawn = "" if found.n_resampled == found.n else f" drawn from {found.n_resampled:,} of them"
    first_two = sum(axis.explained for axis in found.axes[:2])
    return (
        f"The {found.n:,} images differ in about {found.participation_ratio:.1f} independent "
        f"directions ({found.ratio_low:.1f} to {found.ratio_high:.1f}) of the "
        f"{found.n_columns} there could be; the first two hold {first_two:.0%} of all "
        f"differences. ({space.name}; participation ratio, 95% interval from "
        f"{found.resamples} resamples{drawn}.)"
    )


def axis_title(number: int, axis: NamedAxis) -> str:
    """An axis as a menu shows it."""
    return f"{number}. {axis.name} ({axis.explained:.0%})"


def stability_words(axis: NamedAxis, found: NamedAxes) -> str:
    """How far the name and the sign of an axis can be relied on."""
    other = f" (otherwise mostly '{axis.other_name}')" if axis.other_name else ""
    verdict = (
        "Name and direction can be relied on."
        if axis.is_stable
        else "Do not rely on the name or the direction: another draw of such images may well "
        "give another axis here."
    )
    return (
        f"{verdict} In {found.resamples} resamples of the images the name held in "
        f"{axis.name_holds:.0%}{other}, the sign in {axis.sign_holds:.0%}; the direction itself "
        f"turned by {degrees(acos(min(axis.turns, 1))):.0f}° (median; 0° is none). It holds "
        f"{axis.explained:.0%} of all differences ({axis.explained_low:.0%} to "
        f"{axis.explained_high:.0%})."
    )


def end_words(axis: NamedAxis) -> tuple[str, str]:
    """What the low and the high end of an axis are."""
    return sentence(axis.low), sentence(axis.high)


def scree(found: NamedAxes) -> "Figure":
    """Figure of the share of all differences along each named axis, with its interval."""
    titles = {k: f"{k + 1}. {axis.name}" for k, axis in enumerate(found.axes)}
    return figures.bars(
        {titles[k]: 100 * axis.explained for k, axis in enumerate(found.axes)},
        {
            titles[k]: (100 * min(axis.explained_low, axis.explained),
                        100 * max(axis.explained_high, axis.explained))
            for k, axis in enumerate(found.axes)
        },
        title="share of all differences",
        unit="%",
        rows="axis",
    )  # fmt: skip


def loadings(axis: NamedAxis, *, is_own: bool) -> "Figure":
    """Figure of the features that weigh most in an axis.

    Args:
        axis: The axis.
        is_own: Whether the axis is made of these features, or only correlates with them.
    """
    strongest = sorted(axis.loadings, key=lambda name: -abs(axis.loadings[name]))[:BARS]
    return figures.bars(
        {title_for_a_chart(name): axis.loadings[name] for name in strongest},
        title="loading" if is_own else "correlation with the axis",
        rows="feature",
    )
