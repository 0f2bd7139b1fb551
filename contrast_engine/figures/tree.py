"""The figure of a merge tree: where it is cut, and which groups lie below the cut."""

from typing import TYPE_CHECKING

import numpy as np

from contrast_engine.arrays import Floats, Ints, Json
from contrast_engine.figures.look import LIGHT, PALETTE, UNKNOWN, drawn, layout

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

ENDS = 48
"""Branches drawn at the foot at most; what lies below is told by its number of images."""


def dendrogram(
    merges: Floats,
    weights: Ints,
    groups: Ints,
    cuts: dict[str, tuple[float, int]],
) -> "Figure":
    """Figure of the top of a merge tree, one line trace for each group and one for what joins them.

    Args:
        merges: (m - 1, 4) as scipy writes them.
        weights: (m,) images that each leaf stands for.
        groups: (m,) group of each leaf at the first of the cuts.
        cuts: By name, the height of each cut and how many groups it leaves.
    """
    from scipy.cluster.hierarchy import dendrogram as lay_out

    m = len(weights)
    below, images = _below(merges, weights, groups)
    shown = max([ENDS, *(n for _, n in cuts.values())])
    found = lay_out(
        merges, p=min(shown, m), truncate_mode="lastp", no_plot=True,
        link_color_func=lambda node: str(below[node]),
    )  # fmt: skip
    paths: dict[int, tuple[list[float | None], list[float | None]]] = {}
    for across, up, group in zip(
        found["icoord"], found["dcoord"], found["color_list"], strict=True
    ):
        x, y = paths.setdefault(int(group), ([], []))
        x += [*across, None]
        y += [*up, None]
    traces = [_branch(group, x, y) for group, (x, y) in sorted(paths.items())]
    ends = [f"{images[node]:,}" for node in found["leaves"]]
    top = float(merges[-1, 2]) * 1.06
    plan = layout(
        LIGHT, "images below each branch (number)",
        "how unlike the joined groups are (Ward distance)",
        xaxis={"tickvals": [10 * place + 5 for place in range(len(ends))], "ticktext": ends,
               "tickangle": -90, "tickfont": {"size": 10}, "showgrid": False, "fixedrange": True,
               "range": [0, 10 * len(ends)]},
        yaxis={"range": [0, top], "fixedrange": True, "zeroline": False},
    )  # fmt: skip
    plan |= {"shapes": [], "annotations": [], "showlegend": False, "hovermode": False}
    dashes, sides = ("solid", "dot"), ("bottom", "top")
    for number, (name, (height, n)) in enumerate(cuts.items()):
        plan["shapes"].append(
            {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": height, "y1": height,
             "line": {"color": LIGHT.accent, "width": 2, "dash": dashes[number % 2]}}
        )  # fmt: skip
        plan["annotations"].append(
            {"xref": "paper", "x": 1, "y": height, "xanchor": "right",
             "yanchor": sides[number % 2], "text": f"{name}: {n} groups", "showarrow": False,
             "font": {"color": LIGHT.foreground}, "bgcolor": LIGHT.background}
        )  # fmt: skip
    return drawn(traces, plan)


def _below(merges: Floats, weights: Ints, groups: Ints) -> tuple[Ints, Ints]:
    """(2m - 1,) for every node the group that all its leaves are in, -1 for several; its images."""
    m = len(weights)
    group = np.concatenate([groups, np.full(m - 1, -1)])
    images = np.concatenate([weights, np.zeros(m - 1, dtype=np.int64)])
    for step, (one, two) in enumerate(merges[:, :2].astype(int)):
        group[m + step] = group[one] if group[one] == group[two] else -1
        images[m + step] = images[one] + images[two]
    return group, images


def _branch(group: int, x: list[float | None], y: list[float | None]) -> Json:
    colour = PALETTE[group % len(PALETTE)] if group >= 0 else UNKNOWN
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "hoverinfo": "skip",
            "line": {"color": colour, "width": 2 if group >= 0 else 1.5}}  # fmt: skip
