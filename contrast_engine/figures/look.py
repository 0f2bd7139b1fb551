"""How every figure looks: colours, layout, and what plotly may not do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contrast_engine import as_written
from contrast_engine.arrays import Json

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

PLOTLY_CONFIG: Json = {
    "displaylogo": False, "showSendToCloud": False, "responsive": True, "typesetMath": False,
    "displayModeBar": "hover",
    "modeBarButtonsToRemove": ["lasso2d", "select2d", "autoScale2d", "toImage"],
}  # fmt: skip
"""How plotly is shown everywhere: no logo, no button that uploads, no name set as a formula.

Its tools come with the pointer or the keyboard; what they would select is of no use here, and the
page has a menu of its own for the picture.
"""

TOOLS_ROOM = 30
"""Pixels above a chart that its tools take, so that they cover nothing."""

TITLE_ROOM = 10
"""Pixels between the title of an axis and the words at its ticks, however long those are."""

PALETTE = (
    "#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00",
    "#cc79a7", "#7c1111", "#98e5d2", "#5c1c72", "#276767", "#a03916",
)  # fmt: skip
"""Colours of classes: Okabe and Ito 2008 without black, then five more.

The five were searched for so that no two of the twelve are closer than the closest two of Okabe
and Ito's, seen normally, without red or without green receptors.
"""

PALETTE_NAMES = (
    "orange", "sky blue", "green", "yellow", "blue", "vermilion",
    "pink", "maroon", "mint", "purple", "teal", "brown",
)  # fmt: skip
"""What a person would call the colours of `PALETTE`."""

UNKNOWN = "#8d8d8d"
"""The colour of images about which nothing is known."""


@dataclass(frozen=True)
class Look:
    """The colours of a figure's own parts, as CSS colours.

    Args:
        foreground: Text and axes.
        background: What lies behind everything.
        grid: Grid lines.
        accent: The one colour of a figure without classes.
    """

    foreground: str
    background: str
    grid: str
    accent: str


LIGHT = Look("#1d1d1d", "#fafafa", "#dadada", "#0b6bcb")
SEEN_THROUGH = Look("#808080", "rgba(0,0,0,0)", "rgba(128,128,128,0.25)", "#0b6bcb")
"""The page behind the figure shows through, light or dark."""


_WORDS = frozenset({"name", "text", "label", "theta", "ticktext", "x", "y"})
"""Parts of a figure whose strings are shown; templates are ours, and custom data are not shown."""


def drawn(traces: Sequence[Json], layout: Json) -> "Figure":
    """The figure, with every word in it as it is written; plotly is imported here only.

    What a hover template takes from custom data is not among these words: it is escaped where it
    is made.
    """
    from plotly.graph_objects import Figure

    return Figure(data=[_worded(trace) for trace in traces], layout=_worded(layout))


def _worded(part: Json) -> Json:
    return {key: _words(value) if key in _WORDS else _deeper(value) for key, value in part.items()}


def _words(value: Any) -> Any:
    if isinstance(value, str):
        return as_written.plotly(value)
    return list(map(_words, value)) if isinstance(value, list | tuple) else _deeper(value)


def _deeper(value: Any) -> Any:
    if isinstance(value, dict):
        return _worded(value)
    is_parts = isinstance(value, list) and value and isinstance(value[0], dict)
    return list(map(_worded, value)) if is_parts else value


def layout(look: Look, x_title: str, y_title: str, **axes: Json) -> Json:
    """The layout: colours of the look, titles on both axes, and more per axis.

    A title without a unit in brackets gets the words that there is none, unless it is of names.
    """

    def axis(title: str, more: Json) -> Json:
        has_unit = title.endswith(")") or more.get("type") == "category"
        said = {"text": title if has_unit else titled(title, ""), "standoff": TITLE_ROOM}
        return {"title": said, "gridcolor": look.grid, "linecolor": look.grid,
                "zerolinecolor": look.grid, "automargin": True, **more}  # fmt: skip

    return {
        "paper_bgcolor": look.background, "plot_bgcolor": look.background,
        "font": {"color": look.foreground, "size": 12},
        "margin": {"l": 56, "r": 16, "t": TOOLS_ROOM, "b": 48},
        "xaxis": axis(x_title, axes.get("xaxis", {})),
        "yaxis": axis(y_title, axes.get("yaxis", {})),
    }  # fmt: skip


def marked(marks: Mapping[str, float]) -> Json:
    """Vertical lines with their names, each name a line lower than the one before."""
    line = {"color": LIGHT.foreground, "width": 1.5, "dash": "dot"}
    shapes = [{"type": "line", "x0": x, "x1": x, "yref": "paper", "y0": 0, "y1": 1, "line": line}
              for x in marks.values()]  # fmt: skip
    notes = [{"text": name, "x": x, "yref": "paper", "y": 1 - 0.07 * i, "yanchor": "top",
              "xanchor": "left", "showarrow": False, "xshift": 4, "bgcolor": LIGHT.background}
             for i, (name, x) in enumerate(marks.items())]  # fmt: skip
    return {"shapes": shapes, "annotations": notes}


def titled(title: str, unit: str) -> str:
    """The title of an axis with its unit."""
    return f"{title} ({unit or 'no unit'})" if title else unit
