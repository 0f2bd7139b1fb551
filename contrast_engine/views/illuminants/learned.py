"""Embeddings that were learnt to follow the light."""

from contrast_engine.store.workspace import Workspace
from contrast_engine.views.encoders.encoder_card import TrainedEncoder, trained_encoders

ENCODER = "illuminant"

COLOURS = {
    "feature.illuminant_u": "Coloured by the light, red (u′)",
    "feature.illuminant_v": "Coloured by the light, yellow (v′)",
    "feature.c_rms": "Coloured by content (RMS contrast)",
}
"""Colours of the map: an embedding of light follows the first two, and not the last."""


def embeddings(workspace: Workspace) -> tuple[TrainedEncoder, ...]:
    """The kept encoders of illuminants, newest first."""
    return tuple(
        run for run in trained_encoders(workspace) if run.encoder == ENCODER and run.embedding
    )
