"""entropy_maps: where an image holds much, where that can be guessed, and where an encoder errs."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.complexity.patch_entropy import patch_entropy
from contrast_engine.errors import ImageError, NotEnoughData, UnknownName
from contrast_engine.pace import paced
from contrast_engine.progress import SILENT, Progress, in_parts, within
from contrast_engine.steps.attributes import KIND, keep, kept
from contrast_engine.steps.collection.training_copies import copies
from contrast_engine.steps.encoders.train import reading_of_images, trainable
from contrast_engine.store import Artifact, Workspace
from contrast_engine.vectors import ImageId, Vectors

if TYPE_CHECKING:
    from contrast_engine.encoders.model import EncoderModel

STEP = "entropy-maps@1"
ERROR = "entropy_error"
ENCODER = "complexity"

SIZE, SIDE = 128, 16
"""Side of the copy and of its patches, in pixels, where no encoder says which it sees."""

_TOGETHER = 512  # pictures in memory at a time: 25 MB at the usual size


@dataclass(frozen=True, eq=False)
class ImageEntropy:
    """The patch entropies of one image, in bits.

    Args:
        measured: (g, g') of every patch.
        predicted: (g, g') guessed by an encoder while the patch was hidden; None without one.
        neighbours: (g, g') mean of the visible neighbours of the same hidden patches, or None.
        side: Of a patch, in pixels.
        size: Side of the copy of the whole image that the patches are cut from, in pixels.
    """

    measured: Floats
    predicted: Floats | None
    neighbours: Floats | None
    side: int
    size: int


def image_entropy(
    workspace: Workspace, image: ImageId, model: "EncoderModel | None" = None
) -> ImageEntropy:
    """The measured patch entropies of an image, and with an encoder the predicted ones.

    Args:
        workspace: Where the image is.
        image: Which.
        model: What `entropy_model` gives.

    Raises:
        ImageError: The image cannot be read.
        ModelError: The encoder was not trained on masked entropy.
    """
    size = SIZE if model is None else model.recipe.size
    there, codes = copies(workspace, (image,), size)
    if not there:
        raise ImageError("the file of this image cannot be read now; look for changes on Images")
    if model is None:
        return ImageEntropy(patch_entropy(codes, SIDE)[0], None, None, SIDE, size)
    from contrast_engine.complexity.entropy_maps import entropy_maps as maps_of

    found = maps_of(model, codes)
    return ImageEntropy(
        found.true[0], found.predicted[0], found.neighbours[0], found.side, size
    )  # fmt: skip


def entropy_model(workspace: Workspace, key: str) -> "EncoderModel":
    """The trained encoder of complexity with this key.

    Raises:
        UnknownName: There is no such encoder.
    """
    from contrast_engine.encoders.model import EncoderModel

    if not workspace.models.has(key):
        raise UnknownName(f"no trained encoder {key!r} in this workspace; train one first")
    arrays, recipe = workspace.models.load(key)
    if recipe.get("encoder") != ENCODER:
        raise UnknownName(f"model {key!r} is no encoder of complexity; train one first")
    return EncoderModel.load(ENCODER, recipe["options"], arrays)


def entropy_maps(workspace: Workspace, encoder: str, *, progress: Progress = SILENT) -> str:
    """Keep how far an encoder errs on the patches of every image; give the key of the table.

    The attribute is `entropy_error`, the mean absolute error of an image in bits.

    Args:
        workspace: Where the images are.
        encoder: Key of a trained encoder of complexity.
        progress: Told on the way.

    Raises:
        ModelError: The encoder was not trained on masked entropy.
        NotEnoughData: No image can be read.
        UnknownName: There is no such encoder.
    """
    progress = paced(progress, "entropy maps", workspace, "loading the encoder")
    from contrast_engine.complexity.entropy_maps import entropy_maps as maps_of

    ids = trainable(workspace)
    artifact = Artifact(KIND, STEP, {"model": encoder, **reading_of_images(workspace, ids)}, ids)
    if kept(workspace, artifact):
        return artifact.key
    model = entropy_model(workspace, encoder)
    there: list[ImageId] = []
    errors = []
    for start in range(0, len(ids), _TOGETHER):
        progress.tick(start, len(ids), "predicting hidden patches")
        together = ids[start : start + _TOGETHER]
        reading, predicting = in_parts(within(progress, start, len(together), len(ids)), 1, 9)
        some, codes = copies(workspace, together, model.recipe.size, reading)
        if some:
            there += some
            errors.append(maps_of(model, codes, predicting).mean_error)
    if not there:
        raise NotEnoughData("there are no readable images in this workspace; scan a folder first")
    table = Vectors(tuple(there), np.concatenate(errors)[:, None], (ERROR,))
    return keep(workspace, artifact, table)
