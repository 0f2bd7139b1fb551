"""overlap_sample: the images that every annotator is asked about, whichever queue they label."""

import numpy as np

from contrast_engine.imageset import ImageIds, ImageSet
from contrast_engine.randomness import generator
from contrast_engine.steps.structure.spaces import space
from contrast_engine.store import Workspace


def overlap_sample(workspace: Workspace, overlap: float, *, seed: int = 0) -> ImageSet:
    """The randomly drawn images that all annotators label, each on their own.

    They are those that `shared_queue` gives to everybody: what people label moves none of them.

    Args:
        workspace: Measured.
        overlap: Their share of all images, 0..1.
        seed: Of the draw.

    Raises:
        NotEnoughData: Nothing was measured.
    """
    numbers = np.sort(ImageIds.of(space(workspace).vectors.ids).numbers)
    lot = generator(seed, "queue", "random").permutation(len(numbers))
    return ImageSet(numbers[lot < round(overlap * len(numbers))])
