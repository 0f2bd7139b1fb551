"""One byte of colour per image, with the legend that says what the bytes mean.

The browser draws byte 0..254 by the legend's colours and 255 as "nothing known". Buffer and legend
come out of one function, so they cannot disagree.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Bytes, Floats
from contrast_engine.errors import UnknownName
from contrast_engine.features import features
from contrast_engine.figures.look import PALETTE
from contrast_engine.results import UNASSIGNED, Clustering, Predictions
from contrast_engine.store.workspace import Workspace
from contrast_engine.summaries.overview import feature_title
from contrast_engine.vectors import ImageId, Vectors

NOTHING = 255
"""The byte of an image about which nothing is known."""

OTHER_COLOUR = "#8d8d8d"

RAMPS = {
    "viridis": (
        "#440154", "#481467", "#482576", "#453781", "#404688", "#39558c", "#33638d", "#2d718e",
        "#287d8e", "#238a8d", "#1f968b", "#20a386", "#29af7f", "#3dbc74", "#56c667", "#75d054",
        "#95d840", "#bade28", "#dde318", "#fde725",
    ),
}  # fmt: skip
"""Colours of values, low to high, to be blended between: viridis, Smith and van der Walt 2015."""


@dataclass(frozen=True)
class Classes:
    """Legend of classes: byte i is entry i.

    Args:
        title: What the classes are.
        entries: (name, hex colour, number of images).
        absent: Number of images in no class.
        absent_name: What to call those.
    """

    title: str
    entries: tuple[tuple[str, str, int], ...]
    absent: int = 0
    absent_name: str = "none"


@dataclass(frozen=True)
class Scale:
    """Legend of values: byte 0 is `low` or less, byte 254 is `high` or more.

    Args:
        title: What the value is.
        low, high: The 2nd and 98th percentile, so that one odd image does not flatten the rest.
        unit: Of the values; empty for none.
        ramp: Name in `RAMPS`.
        stops: Its colours, low to high.
        least, most: The true ends.
        absent: Number of images without a value.
    """

    title: str
    low: float
    high: float
    unit: str = ""
    ramp: str = "viridis"
    stops: tuple[str, ...] = RAMPS["viridis"]
    least: float = 0.0
    most: float = 1.0
    absent: int = 0


Legend = Classes | Scale


@dataclass(frozen=True, eq=False)
class Colouring:
    """Colours of a list of images.

    Args:
        ids: The images.
        codes: (n,) uint8, meaning given by `legend`, 255 = nothing known.
        legend: What the codes mean.
        values: (n,) the numbers themselves, NaN where unknown; None where colours are classes.
    """

    ids: tuple[ImageId, ...]
    codes: Bytes
    legend: Legend
    values: Floats | None = None

    def shown(self, hidden: Collection[str]) -> frozenset[ImageId]:
        """Give the images left when the legend classes named in `hidden` are switched off."""
        if not isinstance(self.legend, Classes) or not hidden:
            return frozenset(self.ids)
        off = {i for i, (name, _, _) in enumerate(self.legend.entries) if name in hidden}
        if self.legend.absent_name in hidden:
            off.add(NOTHING)
        pairs = zip(self.ids, self.codes.tolist(), strict=True)
        return frozenset(image for image, code in pairs if code not in off)


def colouring(workspace: Workspace, ids: Sequence[ImageId], what: str) -> Colouring:
    """Colour `ids` by `what`, one of the names below.

    `feature.<name>@<features key>`, `cluster@<clustering key>`, `label@<last event>`,
    `predicted@<predictions key>`, `confidence@<predictions key>`.

    Raises:
        UnknownName: There is no such kind, feature or result.
    """
    kind, _, source = what.partition("@")
    if kind.startswith("feature."):
        return _by_feature(workspace, ids, kind.removeprefix("feature."), source)
    if kind == "label":
        return _by_label(workspace, ids)
    if kind in {"cluster", "predicted", "confidence"}:
        result = workspace.load(source)
        if kind == "cluster" and isinstance(result, Clustering):
            return _by_cluster(workspace, ids, source, result)
        if kind == "predicted" and isinstance(result, Predictions):
            return _by_prediction(ids, result)
        if kind == "confidence" and isinstance(result, Predictions):
            return by_value(
                ids, dict(zip(result.ids, result.confidence, strict=True)), "Confidence"
            )
    raise UnknownName(
        f"cannot colour by {what!r}; give feature.NAME@KEY, cluster@KEY, label@NUMBER, "
        "predicted@KEY or confidence@KEY"
    )


def by_value(
    ids: Sequence[ImageId], value: dict[ImageId, float], title: str, unit: str = ""
) -> Colouring:
    """Colour by numbers: viridis between the 2nd and 98th percentile, the ends clipped."""
    values = np.array([value.get(image, np.nan) for image in ids], dtype=np.float64)
    known = values[np.isfinite(values)]
    least, most = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    low, high = map(float, np.percentile(known, [2, 98])) if known.size else (0.0, 1.0)
    if not low < high:  # most images share one value: fall back to the true ends
        low, high = least, most
    span = high - low or 1.0
    codes = np.full(len(ids), NOTHING, dtype=np.uint8)
    scaled = np.clip((known - low) / span, 0, 1) * 254
    codes[np.isfinite(values)] = np.round(scaled).astype(np.uint8)
    absent = len(ids) - known.size
    legend = Scale(title, low, high, unit, least=least, most=most, absent=absent)
    return Colouring(tuple(ids), codes, legend, values)


def by_class(
    ids: Sequence[ImageId],
    of: dict[ImageId, str],
    order: Iterable[str],
    title: str,
    absent_name: str = "none",
) -> Colouring:
    """Colour by names, in `order`; beyond twelve the largest twelve stay and the rest are Other."""
    counts = Counter(of[image] for image in ids if image in of)
    names = [*dict.fromkeys(order), *sorted(counts.keys() - set(order))]
    kept = names
    if len(names) > len(PALETTE):
        largest = sorted(names, key=lambda name: -counts[name])[: len(PALETTE)]
        kept = [name for name in names if name in set(largest)]
    code = {name: i for i, name in enumerate(kept)}
    fold = len(kept)
    codes = [code.get(of[image], fold) if image in of else NOTHING for image in ids]
    entries = [(name, PALETTE[i], counts[name]) for i, name in enumerate(kept)]
    if len(kept) < len(names):
        rest = [name for name in names if name not in code]
        folded = sum(counts[name] for name in rest)
        entries.append((f"Other ({len(rest)})", OTHER_COLOUR, folded))
    legend = Classes(title, tuple(entries), codes.count(NOTHING), absent_name)
    return Colouring(tuple(ids), np.array(codes, dtype=np.uint8), legend)


def cluster_name(cluster: int, names: dict[int, str]) -> str:
    """Give what people call a cluster: its given name, else its number."""
    return names.get(cluster, f"Cluster {cluster}")


def _by_feature(workspace: Workspace, ids: Sequence[ImageId], name: str, source: str) -> Colouring:
    table = workspace.load(source)
    if not isinstance(table, Vectors):
        raise UnknownName(f"{source} holds no features")
    value = dict(zip(table.ids, map(float, table.column(name)), strict=True))
    unit = features[name].unit if name in features else ""
    return by_value(ids, value, feature_title(name), unit)


def _by_cluster(
    workspace: Workspace, ids: Sequence[ImageId], key: str, clustering: Clustering
) -> Colouring:
    given = workspace.labels.cluster_names(key)
    name = _distinct({cluster: cluster_name(cluster, given) for cluster in clustering.clusters})
    of = {image: name[c] for image, c in clustering.of.items() if c != UNASSIGNED}
    return by_class(ids, of, name.values(), "Cluster", "In no cluster")


def _by_label(workspace: Workspace, ids: Sequence[ImageId]) -> Colouring:
    of = {image: label.label for image, label in workspace.labels.current().items()}
    return by_class(ids, of, workspace.labels.label_set().labels, "Label", "Not labelled")


def _by_prediction(ids: Sequence[ImageId], predictions: Predictions) -> Colouring:
    rows = zip(predictions.ids, predictions.label, predictions.abstains, strict=True)
    of = {image: label for image, label, abstains in rows if not abstains}
    return by_class(ids, of, predictions.labels, "Predicted label", "Would rather not say")


def _distinct(names: dict[int, str]) -> dict[int, str]:
    """Two clusters with one name stay two classes: the later ones say their number too."""
    seen: set[str] = set()
    distinct = {}
    for cluster, name in names.items():
        distinct[cluster] = f"{name} ({cluster})" if name in seen else name
        seen.add(distinct[cluster])
    return distinct
