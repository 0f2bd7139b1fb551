"""NT-Xent: views of one picture together, other pictures and altered contrast apart."""

import torch
from torch import Tensor
from torch.nn import functional


def nt_xent(
    one: Tensor,
    two: Tensor,
    *,
    temperature: float,
    hard: Tensor | None = None,
    hard_ok: Tensor | None = None,
    same_contrast: Tensor | None = None,
) -> Tensor:
    """Normalised-temperature cross entropy of two views of each picture.

    loss_i = -S_i,pos(i) + logsumexp over j != i of S_ij, mean over the 2n views, with S the
    cosine similarity over the temperature. All embeddings equal: ln(2n - 1).

    Args:
        one: (n, d) embeddings of a view of each picture; normalised here.
        two: (n, d) embeddings of another view of each.
        temperature: Below 1; smaller attends more to the hardest negatives.
        hard: (n, k, d) embeddings of versions of each picture whose contrast was altered: k more
            negatives for that picture only.
        hard_ok: (n, k) which of those were verified; the others do not count.
        same_contrast: (n, n) true where two different pictures have nearly the same measured
            contrast: for contrast they are no negatives, so they leave the denominator.

    Source: Chen 2020 (SimCLR); docs/methods.md#nt-xent.
    Deviates: hard negatives and the excluded columns.
    """
    n = len(one)
    z = functional.normalize(torch.cat([one, two]), dim=1)  # (2n, d)
    similar = z @ z.T / temperature  # (2n, 2n)
    mask = torch.eye(2 * n, dtype=torch.bool, device=z.device)
    if same_contrast is not None:
        others = same_contrast & ~torch.eye(n, dtype=torch.bool, device=z.device)
        mask = mask | others.repeat(2, 2)
    columns = similar.masked_fill(mask, -torch.inf)
    if hard is not None:
        altered = functional.normalize(hard, dim=2).repeat(2, 1, 1)  # (2n, k, d)
        extra = torch.einsum("nd,nkd->nk", z, altered) / temperature
        if hard_ok is not None:
            extra = extra.masked_fill(~hard_ok.repeat(2, 1), -torch.inf)
        columns = torch.cat([columns, extra], dim=1)
    positive = torch.cat([similar.diagonal(n), similar.diagonal(-n)])
    return (torch.logsumexp(columns, dim=1) - positive).mean()
