"""New images beside those that the model learnt from: the verdict, its evidence, the batches."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from contrast_engine.drift import Comparison, share
from contrast_engine.figures.monitoring import abstaining_batches, moved_features
from contrast_engine.monitor import LoggedBatch, LoggedRow
from contrast_engine.monitor.watching import Monitored
from contrast_engine.store import Workspace
from contrast_engine.vectors import ImageId
from contrast_engine.views.collection.feature_overview import feature_title
from contrast_engine.views.monitoring.pictures import Picture, address, of_images

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

FEATURES = 10
"""Features that are listed, the most moved first."""

NAMED = 3
"""Features that are named in the evidence."""

PICTURES = 8

HEADLINES = {
    "drift": "Drift: the new images differ from those that the model learnt from.",
    "no drift": "No drift: as far as can be told, the new images are like those that the model "
    "learnt from.",
    "not enough images": "Not enough images yet to tell whether they are like those that the "
    "model learnt from.",
}


@dataclass(frozen=True)
class DriftCard:
    """What is known of the images that a model scored.

    Args:
        verdict: "no drift", "drift" or "not enough images".
        headline: The verdict in a sentence.
        evidence: Why, sentence by sentence.
        basis: Which test, on how many images, and when they are looked at next.
        features: Figure of the features that changed most; None before there is a comparison.
        feature_rows: The same as a table.
        abstaining: Figure of abstention batch by batch.
        abstaining_words: How to read it.
        batch_rows: The batches, the latest first.
        batch_words: How many of them there are.
        showing: Pictures of the new images that show the difference most.
        typical: Pictures of images that are typical of the collection.
    """

    verdict: str
    headline: str
    evidence: tuple[str, ...]
    basis: str
    features: "Figure | None" = None
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
    return DriftCard(
        verdict=found.verdict,
        headline=HEADLINES[found.verdict],
        evidence=_evidence(found, look),
        basis=_basis(look),
        features=_figure(look) if look else None,
        feature_rows=feature_rows(look) if look else [],
        abstaining=_abstaining(found.batches, usual),
        abstaining_words=_abstaining_words(found, usual),
        batch_rows=batch_rows(found.batches),
        batch_words=f"The latest {len(found.batches):,} of {found.all_batches:,} batches that the "
        "current model scored.",
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


def _evidence(found: Monitored, look: Comparison | None) -> tuple[str, ...]:
    """The evidence with the features that moved in one sentence: a figure shows them all."""
    moved = look.moved if look else ()
    rest = [line for line in found.evidence
            if not any(line.startswith(one.words) for one in moved)]  # fmt: skip
    if look is None or not moved:
        return tuple(rest)
    named = "; ".join(
        f"{feature_title(one.name)} {one.words.partition(' is ')[2] or one.words}"
        for one in moved[:NAMED]
    )
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


def _figure(look: Comparison) -> "Figure":
    top = look.features[:FEATURES]
    return moved_features(
        {feature_title(one.name): one.psi for one in top},
        {feature_title(one.name): one.expected for one in top},
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
    name = Path(row.path).name
    said = "" if row.label is None else f"{row.label} {row.probability or 0:.0%}"
    return Picture(
        address(row.thumbnail, "jpeg"), said + (", unsure" if row.abstains else ""), name
    )


def _typical(workspace: Workspace) -> list[Picture]:
    """The images that stand for the clusters in turn, or those nearest to the middle of all."""
    paths = workspace.images.paths
    images = [image for image in _representatives(workspace) if image in paths][:PICTURES]
    return of_images(workspace, [(image, "", Path(paths[image]).name) for image in images])


def _representatives(workspace: Workspace) -> list[ImageId]:
    key = workspace.current("clusterings")
    if key is None:
        return list(workspace.images.ids)
    of = workspace.manifest(key).details["representatives"]
    turns = chain.from_iterable(zip_longest(*of.values()))
    return [ImageId(image) for image in turns if image]
