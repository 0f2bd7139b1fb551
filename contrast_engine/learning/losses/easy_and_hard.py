"""CLCC's loss: easy and hard positives, each told from easy and from hard negatives."""

import torch
from torch import Tensor
from torch.nn import functional


def easy_and_hard(
    anchor: Tensor, positives: Tensor, negatives: Tensor, *, temperature: float
) -> Tensor:
    """InfoNCE on cosine, averaged over every kind of positive with every kind of negative.

    loss = -S_p + ln(exp S_p + sum over k of exp S_k), S the cosine over the temperature. All
    embeddings equal: ln(1 + k).

    Args:
        anchor: (n, d) embeddings of pictures.
        positives: (kinds, n, d) easy (the same scene) and hard (another scene) of the same light.
        negatives: (kinds, k, n, d) easy (another scene) and hard (the same scene) of other lights.
        temperature: CLCC has 0.87.

    Source: Lo 2021 (CLCC); docs/methods.md#easy-and-hard.
    """
    unit = functional.normalize(anchor, dim=1)
    near = (functional.normalize(positives, dim=2) * unit).sum(dim=2) / temperature  # (p, n)
    far = (functional.normalize(negatives, dim=3) * unit).sum(dim=3) / temperature  # (q, k, n)
    kinds, others = len(near), len(far)
    pairs = torch.cat(
        [
            near[:, None, None].expand(kinds, others, 1, -1),
            far[None].expand(kinds, others, -1, -1),
        ],
        dim=2,
    )  # (p, q, 1 + k, n)
    return (torch.logsumexp(pairs, dim=2) - near[:, None]).mean()
