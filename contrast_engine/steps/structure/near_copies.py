"""The small copies that near duplicates are told by: what measuring leaves, else thumbnails."""

import cv2
import numpy as np

from contrast_engine.arrays import Bytes
from contrast_engine.encoders.input_image import training_copy
from contrast_engine.images.colour import decode_srgb
from contrast_engine.progress import SILENT, Progress
from contrast_engine.steps.collection.training_copies import USUAL_SIZE, copies
from contrast_engine.store import Workspace
from contrast_engine.vectors import ImageId


def near_copies(
    workspace: Workspace, ids: tuple[ImageId, ...], progress: Progress = SILENT
) -> tuple[tuple[ImageId, ...], Bytes]:
    """The images that can be compared, and their (n, 64, 64, 3) copies in that order.

    Where nothing may be written, thumbnails stand in, so that looking leaves nothing behind.
    """
    if not workspace.is_read_only:
        return copies(workspace, ids, USUAL_SIZE, progress)
    found = {image: copy for image in ids if (copy := of_thumbnail(workspace, image)) is not None}
    empty = np.zeros((0, USUAL_SIZE, USUAL_SIZE, 3), np.uint8)
    return tuple(found), np.array(list(found.values())) if found else empty


def of_thumbnail(workspace: Workspace, image: ImageId) -> Bytes | None:
    """The (64, 64, 3) copy made of an image's thumbnail; None where there is none."""
    data = workspace.thumbs.get(image)
    seen = None if data is None else cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if seen is None:
        return None
    return training_copy(decode_srgb(seen[..., ::-1] / 255), USUAL_SIZE)
