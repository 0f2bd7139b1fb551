"""What a network has learnt after an epoch, measured on pictures it is not trained on."""

import numpy as np
import torch
from torch import Tensor

from contrast_engine.arrays import Bytes, Floats, Ints
from contrast_engine.learning.batches import Pictures
from contrast_engine.learning.collapse import health
from contrast_engine.learning.luminance import encode_srgb
from contrast_engine.learning.objective import Objective
from contrast_engine.learning.observer import SixPictures
from contrast_engine.learning.panel import log_panel
from contrast_engine.learning.schedule import HELD_OUT_MOST, LEAST, draws, parts, sample_rows

SIX = 6
NEAREST = 2
"""Pictures most alike that are shown below each of the six."""


class Judge:
    """Measures an objective on the same pictures and views after every epoch.

    Args:
        objective: What is trained.
        pictures: The collection.
        held_out: Rows that are never trained on; with fewer than eight, the others are judged by.
        batch: Pictures a step.
        seed: Of the views and of the sample.
    """

    def __init__(
        self, objective: Objective, pictures: Pictures, held_out: Ints, batch: int, seed: int
    ) -> None:
        self.objective, self.pictures = objective, pictures
        others = np.setdiff1d(np.arange(len(pictures)), held_out)
        self.rows = held_out if len(held_out) >= LEAST else others
        self.batch, self.seed = batch, seed
        self.sample = sample_rows(len(pictures), seed)

    @torch.no_grad()
    def measure(self, loss: float) -> tuple[dict[str, float], Floats]:
        """Held-out loss, health and alarm, and the embedding of the sample, (m, d).

        Args:
            loss: The one that was trained with; near that of a collapsed network it is an alarm.
        """
        self.objective.eval()
        draw = draws(self.pictures.device, self.seed, "held out")
        losses = []
        for part in parts(self.rows[: 2 * self.batch], self.batch):
            index = torch.from_numpy(part).to(self.pictures.device)
            terms = self.objective.terms(self.pictures.light(index), index, draw, 1.0)
            losses.append(terms["loss"])
        metrics = {"val_loss": float(torch.stack(losses).mean())} | self._health(loss, draw)
        metrics |= self.objective.held_out_metrics(
            (self.pictures.light(part) for part in parts(self.rows[:HELD_OUT_MOST], self.batch)),
            draws(self.pictures.device, self.seed, "held-out metrics"),
        )
        embeddings = [self._embedded(part) for part in parts(self.sample, 256)]
        return metrics, torch.cat(embeddings).cpu().numpy().astype(np.float64)

    def _health(self, loss: float, draw: torch.Generator) -> dict[str, float]:
        light = self.pictures.light(self.sample[:128])
        views = self.objective.view(light, draw)
        seen = self.objective.watched(light)
        found = health(seen, self.objective.watched(views))
        alarm = found.has_collapsed(
            must_spread=self.objective.must_spread, dimensions=min(seen.shape[1], len(light))
        )
        ceiling = self.objective.ceiling(self.batch)
        if ceiling is not None and abs(loss - ceiling) < 0.01 * ceiling:
            alarm = True
        return {
            "spread": found.spread,
            "effective_rank": found.effective_rank,
            "alignment": found.alignment,
            "uniformity": found.uniformity,
            "collapsed": float(alarm),
        }

    @torch.no_grad()
    def six_pictures(self, embedding: Floats) -> SixPictures:
        """Six fixed pictures, from least to most contrast, with what is made of them.

        Args:
            embedding: (m, d) that of the sample, among which the most alike are looked for.
        """
        light = self.pictures.light(self.rows)
        order = log_panel(light)[:, 0].argsort()
        kept = order[torch.linspace(0, len(order) - 1, SIX, device=order.device).round().long()]
        light = light[kept]
        rebuilt = self.objective.reconstruction(light)
        if rebuilt is not None:
            return SixPictures(_codes([encode_srgb(light), rebuilt.float()]), None)
        rows = self.rows[kept.cpu().numpy()]
        alike = self._most_alike(rows, embedding)  # (k, six)
        return SixPictures(
            None, _codes([encode_srgb(self.pictures.light(of)) for of in (rows, *alike)])
        )

    def _most_alike(self, rows: Ints, embedding: Floats) -> Ints:
        spread = np.maximum(embedding.std(axis=0), 1e-9)
        own = self._embedded(rows).cpu().numpy().astype(np.float64)
        apart = np.square((own[:, None] - embedding[None]) / spread).sum(axis=2)
        apart[rows[:, None] == self.sample[None]] = np.inf  # itself
        found: Ints = self.sample[np.argsort(apart, axis=1, kind="stable")[:, :NEAREST]].T
        return found

    def _embedded(self, rows: Ints) -> Tensor:
        return self.objective.embed(self.pictures.light(rows)).float()


def _codes(rows: list[Tensor]) -> Bytes:
    codes = (255 * torch.stack(rows).clamp(0, 1)).round().byte()
    return np.ascontiguousarray(codes.permute(0, 1, 3, 4, 2).cpu().numpy())
