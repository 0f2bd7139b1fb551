"""One photograph in linear light, as large as it is measured and as small as it is estimated."""

from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Bools, Floats32, Real
from contrast_engine.illuminants.datasets import WORKING_SIZE
from contrast_engine.illuminants.relighting import is_saturated
from contrast_engine.images import read_image
from contrast_engine.images.colour import LINEAR_OF_8_BIT
from contrast_engine.store import Workspace
from contrast_engine.vectors import ImageId


@dataclass(frozen=True, eq=False)
class Photograph:
    """A photograph in linear light.

    Args:
        picture: (h, w, 3) at the size it is measured at.
        small: (64, 64, 3) as every estimate sees it.
        valid: (64, 64) the pixels that estimates look at: neither black nor saturated.
    """

    picture: Real
    small: Floats32
    valid: Bools


def photograph(workspace: Workspace, image: ImageId) -> Photograph:
    """Read a photograph from its file, in the colours that the tables of estimates rest on.

    Raises:
        WorkspaceError: Its file is gone or was changed.
        ImageError: It cannot be read.
    """
    from contrast_engine.encoders.input_image import training_copy

    rgb = read_image(workspace.original_bytes(image), options=workspace.reading_options).rgb
    small = LINEAR_OF_8_BIT[training_copy(rgb, WORKING_SIZE)].astype(np.float32)
    return Photograph(rgb, small, (small.sum(axis=2) > 0) & ~is_saturated(small))
