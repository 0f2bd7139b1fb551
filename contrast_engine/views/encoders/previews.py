"""Pictures of what encoders learn: the views they are shown, and their reconstructions."""

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from contrast_engine import figures
from contrast_engine.arrays import Bytes, Json
from contrast_engine.images.colour import decode_srgb
from contrast_engine.steps.encoders.audit_views import VIEWS, view_pictures
from contrast_engine.steps.encoders.preview_contrast import preview_contrast
from contrast_engine.steps.encoders.train import trainable
from contrast_engine.store.training_runs import TrainingRun
from contrast_engine.store.workspace import Workspace

SIDE = 112
"""Pixels at which a small picture is shown; each of its own pixels becomes a square."""

FEATURES = {"c_rms": "RMS", "sigma_l": "lightness", "gcf": "GCF"}
"""What the three features of a view are called."""

CHANGED = f"below each by how much {', '.join(FEATURES.values())} changed"


class PreviewRow(NamedTuple):
    """A row of small pictures: what it shows, the PNG of each, and the words below each."""

    title: str
    pictures: list[bytes]
    captions: list[str]


def reconstructions(workspace: Workspace, key: str) -> tuple[PreviewRow, ...]:
    """Six held-out images and their reconstructions by an encoder; none without a decoder."""
    return _with_contrast(
        TrainingRun(workspace.root, key).reconstructions(), ("Held-out images", "Reconstructions")
    )


def nearest(workspace: Workspace, key: str) -> tuple[PreviewRow, ...]:
    """Six images and those that an encoder without a decoder finds most alike to each."""
    titles = ("Six of your images", "Most alike to it by now", "Second")
    return _with_contrast(TrainingRun(workspace.root, key).nearest(), titles)


def _with_contrast(found: Bytes | None, titles: tuple[str, ...]) -> tuple[PreviewRow, ...]:
    if found is None or len(found) != len(titles):
        return ()
    contrast = [[preview_contrast(picture) for picture in row] for row in found]
    return tuple(
        PreviewRow(
            title, [_png(picture) for picture in row], [f"RMS {value:.2f}" for value in values]
        )
        for title, row, values in zip(titles, found, contrast, strict=True)
    )


def views_of(workspace: Workspace) -> tuple[str, Json] | None:
    """Key and details of the newest audit of views of these images, None without one."""
    now = trainable(workspace)
    for manifest in workspace.artifacts("reports"):
        if manifest.step == VIEWS and manifest.inputs == now:
            return manifest.key, manifest.details
    return None


def view_rows(workspace: Workspace, key: str, details: Json) -> tuple[PreviewRow, ...]:
    """The pictures of an audit: as they are, one view that keeps and one that changes."""
    pictures = view_pictures(workspace, key)
    if pictures is None:
        return ()
    own = PreviewRow("As they are", [_png(p) for p in pictures[0]], ["" for _ in pictures[0]])
    made = [
        PreviewRow(title, [_png(p) for p in row], [_change(one[kind]) for one in details["shown"]])
        for kind, title, row in (
            ("positive", f"A view that keeps contrast ({CHANGED})", pictures[1]),
            ("negative", f"A view that changes it ({CHANGED})", pictures[2]),
        )
    ]
    return (own, *made)


def view_words(details: Json) -> str:
    """What an audit of views found, in one or two sentences."""
    kept, altered = details["positive"], details["negative"]
    against = kept["against_rule"] + altered["against_rule"]
    of = f"{details['images']:,} of {details['collection']:,} images"
    holds = "every one keeps the rule" if not against else f"{against:,} break the rule"
    return (
        f"Measured again on {of} at {details['size']} pixels: {holds}. "
        f"{kept['used']:,} of {kept['images']:,} views that keep contrast and "
        f"{altered['used']:,} of {altered['images']:,} that change it are used in training."
    )


def view_table(details: Json) -> list[Json]:
    """One row for each kind of view and feature: how far it moves, and the limit."""
    limits = {"positive": f"at most {details['kept_within']:.2f}",
              "negative": f"at least {details['changed_by']:.2f}"}  # fmt: skip
    titles = {"positive": "Keeps contrast", "negative": "Changes contrast"}
    return [
        {"View": titles[kind], "Feature": FEATURES[name], "Median": change[name]["median"],
         "Smallest": change[name]["smallest"], "Largest": change[name]["largest"],
         "Limit": limits[kind], "First draw": _first(details[kind])}
        for kind in titles
        for change in [details[kind]["change"]]
        for name in FEATURES
        if name in change
    ]  # fmt: skip


def _first(kind: Json) -> float:
    return float(kind["by_draw"][0] / max(kind["used"], 1))


def _change(one: Json) -> str:
    said = " / ".join(f"{_percent(one['change'][name]):+d}" for name in FEATURES) + " %"
    return said if one["used"] else f"not used: {said}"


def _percent(log_change: float) -> int:
    return round(100 * math.expm1(log_change))


def _png(codes: Bytes) -> bytes:
    return _png_of(codes.tobytes(), len(codes))


# a page draws the same few pictures every two seconds while an encoder trains
@lru_cache(maxsize=256)
def _png_of(pixels: bytes, side: int) -> bytes:
    codes = np.frombuffer(pixels, dtype=np.uint8).reshape(side, side, 3)
    times = max(1, round(SIDE / side))
    return figures.picture_png(decode_srgb(codes.repeat(times, 0).repeat(times, 1) / 255.0))
