"""Patch-wise contrastive loss: a patch and its shifted partner together, other patches apart."""

import torch
from torch import Tensor
from torch.nn import functional


def patch_contrast(
    one: Tensor,
    two: Tensor,
    entropy_one: Tensor,
    entropy_two: Tensor,
    *,
    temperature: float,
    apart: float = 0.5,
) -> Tensor:
    """Cross entropy of finding a patch's partner among patches that differ, both ways.

    loss_ni = -S(A_ni, B_ni) + logsumexp over B_ni, over B_mj of all other pictures m, and over
    those B_nj of the same picture whose entropy differs from that of A_ni by more than `apart`;
    mean over patches, and over A to B and B to A. S is the cosine similarity over the temperature.

    Args:
        one: (n, m, d) embeddings of m patches of each of n pictures; normalised here.
        two: (n, m, d) embeddings of their partners.
        entropy_one: (n, m) bits in each patch.
        entropy_two: (n, m) bits in each partner.
        temperature: Below 1; smaller attends more to the nearest patches.
        apart: Patches of one picture count as different from so many bits on.

    Source: own form after the abstract of CLICv2 (Liu 2025); docs/methods.md#patch-contrast.
    """
    n, m, _ = one.shape
    first, second = (functional.normalize(z.float(), dim=2).flatten(0, 1) for z in (one, two))
    similar = (first @ second.T) / temperature  # (nm, nm)
    differ = (entropy_one[:, :, None] - entropy_two[:, None, :]).abs() > apart  # (n, m, m)
    itself = torch.eye(m, dtype=torch.bool, device=one.device)
    left_out = torch.where(differ | itself, 0.0, -torch.inf)  # added: cheaper than a mask of all
    blocks = similar.view(n, m, n, m).diagonal(dim1=0, dim2=2)  # (m, m, n), a view
    blocks += left_out.permute(1, 2, 0)
    across = similar.logsumexp(dim=1) + similar.logsumexp(dim=0)
    return (0.5 * across - similar.diagonal()).mean()
