"""A network cut in two: what fine-tuning leaves alone, computed once, and what it changes."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from contrast_engine.learning.networks.conv_encoder import ConvEncoder, mean_and_spread
from contrast_engine.learning.objective import Objective
from contrast_engine.learning.objectives.hybrid import Hybrid, statistics

HEAD, LAST_BLOCK, ALL = "head", "last-block", "all"
DEPTHS = (HEAD, LAST_BLOCK, ALL)
"""What may be fine-tuned, shallowest first; the head alone leaves the encoder as it is."""

Parts = tuple[Tensor, ...]
"""What the lower half hands to the upper one, each (n, ...)."""


@dataclass(frozen=True, eq=False)
class CutNetwork:
    """An encoder in two halves.

    Args:
        below: From linear light (n, 3, h, w) to what is handed on; its weights stay.
        above: From that to embeddings (n, d).
        weights: The parameters above the cut that an embedding depends on.
    """

    below: Callable[[Tensor], Parts]
    above: Callable[[Parts], Tensor]
    weights: tuple[nn.Parameter, ...]


def cut(objective: Objective, depth: str) -> CutNetwork:
    """Cut an encoder below its last block, or below all of its layers.

    Where the network is of another kind than `ConvEncoder`, everything is above the cut and only
    its weights are told apart.

    Args:
        objective: The network, in evaluation mode.
        depth: "last-block" or "all".
    """
    weights = _weights(objective, depth)
    encoder = getattr(objective, "encoder", None)
    if not isinstance(encoder, ConvEncoder):
        return CutNetwork(lambda light: (light,), lambda parts: objective.embed(parts[0]), weights)
    stages = list(encoder.stages)
    kept = stages[:-1] if depth == LAST_BLOCK else []
    tuned = stages[len(kept) :]

    def below(light: Tensor) -> Parts:
        seen = 2 * light.clamp(min=0).sqrt() - 1
        pooled = [seen.new_zeros(len(seen), 0)]
        for stage in kept:
            seen = stage(seen)
            pooled += mean_and_spread(seen)
        return seen, torch.cat(pooled, dim=1), _measured(objective, light)

    def above(parts: Parts) -> Tensor:
        seen, before, measured = parts
        pooled = [before]
        for stage in tuned:
            seen = stage(seen)
            pooled += mean_and_spread(seen)
        mixed: Tensor = encoder.mixing(torch.cat(pooled, dim=1))
        if isinstance(objective, Hybrid):
            mixed = objective.mixer(torch.cat([mixed, measured], dim=1))
        return mixed

    return CutNetwork(below, above, weights)


def _measured(objective: Objective, light: Tensor) -> Tensor:
    """What a hybrid measures on the pictures, (n, 8); nothing, (n, 0), for the others."""
    if not isinstance(objective, Hybrid):
        return light.new_zeros(len(light), 0)
    return (statistics(light) - objective.centre) / objective.spread


def _weights(objective: Objective, depth: str) -> tuple[nn.Parameter, ...]:
    """The parameters that an embedding depends on, from the last convolution on or all of them.

    Found by a gradient, in the order in which the network was built; heads of losses have none.
    """
    light = torch.linspace(0, 1, 3 * 64 * 64).view(1, 3, 64, 64)
    device = next(objective.parameters()).device
    with torch.enable_grad():
        embedding = objective.embed(light.to(device))
        found = torch.autograd.grad(
            embedding.sum(), list(objective.parameters()), allow_unused=True
        )
    reached = [p for p, g in zip(objective.parameters(), found, strict=True) if g is not None]
    if depth == ALL:
        return tuple(reached)
    last = max((place for place, p in enumerate(reached) if p.dim() == 4), default=0)
    return tuple(reached[last:])
