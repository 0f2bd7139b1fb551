"""New images beside those that the model learnt from: the verdict, its evidence, the batches."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from contrast_engine.drift import Comparison, FeatureDrift, share
from contrast_engine.figures.monitoring import abstaining_batches, moved_features
from contrast_engine.monitor import LoggedBatch, LoggedRow
from contrast_engine.monitor.watching import Monitored
from contrast_engine.predict.scoring.batch_log import some_logged
from contrast_engine.results import Predictions
from contrast_engine.store import Workspace
from contrast_engine.vectors import ImageId
from contrast_engine.views.collection.feature_overview import feature_title, title_for_a_chart
from contrast_engine.views.monitoring.pictures import Picture, address, of_images

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

FEATURES = 10
"""Features that are listed, the most moved first."""

NAMED = 3
"""Features that are named in the evidence."""

PICTURES = 8

HEADLINES = {
    "drift": ("Drift", "The new images differ from those that the model learnt from."),
    "no drift": (
        "No drift",
        "As far as can be told, the new images are like those that the model learnt from.",
    ),
    "not enough images": (
        "Not enough images yet",
        "Too few images were scored to tell whether they are like those that the model learnt "
        "from.",
    ),
}
"""The verdict in a word or two, and in a sentence."""

MEANS = {
    "drift": "Until some of them are labelled, what is known of the model's errors may not hold "
    "for them.",
    "no drift": "There is nothing to do.",
    "not enough images": "There is nothing to do but to score more.",
}


@dataclass(frozen=True)
class DriftCard:
    """What is known of the images that a model scored.

    Args:
        verdict: "no drift", "drift" or "not enough images".
        title: The verdict in a word or two.
        headline: The same in a sentence.
        reason: Why, in a sentence, with how many images were compared.
        means: What follows from it.
        done: How much of the way to the first look is done, a share; None after it.
        evidence: Why, sentence by sentence and in full.
        basis: Which test, on how many images, and when they are looked at next.
        features: Figure of the features that changed most; None before there is a comparison.
        features_words: How to read it.
        feature_rows: The same as a table.
        abstaining: Figure of abstention batch by batch.
        abstaining_words: How to read it.
        batch_rows: The batches, the latest first.
        batch_words: How many of them there are.
        showing: Pictures of the new images that show the difference most.
        typical: Pictures of images that are typical of the collection.
    """

    verdict: str
    title: str
    headline: str
    reason: str
    means: str
    done: float | None
    evidence: tuple[str, ...]
    basis: str
    features: "Figure | None" = None
    features_words: str = ""
    feature_rows: list[dict[str, str]] = field(default_factory=list)
    abstaining: "Figure | None" = None
    abstaining_words: str = ""
    batch_rows: list[dict[str, str]] = field(default_factory=list)
    batch_words: str = ""
    showing: list[Picture] = field(default_factory=list)
    typical: list[Picture] = field(default_factory=list)

    @property
    def is_drift(self) -> bool:
        """True where the latest look said drift."""
        return self.verdict == "drift"


def drift_card(workspace: Workspace, found: Monitored) -> DriftCard:
    """What monitoring found, in the form a page shows it.

    Args:
        workspace: With the model.
        found: As `monitored` gives it.
    """
    look = found.look if found.look and found.look.features else None
    usual = _usual_abstaining(workspace)
    title, headline = HEADLINES[found.verdict]
    return DriftCard(
        verdict=found.verdict,
        title=title,
        headline=headline,
        reason=_reason(found, look),
        means=MEANS[found.verdict],
        done=None if found.look else min(1.0, found.images / found.next_look),
        evidence=_evidence(found, look),
        basis=_basis(look),
        features=_figure(look) if look else None,
        features_words=_figure_words(look) if look else "",
        feature_rows=feature_rows(look) if look else [],
        abstaining=_abstaining(found.batches, usual),
        abstaining_words=_abstaining_words(found, usual),
        batch_rows=batch_rows(found.batches),
        batch_words=f"The latest {len(found.batches):,} of {found.all_batches:,} batches that the "
        f"current model scored. {some_logged(one.tier for one in found.batches)}".rstrip(),
        showing=[_picture(row) for row in found.showing[:PICTURES]],
        typical=_typical(workspace) if found.showing else [],
    )


def feature_rows(look: Comparison) -> list[dict[str, str]]:
    """The features that changed most, as rows of a table."""
    return [
        {
            "Feature": feature_title(one.name),
            "PSI": f"{one.psi:.2f}",
            "Expected without drift": f"{one.expected:.2f}",
            "KS p (Holm)": "under 0.001" if one.ks_p < 0.001 else f"{one.ks_p:.3f}",
            "Shift": f"{one.shift:+.1f}".replace("-", "\N{MINUS SIGN}"),
            "Moved": "yes" if one.has_moved else "",
        }
        for one in look.features[:FEATURES]
    ]


def batch_rows(batches: Sequence[LoggedBatch]) -> list[dict[str, str]]:
    """Batches as rows of a table, the latest first."""
    return [
        {
            "Batch": f"{one.number:,}",
            "Scored (UTC)": f"{one.at[:10]} {one.at[11:16]}",
            "Images": f"{one.images:,}",
            "New ones": f"{one.new:,}",
            "Abstains": share(one.abstained, one.scored).words,
            "Set size": "" if one.set_size is None else f"{one.set_size:.2f}",
            "Unusable": f"{one.problems:,}" if one.problems else "",
            "Predicted": ", ".join(f"{label} {n:,}" for label, n in one.labels.items()),
            "Tier": one.tier,
        }
        for one in reversed(batches)
    ]


def _reason(found: Monitored, look: Comparison | None) -> str:
    """The verdict's reason in one sentence or two; the rest of the evidence is folded."""
    if look is None:
        if found.look is None:
            return (
                f"{found.images:,} different images so far; the first look is after the batch that "
                f"passes {found.next_look:,}."
            )
        return f"{found.look.evidence[0]} The next look is after {found.next_look:,} images."
    n = f"{look.n_new:,} new images, beside {look.n_reference:,} old ones"
    if look.moved:
        first = look.moved[0]
        return (
            f"{len(look.moved):,} of {len(look.features):,} features moved by more than chance on "
            f"{n}. Most of all: {_moved(first)}."
        )
    if look.verdict == "drift":
        return f"No single feature moved for certain on {n}, but all together they did."
    return f"None of {len(look.features):,} features moved for certain on {n}."


def _moved(one: FeatureDrift) -> str:
    """How a feature moved, by its title: the words begin with its name."""
    said = one.words.removeprefix(one.name).strip().removeprefix("is ")
    return f"{feature_title(one.name)}, {said}"


def _evidence(found: Monitored, look: Comparison | None) -> tuple[str, ...]:
    """The evidence with the features that moved in one sentence: a figure shows them all."""
    moved = look.moved if look else ()
    rest = [line for line in found.evidence
            if not any(line.startswith(one.words) for one in moved)]  # fmt: skip
    if look is None or not moved:
        return tuple(rest)
    named = "; ".join(_moved(one) for one in moved[:NAMED])
    more = f"; and {len(moved) - NAMED:,} more" if len(moved) > NAMED else ""
    said = f"{len(moved):,} of {len(look.features):,} features moved by more than chance: {named}"
    return (rest[0], f"{said}{more}.", *rest[1:])


def _basis(look: Comparison | None) -> str:
    if look is None or look.mmd_p is None:
        return ""
    p = "under 0.001" if (look.mmd_fitted_p or 0) < 0.001 else f"{look.mmd_fitted_p:.3f}"
    return (
        f"All {len(look.features):,} features together: maximum mean discrepancy {look.mmd:.3f}, "
        f"p {p} by 200 permutations; this look may say drift up to p {look.significance / 2:.4f} "
        f"of it, or of one feature. Space: features on the scale of the model. "
        f"n = {look.n_new:,} new and {look.n_reference:,} old images."
    )


def _figure_words(look: Comparison) -> str:
    return (
        f"The {min(FEATURES, len(look.features))} of {len(look.features)} that changed most. 0: as "
        f"on the collection; above 0.25 is much. n = {look.n_new:,} new and {look.n_reference:,} "
        "old images, on the scale of the model."
    )


def _figure(look: Comparison) -> "Figure":
    top = look.features[:FEATURES]
    return moved_features(
        {title_for_a_chart(one.name): one.psi for one in top},
        {title_for_a_chart(one.name): one.expected for one in top},
    )


def _abstaining(batches: Sequence[LoggedBatch], usual: float | None) -> "Figure | None":
    scored = [one for one in batches if one.scored]
    if not scored:
        return None
    shares = [share(one.abstained, one.scored) for one in scored]
    return abstaining_batches(
        [one.number for one in scored],
        np.array([one.value for one in shares], dtype=np.float64),
        np.array([(one.low, one.high) for one in shares], dtype=np.float64),
        [one.scored for one in scored],
        usual,
    )


def _abstaining_words(found: Monitored, usual: float | None) -> str:
    said = f"Latest images: the model abstains on {found.abstaining.words}."
    if usual is not None:
        said += f" Dotted: on the collection it learnt from, {usual:.0%}."
    return f"{said} Bars: 95% intervals; a batch of few images has a long one."


def _usual_abstaining(workspace: Workspace) -> float | None:
    key = workspace.current("predictions")
    return float(workspace.load(key).abstains.mean()) if key else None


def _picture(row: LoggedRow) -> Picture:
    said = "" if row.label is None else _answer(row.label, row.probability or 0, bool(row.abstains))
    return Picture(address(row.thumbnail, "jpeg"), said, Path(row.path).name)


def _typical(workspace: Workspace) -> list[Picture]:
    """The images that stand for the clusters in turn, each with its predicted label."""
    paths, said = workspace.images.paths, _said(workspace)
    images = [image for image in _representatives(workspace) if image in paths][:PICTURES]
    return of_images(
        workspace, [(image, said.get(image, ""), Path(paths[image]).name) for image in images]
    )


def _said(workspace: Workspace) -> dict[ImageId, str]:
    """What the model says of every image of the collection, in a few words."""
    key = workspace.current("predictions")
    if key is None:
        return {}
    found: Predictions = workspace.load(key)
    rows = zip(found.ids, found.label, found.confidence, found.abstains, strict=True)
    return {image: _answer(label, p, silent) for image, label, p, silent in rows}


def _answer(label: str, probability: float, is_unsure: bool) -> str:
    return f"{label} {probability:.0%}" + (", unsure" if is_unsure else "")


def _representatives(workspace: Workspace) -> list[ImageId]:
    key = workspace.current("clusterings")
    if key is None:
        return list(workspace.images.ids)
    of = workspace.manifest(key).details["representatives"]
    turns = chain.from_iterable(zip_longest(*of.values()))
    return [ImageId(image) for image in turns if image]
