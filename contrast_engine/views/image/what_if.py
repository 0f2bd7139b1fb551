"""A changed image: its features before and after, its trajectory, its decision boundary."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from contrast_engine import figures
from contrast_engine.arrays import Floats, Json
from contrast_engine.counterfactual import KNOBS, Flip, Placing, Reading, Subject, neutral
from contrast_engine.features import core_names
from contrast_engine.perturb import perturbations
from contrast_engine.views.collection.feature_overview import feature_title, number
from contrast_engine.views.structure.cluster_marks import cluster_name
from contrast_engine.views.words import axis_words

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


def typed_strength(name: str, text: str | None) -> float:
    """The strength of a change that an address names; neutral where it is none."""
    knob = KNOBS[name]
    try:
        strength = float(text or "")
    except ValueError:
        return perturbations[name].neutral
    return strength if knob.low <= strength <= knob.high else perturbations[name].neutral


def judged_words(reading: Reading, names: dict[int, str]) -> str:
    """The cluster and the predicted label of a changed image, "" where there is neither.

    Args:
        reading: What was judged of it.
        names: Names people gave to clusters.
    """
    lines = []
    if reading.cluster is not None:
        lines.append(cluster_name(reading.cluster, names))
    if reading.prediction:
        one = reading.prediction
        doubt = ", abstains" if one.abstains else ""
        lines.append(f"predicted {one.label} ({one.probability:.0%}{doubt})")
    return " \N{MIDDLE DOT} ".join(lines)


def change_words(before: Reading, after: Reading) -> list[Json]:
    """One row per core feature: its values and percentiles, most moved percentile first."""
    rows = [
        {
            "Feature": feature_title(name),
            "Before": number(before.features[name]),
            "After": number(after.features[name]),
            "Percentile before": before.ranks[name],
            "Percentile after": after.ranks[name],
            "Percentile": f"{before.ranks[name]:.0f} \N{RIGHTWARDS ARROW} {after.ranks[name]:.0f}",
        }
        for name in core_names()
        if name in before.ranks
    ]
    return sorted(
        rows, key=lambda row: -abs(float(row["Percentile after"] - row["Percentile before"]))
    )


def trajectory(
    placing: Placing,
    places: Floats,
    details: Json,
    classes: Sequence[str] = (),
    colours: Mapping[str, str] | None = None,
) -> tuple["Figure", str]:
    """The trajectory of an image across a map, and how its places were found, in words.

    Args:
        placing: The map.
        places: (n, 2) as `Placing.trajectory` gives them.
        details: As stored with the map.
        classes: The name of the cluster of each image, "" for none.
        colours: The colour of each name.
    """
    steps = len(places) - 1
    texts = ["as it is", *(f"{k / steps:.0%} of the change" for k in range(1, steps + 1))]
    x, y = axis_words(details, longest=(48, 40))
    axes = (x, y) if placing.has_axes and x else ("map x (no unit)", "map y (no unit)")
    how = (
        "Places are exact: a PCA map has axes, and a changed image is measured along them."
        if placing.has_axes
        else "This map has no axes: a changed image stands between its nearest neighbours, "
        "weighted by closeness. Use PCA for exact places."
    )
    drawn = figures.trajectory(
        placing.map, places, texts, axes=axes, classes=classes, colours=colours
    )
    return drawn, how


def slider_name(knob: str) -> str:
    """What a slider is called in a sentence: its title without what it counts."""
    return KNOBS[knob].title.partition(":")[0].partition(",")[0]


def decision_boundary_words(flip: Flip, subject: Subject, names: dict[int, str]) -> str:
    """The strength at which a judgement changes, from what to what, and how sure that is.

    Args:
        flip: What was found.
        subject: Whose judgement it is.
        names: Names people gave to clusters.
    """

    def called(kind: str) -> str:
        if subject == "label":
            return f"label '{kind}'"
        return cluster_name(int(kind), names)

    checked = (
        "Read again from the file and measured again: confirmed."
        if flip.is_verified
        else "Measured again from the file it came out otherwise; do not rely on it."
    )
    knob = KNOBS[flip.knob]
    at, before = knob.turned(flip.flipped), knob.turned(flip.kept)
    unchanged = knob.turned(neutral()[flip.knob])
    if abs(at - unchanged) < abs(before - unchanged):  # told from the photograph onwards
        return (
            f"{slider_name(flip.knob)} at {before:.3g}: {called(flip.after)} became "
            f"{called(flip.before)} (still {called(flip.after)} at {at:.4g}); the slider stands "
            f"beyond that already. {checked}"
        )
    return (
        f"{slider_name(flip.knob)} at {at:.3g}: {called(flip.before)} becomes {called(flip.after)} "
        f"(still {called(flip.before)} at {before:.4g}). {checked}"
    )
