"""The photographs of a workspace as linear light, small and square."""

from contrast_engine.arrays import Floats32
from contrast_engine.illuminants.datasets import WORKING_SIZE
from contrast_engine.images.colour import LINEAR_OF_8_BIT
from contrast_engine.progress import SILENT, Progress
from contrast_engine.steps.collection.training_copies import copies
from contrast_engine.store import Workspace
from contrast_engine.vectors import ImageId


def linear_photographs(
    workspace: Workspace, ids: tuple[ImageId, ...], progress: Progress = SILENT
) -> tuple[tuple[ImageId, ...], Floats32]:
    """The images of some that can be read, and (n, s, s, 3) linear light of sRGB primaries.

    They are the copies that encoders see, so nothing is decoded twice; of 8 bits, which is less
    than half a degree.
    """
    there, codes = copies(workspace, ids, WORKING_SIZE, progress)
    return there, LINEAR_OF_8_BIT[codes]
