"""Small pictures for a report: from the thumbnails of the collection, as small as there is room."""

from collections.abc import Iterable

import cv2
import numpy as np

from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId

SIDE = 240
"""Pixels of the longer side of a picture that stands for itself."""

QUALITY = 70


def small(webp: bytes, side: int) -> bytes | None:
    """A thumbnail with a longer side of at most `side` pixels, as WebP; None for what is none."""
    seen = cv2.imdecode(np.frombuffer(webp, np.uint8), cv2.IMREAD_COLOR)
    if seen is None:
        return None
    scale = side / max(seen.shape[:2])
    if scale < 1:
        height, width = (max(1, round(length * scale)) for length in seen.shape[:2])
        seen = cv2.resize(seen, (width, height), interpolation=cv2.INTER_AREA)
    done, made = cv2.imencode(".webp", seen, [cv2.IMWRITE_WEBP_QUALITY, QUALITY])
    return bytes(made) if done else None


def pictures_of(
    workspace: Workspace, ids: Iterable[ImageId], side: int = SIDE
) -> dict[ImageId, bytes]:
    """A small picture of each image that has one."""
    found = {}
    for image in ids:
        webp = workspace.thumbs.get(image)
        made = small(webp, side) if webp else None
        if made:
            found[image] = made
    return found
