"""The contingency of two clusterings as a Sankey diagram."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from contrast_engine.arrays import Ints
from contrast_engine.figures.look import LIGHT, PALETTE, UNKNOWN, drawn

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


def flow(
    table: Ints, left: Sequence[str], right: Sequence[str], colours: Sequence[int]
) -> "Figure":  # fmt: skip
    """Sankey diagram: a bar for each cluster, a band for the images two of them share.

    Args:
        table: (rows, columns) number of images.
        left: Names of the rows.
        right: Names of the columns.
        colours: For each column the row whose colour it has, -1 for none.
    """
    own = [PALETTE[row % len(PALETTE)] for row in range(len(left))]
    bars = [*own, *(own[row] if row >= 0 else UNKNOWN for row in colours)]
    one, two = np.nonzero(table)
    band = {
        "source": one.tolist(), "target": (two + len(left)).tolist(),
        "value": table[one, two].tolist(), "color": [_faint(own[row]) for row in one],
        "hovertemplate": "%{source.label} and %{target.label}: %{value} images<extra></extra>",
    }  # fmt: skip
    node = {"label": [*left, *right], "color": bars, "pad": 14,
            "thickness": 16, "line": {"width": 0},
            "hovertemplate": "%{label}: %{value} images<extra></extra>"}  # fmt: skip
    sankey = {"type": "sankey", "arrangement": "fixed", "node": node, "link": band,
              "valueformat": ",d"}  # fmt: skip
    return drawn([sankey], {"paper_bgcolor": LIGHT.background, "margin": {"t": 8, "b": 8, "l": 8,
                 "r": 8}, "font": {"color": LIGHT.foreground, "size": 12}})  # fmt: skip


def _faint(colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.35)"
