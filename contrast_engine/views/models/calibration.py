"""How far a model's probabilities can be believed, and whether more labels would help."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from contrast_engine.arrays import Json
from contrast_engine.figures.evidence import learning_curve, reliability
from contrast_engine.pseudo_labels import classifiers
from contrast_engine.pseudo_labels.calibration import direction, optimism_words
from contrast_engine.pseudo_labels.promise import promise_words
from contrast_engine.pseudo_labels.scores import wilson
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.input_checks import sentence

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

AUTO = "auto"


@dataclass(frozen=True)
class CalibrationCard:
    """What held-out labels say about a model.

    Args:
        reliability: How often it was right, by the probability it gave.
        reliability_words: The same in one number with its basis.
        curve: Accuracy by the number of labels learnt from.
        curve_words: Whether more labels still help.
        promise: How often its answers are wrong, and what limit that keeps.
        direction: Whether its probabilities are too low or too high, with the optimism of its
            labels.
    """

    reliability: "Figure"
    reliability_words: str
    curve: "Figure"
    curve_words: str
    promise: str
    direction: str = ""


def classifier_titles() -> dict[str, str]:
    """The menu of methods: the recommended one first, then each by its title."""
    return {AUTO: "Recommended for these labels"} | {
        name: recipe.title for name, recipe in classifiers.items()
    }


@dataclass(frozen=True)
class ChoiceCard:
    """Why the recommended method is the one it is.

    Args:
        reason: In a sentence.
        rows: What was compared, best first; empty where there were too few labels.
    """

    reason: str
    rows: tuple[dict[str, str], ...]


def choice_card(workspace: Workspace, key: str) -> ChoiceCard | None:
    """Why this method was taken; None where somebody named it."""
    choice = workspace.manifest(key).details.get("choice")
    if not choice:
        return None
    return ChoiceCard(
        sentence(choice["reason"]),
        tuple(
            {
                "Method": classifiers.of_result(one).title,
                "Kappa on unseen labels": f"{one['kappa']:.2f} ({one['low']:.2f} to "
                f"{one['high']:.2f})",
                "Against the usual method": _against(one),
            }
            for one in choice["candidates"]
        ),
    )


def _against(one: Json) -> str:
    if one["gain_low"] == one["gain_high"] == 0:
        return "the usual one, or equal on every label"
    text = f"{one['gain']:+.2f} ({one['gain_low']:+.2f} to {one['gain_high']:+.2f})"
    return text.replace("-", "\N{MINUS SIGN}")


def calibration_card(workspace: Workspace, key: str) -> CalibrationCard | None:
    """What is known about predictions; None for those made before it was kept."""
    found = workspace.manifest(key).details
    if "calibration" not in found or "curve" not in found:
        return None
    judged, bins = found["cross_validated"], found["calibration"]["bins"]
    return CalibrationCard(
        reliability([one | _interval(one) for one in bins]),
        f"On average a probability is {found['calibration']['ece']:.0%} away from how often it "
        f"comes true (expected calibration error, n = {judged['n']:,} held-out labels; 0 would be "
        "perfect, on the dotted line). Above the line it is better than it says. Bars: 95% "
        "intervals.",
        learning_curve(found["curve"], judged["chance"]),
        f"{_growth(found['curve'])} Learnt from fewer labels drawn at random and tested on the "
        f"others; band: 95% interval. Dotted: always saying the most frequent label, "
        f"{judged['chance']:.0%}.",
        promise_words(found),
        " ".join(
            part
            for part in (direction(found["calibration"]), optimism_words(found.get("optimism")))
            if part
        ),
    )


def _interval(one: Json) -> Json:
    low, high = wilson(one["accuracy"] * one["n"], one["n"])
    return {"low": low, "high": high}


def _growth(curve: list[Json]) -> str:
    if len(curve) < 2:
        return "There are too few labels to see whether more would help."
    before, now = curve[-2:]
    text = (
        f"From {before['labels']:,} to {now['labels']:,} labels the accuracy went from "
        f"{before['accuracy']:.0%} to {now['accuracy']:.0%}"
    )
    if now["accuracy"] <= before["accuracy"]:
        return f"{text}: more labels of this kind bring little now."
    if now["low"] <= before["accuracy"]:
        return f"{text}, which may be chance (95% interval from {now['low']:.0%})."
    return f"{text}: more labels still help."
