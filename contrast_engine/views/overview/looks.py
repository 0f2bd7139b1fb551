"""What a click or a lasso on the map of a slide shows: one image, or why a group is different."""

from dataclasses import replace

from contrast_engine.features import core_names
from contrast_engine.imageset import ImageSet
from contrast_engine.results import Clustering, Predictions
from contrast_engine.selection import standing
from contrast_engine.store.collection import file_name
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId, Vectors
from contrast_engine.views.collection.feature_overview import feature_title
from contrast_engine.views.overview.card import Absent
from contrast_engine.views.overview.card_slides import pictures, profile_slide
from contrast_engine.views.overview.profile import profile
from contrast_engine.views.overview.slide import Line, Slide
from contrast_engine.views.structure.cluster_marks import cluster_marks

FEATURES, BARS, PICTURES = 4, 3, 4
"""Features, and pictures of a group, for which there is room beside the map (own choice)."""


def one_image(workspace: Workspace, image: ImageId) -> Slide | None:
    """An image with how it is judged and where it stands out; None where it is gone.

    Args:
        workspace: Where it is.
        image: The image that was clicked.
    """
    key = workspace.current("features")
    if key is None or image not in workspace.images:
        return None
    table: Vectors = workspace.load(key)
    if image not in table.rows:
        return None
    own = table.select([name for name in core_names() if name in table.columns])
    row = own.values[own.rows[image]]
    ranks = standing(own, dict(zip(own.columns, row.tolist(), strict=True)))
    far = sorted(ranks, key=lambda name: -abs(ranks[name] - 50))[:FEATURES]
    lines = tuple(
        Line(feature_title(name).rpartition(" (")[0], f"{ranks[name]:.0f}", share=ranks[name])
        for name in far
    )
    return Slide(
        name="image",
        title=file_name(workspace.images.path(image)),
        message=_judged(workspace, image),
        pictures=pictures(workspace, [image]),
        lines=lines,
        foot=f"Percentiles among n = {len(own):,} images: the {len(far)} of {len(ranks)} features "
        "that stand out most.",
    )


def _judged(workspace: Workspace, image: ImageId) -> str:
    """Its cluster and its predicted label, in words."""
    parts = []
    clustered, predicted = workspace.current("clusterings"), workspace.current("predictions")
    if clustered:
        clustering: Clustering = workspace.load(clustered)
        mark = cluster_marks(workspace, clustered).get(clustering.of.get(image, -1))
        parts.append(mark.name if mark else "In no cluster")
    if predicted:
        found: Predictions = workspace.load(predicted)
        row = found.rows.get(image)
        if row is not None and found.abstains[row]:
            parts.append("the model gives it no label")
        elif row is not None:
            parts.append(f"{found.label[row]} ({found.confidence[row]:.0%} probability)")
    return "; ".join(parts)


def group(workspace: Workspace, images: ImageSet) -> Slide | None:
    """Why some images are different from all others; None where none is left.

    Args:
        workspace: Where they are.
        images: Those in the lasso.
    """
    chosen = images & workspace.images.images
    if not chosen:
        return None
    n = f"{len(chosen):,} image{'' if len(chosen) == 1 else 's'}"
    shown = pictures(workspace, chosen, PICTURES)
    found = profile(workspace, chosen)
    title = f"Why these {n} are different" if len(chosen) > 1 else "Why this image is different"
    if isinstance(found, Absent):
        return Slide(name="group", title=title, message=found.reason, pictures=shown)
    return replace(profile_slide(found, "group", title, BARS), pictures=shown)
