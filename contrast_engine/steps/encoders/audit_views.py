"""views: what training would show an encoder, drawn, measured and kept to be looked at."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from contrast_engine.arrays import Bytes, Json
from contrast_engine.errors import NotEnoughData
from contrast_engine.pace import paced
from contrast_engine.progress import SILENT, Progress, in_parts
from contrast_engine.randomness import generator
from contrast_engine.results import Finding, Report
from contrast_engine.steps.collection.training_copies import USUAL_SIZE, copies
from contrast_engine.steps.encoders.train import trainable
from contrast_engine.store import Artifact, Workspace
from contrast_engine.store.atomic_files import read_array, write_array

if TYPE_CHECKING:
    from contrast_engine.learning.view_audit import Viewed

VIEWS = "views@1"
LEAST, MOST = 8, 200
SHOWN = 6
"""Pictures that are kept beside their numbers."""


def views(workspace: Workspace, *, seed: int = 0, progress: Progress = SILENT) -> str:
    """Key of the report on a view that keeps and one that changes contrast of each image.

    The details hold `images` of `collection`, `size`, `kept_within`, `changed_by`; `positive` and
    `negative`, each {images, used, share_used, by_draw, against_rule, change}; and `shown`, one row
    of measured changes for each picture that `view_pictures` gives. Changes are those of ln c_rms,
    ln sigma_l and ln gcf, measured by the features on the view itself, at training size.

    Args:
        workspace: Where the images are.
        seed: Draws the images, at most 200, and their views.
        progress: Told at the start and the end.

    Raises:
        NotEnoughData: Fewer than eight images can be read.
    """
    progress = paced(progress, "views", workspace, "looking what is there")
    from contrast_engine.learning.view_audit import view_audit
    from contrast_engine.learning.views import CHANGED_BY, KEPT_WITHIN

    ids = trainable(workspace)
    artifact = Artifact("reports", VIEWS, {"size": USUAL_SIZE}, ids, seed)
    if workspace.has(artifact) and view_pictures(workspace, artifact.key) is not None:
        return artifact.key
    drawn = generator(seed, "viewing", "images").permutation(len(ids))[:MOST]
    reading, drawing = in_parts(progress, 1, 1)
    there, codes = copies(workspace, tuple(ids[row] for row in sorted(drawn)), USUAL_SIZE, reading)
    if len(there) < LEAST:
        raise NotEnoughData(f"views need at least {LEAST} images, got {len(there)}; add some")
    drawing.tick(0, 1, "drawing views")
    kept, altered = view_audit(codes, seed)
    rows = _spread(codes)
    details: Json = {
        "images": len(there), "collection": len(ids), "size": USUAL_SIZE,
        "kept_within": KEPT_WITHIN, "changed_by": CHANGED_BY,
        "positive": kept.as_json(), "negative": altered.as_json(),
        "shown": [{"image": there[row], "positive": _one(kept, row), "negative": _one(altered, row)}
                  for row in rows],
    }  # fmt: skip
    pictures = np.stack([codes[rows], kept.codes[rows], altered.codes[rows]])
    write_array(_pictures_of(workspace, artifact.key), pictures)
    workspace.save(artifact, Report((_finding(details),)), details)
    drawing.tick(1, 1, "measured")
    return artifact.key


def view_pictures(workspace: Workspace, key: str) -> Bytes | None:
    """(3, m, s, s, 3) uint8 of a views report: images, what keeps, what changes contrast."""
    return read_array(_pictures_of(workspace, key))


def _pictures_of(workspace: Workspace, key: str) -> Path:
    return workspace.root / "cache" / "views" / f"{key}.npy"


def _spread(codes: Bytes) -> list[int]:
    """Choose pictures from least to most spread of code values."""
    order = np.argsort([float(picture.std()) for picture in codes], kind="stable")
    at = np.linspace(0, len(codes) - 1, SHOWN).round().astype(int)
    return [int(row) for row in order[at]]


def _one(viewed: "Viewed", row: int) -> Json:
    from contrast_engine.learning.panel import PANEL

    change = {name: float(value) for name, value in zip(PANEL, viewed.change[row], strict=True)}
    return {"change": change, "used": bool(viewed.is_used[row])}


def _finding(details: Json) -> Finding:
    against = details["positive"]["against_rule"] + details["negative"]["against_rule"]
    used = details["positive"]["used"] + details["negative"]["used"]
    return Finding(
        "views", against / max(used, 1), used, f"{details['images']:,} images",
        "pass" if not against else "fail",
        f"{against:,} of {used:,} views do not keep the rule when they are measured again.",
    )  # fmt: skip
