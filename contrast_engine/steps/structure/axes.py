"""name_axes: the directions in which the images differ most, in words."""

from contrast_engine.axes import NamedAxes, named_axes
from contrast_engine.pace import paced
from contrast_engine.progress import SILENT, Progress
from contrast_engine.steps.structure.spaces import space
from contrast_engine.store import Workspace


def name_axes(
    workspace: Workspace,
    count: int = 4,
    *,
    on: str = "features",
    seed: int = 0,
    progress: Progress = SILENT,
) -> NamedAxes:
    """The principal axes of the images, named, and how often each name holds.

    Args:
        workspace: Measured.
        count: How many axes to name.
        on: The space, as `space` takes it.
        seed: Draws the images again, which says whether a name holds.
        progress: Told after each resample.

    Raises:
        NotEnoughData: Nothing was measured, or fewer than 3 images.
        UnknownName: There is no such space.
    """
    progress = paced(progress, "axes", workspace, "loading the space")
    where = space(workspace, on)
    return named_axes(where.vectors, where.readable, n_axes=count, seed=seed, progress=progress)
