"""From labels to coverage to expected error: what the model in use makes of a few labels."""

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np

from contrast_engine.arrays import Json
from contrast_engine.pseudo_labels.promise import promise_words
from contrast_engine.results import Predictions
from contrast_engine.simulated import is_simulated, said
from contrast_engine.steps.labels.consensus_labels import consensus_labels
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.outdated import why_outdated
from contrast_engine.views.overview.card import Absent, Card, Number

PAGE = "label"
MODEL = "model"


@dataclass(frozen=True)
class GivenLabel:
    """One label: how many images have it from people, and how many the model gave it."""

    label: str
    given: int
    carried: int


@dataclass(frozen=True, kw_only=True)
class Labels(Card):
    """Labels, and the model that learnt from them.

    Args:
        labelled: Images with a label, those that are disputed too.
        named: Those of them whose label is the name of their cluster, which nobody judged.
        people: How many annotators gave one.
        by: Who, in words, "2 simulated annotators".
        is_simulated: Whether any of them is simulated.
        disputed: Images that annotators call differently, so that no label holds.
        kinds: The labels in the order of the label set.
        learnt: How many labels the model in use has learnt from; 0 without a model.
        coverage: Share of the images that it answers; None without a model.
        answered, abstained: Images that it answers, and those it abstains on.
        error: Share of its answers that are wrong on labels it had not seen, with the ends for
            images without a label; None where that is not known.
        promise: The error in the sentences of the model's own card; "" without a model.
    """

    labelled: int
    named: int
    people: int
    by: str
    is_simulated: bool
    disputed: int
    kinds: tuple[GivenLabel, ...]
    learnt: int
    coverage: Number | None
    answered: int
    abstained: int
    error: Number | None
    promise: str


def labels(workspace: Workspace) -> Labels | Absent:
    """What was labelled, and what a model made of it."""
    current = workspace.labels.current()
    key = workspace.current("predictions")
    if not current and key is None:
        return Absent("No image is labelled yet.", PAGE)
    consensus = consensus_labels(workspace)
    who = [name for name, own in workspace.labels.by_person().items() if any(own.values())]
    details = workspace.manifest(key).details if key else {}
    predictions: Predictions | None = workspace.load(key) if key else None
    given, carried = Counter(consensus.of.values()), _carried(predictions)
    names = dict.fromkeys([*workspace.labels.label_set().labels, *sorted(given), *carried])
    found = Labels(
        sentence="",
        page=MODEL if key else PAGE,
        outdated=why_outdated(workspace, key) if key else "",
        labelled=len(current),
        named=sum(not label.is_judged for label in current.values()),
        people=len(who),
        by=said(who) if who else "the names of clusters",
        is_simulated=any(map(is_simulated, who)),
        disputed=len(consensus.ruled.disputed),
        kinds=tuple(GivenLabel(name, given[name], carried.get(name, 0)) for name in names),
        learnt=int(details.get("labels", 0)),
        coverage=_coverage(details, predictions),
        answered=sum(carried.values()),
        abstained=int(predictions.abstains.sum()) if predictions else 0,
        error=_error(details),
        promise=promise_words(details) if key else "",
    )
    return replace(found, sentence=_sentence(found))


def _carried(predictions: Predictions | None) -> dict[str, int]:
    """How many images the model gave each label, in the order of the labels."""
    if predictions is None:
        return {}
    best = predictions.probability.argmax(axis=1)[~predictions.abstains]
    counts = np.bincount(best, minlength=len(predictions.labels))
    return dict(zip(predictions.labels, counts.tolist(), strict=True))


def _coverage(details: Json, predictions: Predictions | None) -> Number | None:
    if predictions is None or "coverage" not in details:
        return None
    return Number(
        float(details["coverage"]),
        len(predictions),
        f"images that the model answers, in {details.get('space', '')}",
        unit="share",
    )


def _error(details: Json) -> Number | None:
    found = details.get("promise")
    if not found or found["error"] is None:
        return None
    return Number(
        float(found["error"]),
        round(found["n"]),
        "answers to labels the model had not seen; the interval is for images without a label",
        float(found["low"]),
        float(found["high"]),
        unit="share",
    )


def _sentence(found: Labels) -> str:
    count = f"{found.labelled:,} image{'' if found.labelled == 1 else 's'} labelled by {found.by}"
    if found.named and found.people:
        count += f" ({found.named:,} of them by the name of their cluster)"
    if found.coverage is None:
        return f"{count}; no model has learnt from them yet."
    parts = [
        f"{count}",
        f"the model answers {found.answered:,} of {found.coverage.n:,} images",
    ]
    if found.error is not None and found.error.value is not None:
        parts.append(
            f"{found.error.value:.0%} of its answers are expected to be wrong, at most "
            f"{found.error.high:.0%} (n = {found.error.n:,} answers to held-out labels)"
        )
    else:
        parts.append("how many of its answers are wrong is not known")
    return "; ".join(parts) + "."
