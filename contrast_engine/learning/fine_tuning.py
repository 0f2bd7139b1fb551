"""Fine-tuning: a pre-trained encoder learns the few labels, no deeper than held-out labels bear.

First a linear head is fitted on the frozen embedding; from there the head and the layers above
the cut are trained together, at a constant rate and with the batch statistics of pre-training.
So epoch 0 of every depth is the head alone, and the epoch at which to stop is one number that
held-out labels of inner folds choose together with the depth.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from contrast_engine.arrays import Bools, Bytes, Floats, Ints
from contrast_engine.learning.checkpoints import Array, load_weights, weights
from contrast_engine.learning.cut_network import HEAD, CutNetwork, Parts, cut
from contrast_engine.learning.luminance import linear_light
from contrast_engine.learning.objective import Objective
from contrast_engine.learning.panel import log_panel
from contrast_engine.learning.schedule import draws
from contrast_engine.learning.views import positives
from contrast_engine.randomness import generator

N_VIEWS = 4
"""Verified views of each labelled picture beside the picture itself, made once."""

BATCH, MOST_STEPS = 16, 16
"""Labels a step, and steps an epoch: of very many labels an epoch sees a part."""

FREEDOM = 0.1
"""Of the weights of the head, as in the logistic classifier: |weights|^2 / (2 FREEDOM)."""


_STOPS = (0.125, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class Rates:
    """How far a step goes.

    Args:
        head: Learning rate of the head.
        encoder: That of the layers of the encoder.
    """

    head: float = 1e-3
    encoder: float = 3e-3


@dataclass(frozen=True, eq=False)
class Examples:
    """Labelled pictures.

    Args:
        versions: (v, m, 3, s, s) linear light: the pictures, then verified views of them.
        codes: (m,) class of each.
        shares: (m,) weight of each label; those of nearly one picture share the weight of one.
        n_classes: How many classes there are.
        centre, spread: (d,) of the pre-trained embedding over the collection.
    """

    versions: Tensor
    codes: Tensor
    shares: Tensor
    n_classes: int
    centre: Tensor
    spread: Tensor

    @classmethod
    def of(
        cls, objective: Objective, pictures: Bytes, codes: Ints, shares: Floats, n_classes: int,
        collection: Floats, seed: int,
    ) -> "Examples":  # fmt: skip
        """Labelled pictures with their views.

        Args:
            objective: The pre-trained network.
            pictures: (m, s, s, 3) uint8 sRGB.
            codes: (m,) classes, 0 up.
            shares: (m,) weights.
            n_classes: How many classes there are.
            collection: (n, d) embedding of the collection.
            seed: Draws the views.
        """
        device = next(objective.parameters()).device
        light = linear_light(torch.from_numpy(np.array(pictures)).to(device))
        own, draw = log_panel(light), draws(device, seed, "fine-tuning", "views")
        views = [positives(light, own, draw).light for _ in range(N_VIEWS)]
        spread = np.maximum(collection.std(axis=0), 1e-6)
        as_tensor = torch.from_numpy
        return cls(
            torch.stack([light, *views]),
            as_tensor(codes).to(device),
            as_tensor(shares).float().to(device),
            n_classes,
            as_tensor(collection.mean(axis=0)).float().to(device),
            as_tensor(spread).float().to(device),
        )


@dataclass(frozen=True)
class Choice:
    """How deep to fine-tune, and for how long.

    Args:
        depth: One of `DEPTHS`.
        epochs: Passes over the labels; 0 for the head alone.
        loss: Class-balanced loss on held-out labels, by depth and epoch; epoch 0 is the head.
    """

    depth: str
    epochs: int
    loss: dict[str, dict[int, float]]


class FineTuning:
    """Everything that is tuned starts from the same pre-trained network.

    Args:
        objective: The network; it is left with the weights of the last run.
        examples: The labelled pictures.
        rates: How far a step goes.
        seed: For the order of labels and versions.
    """

    def __init__(
        self, objective: Objective, examples: Examples, rates: Rates | None = None, seed: int = 0
    ) -> None:
        objective.eval()  # batch statistics stay those of pre-training
        self.objective, self.examples, self.seed = objective, examples, seed
        self.rates = rates or Rates()
        self._start = weights(objective)
        self._below: dict[str, Parts] = {}
        with torch.no_grad():
            frozen = torch.stack([objective.embed(light).float() for light in examples.versions])
        self._frozen = (frozen - examples.centre) / examples.spread  # (v, m, d)

    def run(
        self, seen: Bools, depth: str, epochs: int, judged: Bools | None = None
    ) -> tuple[dict[str, Array], dict[int, Floats]]:
        """Tune on the seen labels alone.

        Args:
            seen: (m,) which labels.
            depth: One of `DEPTHS`.
            epochs: How long.
            judged: (m,) labels whose loss is wanted.

        Returns:
            The weights, and the class-balanced loss of the judged labels after each of `stops`
            and at 0, before the encoder was touched.
        """
        load_weights(self.objective, self._start)
        balance = self._balance(seen)
        losses = {0: self._probed(self._frozen[0], seen, judged)}
        if depth == HEAD or not epochs:
            return weights(self.objective), losses
        network = cut(self.objective, depth)
        parts = self._handed_on(network, depth)
        head = self._head(self._frozen[0], seen)
        step = self._stepper(network, head, balance, float(self.examples.shares[seen].sum()))
        for epoch in range(1, epochs + 1):
            for versions, rows in self._batches(seen, epoch):
                step(tuple(part[versions, rows] for part in parts), rows)
            if judged is not None and epoch in stops(epochs):
                asked = torch.from_numpy(np.flatnonzero(seen | judged))
                z = torch.zeros_like(self._frozen[0])
                with torch.no_grad():
                    z[asked] = network.above(tuple(part[0, asked] for part in parts)).float()
                losses[epoch] = self._probed(z, seen, judged)
        return weights(self.objective), losses

    def choose(self, seen: Bools, folds: Bools, depths: Sequence[str], epochs: int) -> Choice:
        """The depth and the epoch that serve held-out labels of inner folds best.

        The encoder is touched only where that lowers the held-out loss by more than one standard
        error from that of the head alone; else the head is taken (if it may be).

        Args:
            seen: (m,) the labels that may be looked at.
            folds: (f, m) which of them each inner fold holds out.
            depths: Those that may be chosen.
            epochs: The most.

        Source: the one-standard-error rule, Breiman, Friedman, Olshen & Stone 1984, chapter 3.
        """
        losses: dict[tuple[str, int], Floats] = {}
        for depth in depths:
            for hidden in folds:
                hidden = hidden & seen
                for epoch, loss in self.run(seen & ~hidden, depth, epochs, hidden)[1].items():
                    losses.setdefault((depth, epoch), np.zeros(len(seen)))[hidden] = loss
        each = self.examples.shares.cpu().numpy().astype(np.float64)[seen]
        mean = {place: float((loss[seen] * each).sum() / each.sum())
                for place, loss in losses.items()}  # fmt: skip
        told = {depth: {e: value for (d, e), value in mean.items() if d == depth}
                for depth in depths}  # fmt: skip
        deeper = [place for place in mean if place[1]]
        if not deeper:
            return Choice(HEAD, 0, told)
        best = min(deeper, key=lambda place: mean[place])
        gain = (losses[best[0], 0] - losses[best])[seen]
        error = float(np.sqrt((np.square(gain - (gain * each).sum() / each.sum()) * each).sum()))
        is_clear = (gain * each).sum() / each.sum() > error / each.sum()
        return Choice(*best, told) if is_clear or HEAD not in depths else Choice(HEAD, 0, told)

    def _stepper(
        self, network: CutNetwork, head: nn.Linear, balance: Tensor, n: float
    ) -> Callable[[Parts, Tensor], None]:
        """What takes one step on a batch: head and layers above the cut together."""
        optimiser = torch.optim.Adam(
            [{"params": list(head.parameters()), "lr": self.rates.head},
             {"params": list(network.weights), "lr": self.rates.encoder}]
        )  # fmt: skip

        def step(parts: Parts, rows: Tensor) -> None:
            scores = head(self._standard(network.above(parts)))
            loss = _weighted(scores, self.examples.codes[rows], balance[rows])
            loss = loss + head.weight.square().sum() / (2 * FREEDOM * n)
            optimiser.zero_grad(set_to_none=True)
            torch.autograd.backward(loss, inputs=[*head.parameters(), *network.weights])
            optimiser.step()

        return step

    def _handed_on(self, network: CutNetwork, depth: str) -> Parts:
        """What the lower half gives for every version, (v, m, ...) each, computed once."""
        if depth not in self._below:
            with torch.no_grad():
                each = [network.below(light) for light in self.examples.versions]
            self._below[depth] = tuple(torch.stack(part) for part in zip(*each, strict=True))
        return self._below[depth]

    def _standard(self, embedding: Tensor) -> Tensor:
        return (embedding.float() - self.examples.centre) / self.examples.spread

    def _balance(self, seen: Bools) -> Tensor:
        """(m,) weights under which every class weighs the same among the seen labels, mean 1."""
        e, mask = self.examples, torch.from_numpy(seen)
        mass = torch.zeros(e.n_classes, device=e.shares.device)
        mass.index_add_(0, e.codes[mask], e.shares[mask])
        there = (mass > 0).sum()
        each: Tensor = mass.sum() / (there * mass.clamp(min=1e-9))
        return e.shares * torch.where(mass > 0, each, torch.ones_like(each))[e.codes]

    def _head(self, z: Tensor, seen: Bools) -> nn.Linear:
        """The best linear head on embeddings (m, d) of the seen pictures (convex)."""
        mask = torch.from_numpy(seen)
        z, codes, each = z[mask], self.examples.codes[mask], self._balance(seen)[mask]
        head: nn.Linear = nn.utils.skip_init(  # type: ignore[no-untyped-call]
            nn.Linear, z.shape[1], self.examples.n_classes
        )
        head.to(z.device)
        nn.init.zeros_(head.weight)
        nn.init.zeros_(head.bias)
        optimiser = torch.optim.LBFGS(head.parameters(), max_iter=60, line_search_fn="strong_wolfe")
        n = float(self.examples.shares[mask].sum())

        def closure() -> Tensor:
            optimiser.zero_grad()
            loss = _weighted(head(z), codes, each)
            loss = loss + head.weight.square().sum() / (2 * FREEDOM * n)
            torch.autograd.backward(loss)
            return loss

        optimiser.step(closure)  # type: ignore[no-untyped-call]
        return head

    def _probed(self, z: Tensor, seen: Bools, judged: Bools | None) -> Floats:
        """Loss of judged labels under a new head on the seen embeddings, as they are now.

        A classifier is fitted on what tuning gives, so that is what tuning is judged by; the head
        that was tuned along is surer than it should be.
        """
        if judged is None:
            return np.zeros(0)
        there = z[torch.from_numpy(seen | judged)]
        z = (z - there.mean(dim=0)) / there.std(dim=0).clamp(min=1e-6)
        head, mask = self._head(z, seen), torch.from_numpy(judged)
        codes = self.examples.codes[mask]
        with torch.no_grad():
            each = functional.cross_entropy(head(z[mask]), codes, reduction="none")
        of_class = self._balance(seen)[mask] / self.examples.shares[mask]
        return (each * of_class).cpu().numpy().astype(np.float64)

    def _batches(self, seen: Bools, epoch: int) -> list[tuple[Tensor, Tensor]]:
        """Rows in random order with a random version of each, at most `MOST_STEPS` batches."""
        rng = generator(self.seed, "training", "fine-tuning", str(epoch))
        order = rng.permutation(np.flatnonzero(seen))[: BATCH * MOST_STEPS]
        version = rng.integers(0, len(self.examples.versions), len(order))
        parts = range(0, len(order), BATCH)
        return [
            (torch.from_numpy(version[at : at + BATCH]), torch.from_numpy(order[at : at + BATCH]))
            for at in parts
        ]


def stops(epochs: int) -> tuple[int, ...]:
    """The epochs at which tuning may end: an eighth, a quarter, half, three quarters, all."""
    return tuple(sorted({max(1, round(epochs * share)) for share in _STOPS}))


def _weighted(scores: Tensor, codes: Tensor, each: Tensor) -> Tensor:
    loss = functional.cross_entropy(scores, codes, reduction="none")
    mean: Tensor = (loss * each).sum() / each.sum()
    return mean
