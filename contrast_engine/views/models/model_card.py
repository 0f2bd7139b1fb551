"""A trained model in the form a page shows it: what it needs, how good it is, what it said."""

from collections import Counter
from collections.abc import Container
from dataclasses import dataclass

from contrast_engine.arrays import Json
from contrast_engine.pseudo_labels.baselines import words
from contrast_engine.pseudo_labels.promise import promise_words
from contrast_engine.results import Predictions
from contrast_engine.steps.labels.consensus_labels import consensus_labels
from contrast_engine.steps.models.label_pipeline import pairs_hash, same_pictures_among
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId
from contrast_engine.views.input_checks import sentence

METHODS = {
    "cluster_vote": "Every image gets the label of its cluster",
    "one_nn": "Every image gets the label of the most similar labelled image",
    "logistic": "A logistic regression with a penalty against overconfidence",
    "ordinal": "A logistic regression that knows the order of the labels",
    "mlp": "Five small neural networks that vote",
    "label_spreading": "Labels that spread from image to similar image",
    "self_training": "A logistic regression that also learns from its own surest answers",
}


@dataclass(frozen=True)
class ModelMetric:
    """One metric of a model: its title, the value, its interval and basis, and what it means."""

    title: str
    value: str
    words: str
    help: str


@dataclass(frozen=True)
class ModelCard:
    """What is known about the current model and what training needs.

    Args:
        key: The current predictions, None before the first training.
        can_train: There are labels of at least two kinds on measured images.
        needs: What is missing, where it cannot be trained.
        situation: How the labels of now relate to the model, in one sentence.
        is_stale: Training now would learn from other labels than the current model did, promise
            something about its answers where that was not done, or judge it without nearly same
            pictures.
        badge, badge_words: "very rough" while there are too few labels and what that means, else
            empty.
        metrics: Accuracy, kappa, coverage, wrong answers and abstentions.
        space: What the metrics were computed in.
        on: The space that was learnt in, as steps take it; empty before the first training.
        baselines: The accuracy of what is simpler than the model, in one sentence; empty where it
            is not known.
    """

    key: str | None
    can_train: bool
    needs: str
    situation: str
    is_stale: bool
    badge: str
    badge_words: str
    metrics: tuple[ModelMetric, ...]
    space: str
    on: str = ""
    baselines: str = ""


def model_card(
    workspace: Workspace, measured: Container[ImageId], looked_at: str | None = None
) -> ModelCard:
    """The model in use, or one that is looked at, beside the labels it has now.

    Args:
        workspace: Where labels and predictions are.
        measured: The images measured last; labels of others are not learnt from.
        looked_at: Key of the predictions; those in use where it is not given.
    """
    said = consensus_labels(workspace)
    labels = {image: label for image, label in said.of.items() if image in measured}
    given = Counter(labels.values())
    counts = Counter({name: given[name] for name in workspace.labels.label_set().labels})
    counts = +counts  # in the order of the set, those that were given
    key = looked_at or workspace.current("predictions")
    details = workspace.manifest(key).details if key else {}
    return ModelCard(
        key=key,
        can_train=len(counts) >= 2,
        needs=sentence(f"{said.problem}.") if said.problem else _needs(counts),
        situation=_situation(counts, details.get("labels", 0), said.words),
        is_stale=details.get("labels_hash") != pairs_hash(labels)
        or (key is not None and "promise" not in details)
        or ("leaks" not in details and bool(same_pictures_among(workspace, labels))),
        badge=details.get("badge", ""),
        badge_words=_badge_words(details) if details.get("badge") else "",
        metrics=_metrics(details) if key else (),
        space=_space(details) if key else "",
        on=str(details.get("on", "")),
        baselines=_baselines(details),
    )


def carried(predictions: Predictions, label: str) -> tuple[tuple[ImageId, str], ...]:
    """The images a label was carried to with their probability in words, surest first."""
    rows = [row for row, given in enumerate(predictions.label) if given == label]
    rows.sort(key=lambda row: (-predictions.confidence[row], predictions.ids[row]))
    unsure = predictions.abstains
    return tuple(
        (predictions.ids[r], f"{predictions.confidence[r]:.0%}" + (", unsure" if unsure[r] else ""))
        for r in rows
    )


def _needs(counts: Counter[str]) -> str:
    if not counts:
        return (
            "No image is labelled yet. Label a few images of every kind first; twenty well-chosen "
            "ones are enough for a first useful model."
        )
    name, n = next(iter(counts.items()))
    return f"All {n:,} labels so far are '{name}'. Label at least one image of another kind."


def _situation(counts: Counter[str], learnt: int, settled: str) -> str:
    said = ", ".join(f"{label} {n:,}" for label, n in counts.items())
    text = f"{counts.total():,} labelled images: {said}." + (f" {settled}" if settled else "")
    if learnt and counts.total() != learnt:
        return f"{text} The model below has learnt from {learnt:,}."
    return text


def _badge_words(details: Json) -> str:
    return (
        f"Learnt from {details['labels']:,} labels{_of_pictures(details)}. With so few, a label "
        "only spreads to images that are alike, and many will be wrong. Twenty well-chosen labels "
        "make a model that learns."
    )


def _metrics(details: Json) -> tuple[ModelMetric, ...]:
    judged = details["cross_validated"]
    unit = "different pictures" if _of_pictures(details) else "labelled images"
    n = f"{judged['n']:,} {unit}, each predicted by a model that never saw it"
    return (
        ModelMetric(
            "Accuracy",
            _percent(judged["accuracy"]),
            _interval(judged, "accuracy", percent=True),
            f"Share of correct labels on {n}.",
        ),
        ModelMetric(
            "Kappa",
            _share(judged["kappa"]),
            _interval(judged, "kappa", percent=False),
            f"Agreement beyond chance on {n}: 1 is perfect, 0 is guessing.",
        ),
        ModelMetric(
            "Coverage",
            _percent(details["coverage"]),
            "of all images",
            "Share of images for which the model knows enough to give a label.",
        ),
        _wrong(details),
        ModelMetric(
            "Abstains",
            f"{details['abstained']:,}",
            "images",
            "Images too unlike every labelled one, or between two labels. Label some of them.",
        ),
    )


def _wrong(details: Json) -> ModelMetric:
    """The error among its answers, as it is promised."""
    found = details.get("promise")
    if found is None or found["error"] is None:
        what = "train again to see it" if found is None else "no held-out label was answered"
        return ModelMetric("Wrong answers", "not measured", what, promise_words(details))
    return ModelMetric(
        "Wrong answers",
        f"{found['error']:.0%}",
        f"at most {found['high']:.0%}, n = {found['n']:.0f} answers",
        str(found["words"]),
    )


def _space(details: Json) -> str:
    method = METHODS.get(details["method"], details["method"])
    return (
        f"{method}, learnt from {details['labels']:,} labelled images ({details['space']}). "
        f"{_drawn(details)}{_settled(details)}{_leaks(details)}"
    )


def _baselines(details: Json) -> str:
    simpler = words(details.get("baselines", []))
    return f"Accuracy without a model, on the same labels: {simpler}." if simpler else ""


def _leaks(details: Json) -> str:
    words = (details.get("leaks") or {}).get("words")
    return f" {words}" if words else ""


def _of_pictures(details: Json) -> str:
    """How many different pictures the labels are of, where that is not one each."""
    found = details.get("leaks")
    return f" of {found['effective']:,} different pictures" if found and found["labels"] else ""


def _drawn(details: Json) -> str:
    differs = "the accuracy on the whole collection may differ."
    n = details["promise"]["drawn"] if "promise" in details else details["calibration"]["n"]
    if not n:
        return f"All of the images were chosen and none drawn at random, so {differs}"
    if n == details["cross_validated"]["n"]:
        return "All of them were drawn at random."
    return f"Of these, {n:,} were drawn at random; the others were chosen, so {differs}"


def _settled(details: Json) -> str:
    settled = details.get("settled")
    if not settled:
        return ""
    easier = " What is known of its errors holds for images that annotators agree on."
    return f" {settled['words']}{easier if settled['disputed'] else ''}"


def _percent(value: float | None) -> str:
    return "not measured" if value is None else f"{value:.0%}"


def _share(value: float | None) -> str:
    return "not measured" if value is None else f"{value:.2f}"


def _interval(judged: Json, name: str, *, percent: bool) -> str:
    low, high, n = judged[f"{name}_low"], judged[f"{name}_high"], judged["n"]
    if low is None or high is None:
        return f"too few labels for an interval (n = {n:,})"
    ends = f"{low:.0%} to {high:.0%}" if percent else f"{low:.2f} to {high:.2f}"
    return f"95% interval {ends}, n = {n:,}"
