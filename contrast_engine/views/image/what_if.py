"""A changed image in words and on the map, as the page of the counterfactual sliders shows it."""

from typing import TYPE_CHECKING

import numpy as np

from contrast_engine import figures
from contrast_engine.arrays import Json
from contrast_engine.counterfactual import KNOBS, Flip, Placing, Reading, Strengths, Subject, WhatIf
from contrast_engine.errors import ContrastError
from contrast_engine.features import core_names
from contrast_engine.perturb import perturbations
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId
from contrast_engine.views.collection.feature_overview import feature_title, number
from contrast_engine.views.input_checks import sentence
from contrast_engine.views.words import axis_words

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


def what_if(workspace: Workspace, image: ImageId) -> tuple[WhatIf | None, str]:
    """Open an image to be changed; give that, or None and why it cannot be."""
    try:
        return WhatIf(workspace, image), ""
    except ContrastError as error:
        return None, sentence(str(error))


def typed_strength(name: str, text: str | None) -> float:
    """Read the strength of a change from an address; neutral where it is none."""
    knob = KNOBS[name]
    try:
        strength = float(text or "")
    except ValueError:
        return perturbations[name].neutral
    return strength if knob.low <= strength <= knob.high else perturbations[name].neutral


def change_words(before: Reading, after: Reading) -> list[Json]:
    """One row per core feature: its values and percentiles, most moved percentile first."""
    rows = [
        {
            "Measure": feature_title(name),
            "Before": number(before.features[name]),
            "After": number(after.features[name]),
            "Percentile before": before.ranks[name],
            "Percentile after": after.ranks[name],
        }
        for name in core_names()
        if name in before.ranks
    ]
    return sorted(
        rows, key=lambda row: -abs(float(row["Percentile after"] - row["Percentile before"]))
    )


def trajectory(
    what: WhatIf, placing: Placing, strengths: Strengths, details: Json
) -> tuple["Figure", str]:
    """Draw the way of the image across a map as all knobs are turned together.

    Args:
        what: The image.
        placing: The map.
        strengths: Where the knobs are.
        details: As stored with the map.

    Returns:
        The figure, and how places were found, in words.
    """
    path = what.trajectory(strengths)
    start, *rest = [placing.place(what.picture(turned)) for turned in path]
    is_moved = any(place != start for place in rest)
    places = np.array([start, *rest] if is_moved else [start])
    texts = ["as it is", *(f"{k / len(rest):.0%} of the change" for k in range(1, len(rest) + 1))]
    x, y = axis_words(details, longest=(48, 40))
    axes = (x, y) if placing.has_axes and x else ("map x (no unit)", "map y (no unit)")
    how = (
        "Places are exact: a PCA map has axes, and a changed image is measured along them."
        if placing.has_axes
        else "This map has no axes: a changed image stands between its nearest neighbours, "
        "weighted by closeness. Use PCA for exact places."
    )
    return figures.trajectory(placing.map, places, texts[: len(places)], axes=axes), how


def decision_boundary_words(flip: Flip, subject: Subject, names: dict[int, str]) -> str:
    """Say at which strength a judgement changes, from what to what, and how sure that is.

    Args:
        flip: What was found.
        subject: Whose judgement it is.
        names: Names people gave to clusters.
    """

    def called(judged: str) -> str:
        if subject == "label":
            return f"label '{judged}'"
        return names.get(int(judged), f"Cluster {judged}")

    checked = (
        "Read again from the file and measured again: confirmed."
        if flip.is_verified
        else "Measured again from the file it came out otherwise; do not rely on it."
    )
    title = KNOBS[flip.knob].title.partition(":")[0].partition(",")[0]
    return (
        f"{title} at {flip.flipped:.3g}: {called(flip.before)} becomes {called(flip.after)} "
        f"(still {called(flip.before)} at {flip.kept:.4g}). {checked}"
    )
