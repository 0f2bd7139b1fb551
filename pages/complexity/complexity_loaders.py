"""What the page about complexity reads: scores, reports on human scores, maps of patch entropy."""

from contrast_engine.encoders.model import EncoderModel
from contrast_engine.steps.complexity.entropy_maps import (
    ImageEntropy,
    entropy_model,
    image_entropy,
)
from contrast_engine.store.artifacts import Manifest
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId, Vectors
from contrast_engine.views.complexity import reports
from contrast_engine.views.outcomes import result_or_reason
from pages.common import loaders
from pages.common.cached import IMAGES, cached

MINUTES = 600


def scores(workspace: Workspace) -> Vectors | None:
    """The table that holds the score of complexity of every image, None before it is measured."""
    key = reports.score_table(workspace)
    return loaders.vectors(workspace, key) if key else None


def judged(workspace: Workspace) -> Manifest | None:
    """The newest report on human scores."""
    return reports.judged(workspace)


def patch_entropies(
    workspace: Workspace, image: ImageId, encoder: str
) -> tuple[ImageEntropy | None, str]:
    """The patch entropies of an image, or the reason why there are none now.

    Args:
        workspace: The open workspace.
        image: Which image.
        encoder: Key of the encoder that predicts hidden patches, "" for none.
    """
    return result_or_reason(_patch_entropies, workspace, image, encoder)


@cached(IMAGES, entries=24, seconds=MINUTES)
def _patch_entropies(workspace: Workspace, image: ImageId, encoder: str) -> ImageEntropy:
    return image_entropy(workspace, image, _model(workspace, encoder) if encoder else None)


@cached(entries=2)
def _model(workspace: Workspace, key: str) -> EncoderModel:
    return entropy_model(workspace, key)
