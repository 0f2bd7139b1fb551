"""Triplets: the same light nearer than another light, by a margin."""

from torch import Tensor
from torch.nn import functional


def triplet_hinge(anchor: Tensor, positive: Tensor, negative: Tensor, *, margin: float) -> Tensor:
    """Mean of max(0, d(a, p) - d(a, n) + margin) with d = 1 - cosine.

    All embeddings equal: the margin. The difference without the hinge has no lower bound that
    means anything: it goes on to -2 by pushing negatives away that are far enough.

    Args:
        anchor: (n, d) embeddings of pictures.
        positive: (n, d) embeddings of other scenes in the same light.
        negative: (n, d) embeddings of the same scenes in another light.
        margin: How much farther a negative is to be.

    Source: Schroff 2015 (FaceNet); docs/methods.md#triplet-hinge.
    Deviates: cosine distance.
    """
    to_positive = 1 - functional.cosine_similarity(anchor, positive, dim=1)
    to_negative = 1 - functional.cosine_similarity(anchor, negative, dim=1)
    return (to_positive - to_negative + margin).clamp(min=0).mean()
