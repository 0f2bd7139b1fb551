"""Views drawn together by how near they are in measured contrast, whatever they show."""

import torch
from torch import Tensor
from torch.nn import functional


def near_in_contrast(z: Tensor, panel: Tensor, *, temperature: float, width: float) -> Tensor:
    """Cross entropy of who is near in the embedding against who is near in contrast.

    loss_i = -sum over j != i of w_ij (S_ij - logsumexp over k != i of S_ik), mean over the views,
    with S the cosine similarity over the temperature and w_ij proportional to
    exp(-(d_ij / width)^2 / 2), summing to 1 over j; d_ij is the mean |change of ln feature|.
    NT-Xent is the case of one j with all the weight. All embeddings equal: ln(m - 1).

    Args:
        z: (m, d) embeddings of views; normalised here.
        panel: (m, c) ln of the contrast features of each view itself.
        temperature: Below 1; smaller attends more to the nearest.
        width: Distance in ln contrast at which two views count 0.6 of two that are equal.

    Source: Dufumier 2021 (y-aware InfoNCE); docs/methods.md#near-in-contrast.
    Deviates: what is continuous is measured on the view, so it needs no label.
    """
    own = torch.eye(len(z), dtype=torch.bool, device=z.device)
    unit = functional.normalize(z, dim=1)
    similar = (unit @ unit.T / temperature).masked_fill(own, -torch.inf)  # (m, m)
    apart = (panel[:, None] - panel[None]).abs().mean(dim=2)
    # a softmax over others: finite weights also for a view that has nothing near
    weight = torch.softmax((-0.5 * (apart / width).square()).masked_fill(own, -torch.inf), dim=1)
    log_share = torch.log_softmax(similar, dim=1).masked_fill(own, 0.0)
    return -(weight * log_share).sum(dim=1).mean()
