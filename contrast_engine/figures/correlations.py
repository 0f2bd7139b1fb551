"""How alike features order the images: one cell per pair."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from contrast_engine import as_written
from contrast_engine.arrays import Floats
from contrast_engine.figures.look import LIGHT, drawn, layout

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

OPPOSITE, ALIKE = "#b2541a", "#2166ac"


def heat_map(
    correlations: Floats,
    names: Sequence[str],
    titles: Sequence[str] = (),
) -> "Figure":
    """Figure of rank correlations from -1 (opposite order) over 0 (unrelated) to 1 (same order).

    Args:
        correlations: (d, d) from -1 to 1.
        names: d short names along the sides.
        titles: d longer names, shown with a cell.
    """
    if correlations.shape != (len(names), len(names)):
        raise ValueError(f"{len(names)} names do not fit a matrix of shape {correlations.shape}")
    long = [as_written.plotly(title) for title in (titles or names)]
    bar = {"title": {"text": "rank correlation (no unit)"}, "thickness": 12, "outlinewidth": 0,
           "tickvals": [-1, -0.5, 0, 0.5, 1]}  # fmt: skip
    # The middle is see-through: unrelated features vanish into the page, light or dark.
    scale = [[0, OPPOSITE], [0.5, "rgba(128,128,128,0.06)"], [1, ALIKE]]
    cells = {"type": "heatmap", "z": correlations, "x": list(names), "y": list(names),
             "zmin": -1, "zmax": 1, "colorscale": scale, "colorbar": bar, "xgap": 1, "ygap": 1,
             "customdata": [[f"{row}<br>{column}" for column in long] for row in long],
             "hovertemplate": "%{customdata}: %{z:.2f}<extra></extra>"}  # fmt: skip
    kind = {"type": "category", "showgrid": False, "dtick": 1, "tickfont": {"size": 11}}
    plan = layout(LIGHT, "feature", "feature", xaxis={**kind, "tickangle": -60},
                  yaxis={**kind, "autorange": "reversed"})  # fmt: skip
    return drawn([cells], plan)
