"""How long 500 images take to train and embed here, and how much faster the VAE is than its model.

    python -m tests.benchmarks.encoders_in_time

Prints the table of CONTRIBUTING.md. Seconds are those of the processor, which depend less on what
else a machine does; with one thread on an idle core they are those of the clock. The VAE is
compared with one built as the source article describes it: 256 pixels, four convolutions of stride
2 each way, three dense layers that hold nearly all of its weights.
"""

import argparse
import time
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor, nn

from contrast_engine.encoders import Material, encoders
from contrast_engine.encoders.model import EncoderModel, plan_of, untrained
from contrast_engine.encoders.pretext import STANDS_FOR
from contrast_engine.learning.devices import in_words, pick_device, place
from contrast_engine.learning.losses.beta_vae import kl_divergence, squared_error
from contrast_engine.learning.schedule import optimiser
from contrast_engine.learning.training import fit
from contrast_engine.randomness import generator
from contrast_engine.vectors import ImageId, Vectors

LIMITS = {"quick": 15, "full": 60}
EMBED_LIMIT, EMBED_SIZE = 1000, 96
VAE_LIMIT = 20


class ArticleVAE(nn.Module):
    """The VAE of the source article: 26.6 M weights, 95 % of them in dense layers."""

    def __init__(self, dimensions: int = 128) -> None:
        super().__init__()
        widths = (3, 32, 64, 128, 256)
        pairs = list(pairwise(widths))
        down = [(nn.Conv2d(a, b, 4, 2, 1), nn.ReLU()) for a, b in pairs]
        up = [(nn.ConvTranspose2d(b, a, 4, 2, 1), nn.ReLU()) for a, b in reversed(pairs)]
        self.down = nn.Sequential(*(layer for both in down for layer in both))
        self.mean = nn.Linear(256 * 16 * 16, dimensions)
        self.log_variance = nn.Linear(256 * 16 * 16, dimensions)
        self.unfold = nn.Linear(dimensions, 256 * 16 * 16)
        self.up = nn.Sequential(*[layer for both in up for layer in both][:-1], nn.Sigmoid())

    def loss(self, pictures: Tensor) -> Tensor:
        """Squared error plus divergence of (n, 3, 256, 256)."""
        seen = self.down(pictures).flatten(1)
        mean, log_variance = self.mean(seen), self.log_variance(seen)
        latent = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
        painted = self.up(self.unfold(latent).view(-1, 256, 16, 16))
        return (squared_error(painted, pictures) + kl_divergence(mean, log_variance)).mean()


def main() -> None:
    """Time what the tables hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=500)
    parser.add_argument("--encoders", default=",".join(encoders))
    asked = parser.parse_args()
    print(
        f"{in_words(pick_device())}, {torch.get_num_threads()} threads, {asked.images} images; "
        "seconds of the processor\n"
    )
    print("| what | measured | wanted |\n|---|---|---|")
    for name in asked.encoders.split(","):
        for preset, limit in LIMITS.items():
            seconds, rate = _trained(name, preset, asked.images)
            print(f"| train {name}, {preset} | {seconds:.1f} s, {rate:,.0f} images/s | < {limit} s |",
                  flush=True)  # fmt: skip
    for name in asked.encoders.split(","):
        rate = _embedded(name, asked.images)
        print(f"| embed with {name} at {EMBED_SIZE} px | {rate:,.0f} images/s "
              f"| {EMBED_LIMIT:,} images/s |", flush=True)  # fmt: skip
    theirs, ours, same = _article(), _step("vae", 64, 64), _step("vae", 256, 16)
    print(f"| train vae at 64 px beside the article's at 256 px | {ours:,.0f} against {theirs:,.1f} "
          f"images/s, {ours / theirs:.0f} x ({same / theirs:.1f} x at 256 px) | {VAE_LIMIT} x |")  # fmt: skip


def _trained(name: str, preset: str, count: int) -> tuple[float, float]:
    recipe = encoders[name].of(encoders[name].presets[preset])
    codes = _codes(count, recipe.size)
    objective = untrained(recipe, Material(codes, _features(count)), 0)
    began = time.process_time()
    trained = fit(objective, codes, plan_of(recipe, 0))
    seconds = time.process_time() - began
    return seconds, count * trained.epochs / seconds


def _embedded(name: str, count: int) -> float:
    recipe = encoders[name].of({"size": EMBED_SIZE})
    codes = _codes(count, EMBED_SIZE)
    model = EncoderModel(name, recipe, untrained(recipe, Material(codes, _features(count)), 0))
    model.embed(codes[:64])
    began = time.process_time()
    model.embed(codes)
    return count / (time.process_time() - began)


def _step(name: str, size: int, batch: int) -> float:
    from contrast_engine.learning.batches import Pictures

    recipe = encoders[name].of({"size": size, "batch_size": batch})
    codes = _codes(batch, size)
    objective = untrained(recipe, Material(codes), 0)
    place(objective, torch.device("cpu"))
    pictures = Pictures(codes, torch.device("cpu"))
    rows, draw = torch.arange(batch), torch.Generator().manual_seed(0)
    steps = optimiser(objective, plan_of(recipe, 0))
    return batch / _seconds(
        lambda: objective.terms(pictures.light(rows), rows, draw, 0.5)["loss"], steps
    )


def _article(batch: int = 16) -> float:
    model = ArticleVAE()
    pictures = torch.from_numpy(_codes(batch, 256)).permute(0, 3, 1, 2).float() / 255
    return batch / _seconds(lambda: model.loss(pictures), torch.optim.Adam(model.parameters()))


def _seconds(loss: Callable[[], Tensor], steps: torch.optim.Optimizer) -> float:
    """The median time of three steps after one to warm up."""
    found = []
    for _ in range(4):
        began = time.process_time()
        steps.zero_grad(set_to_none=True)
        loss().backward()
        steps.step()
        found.append(time.process_time() - began)
    return float(np.median(found[1:]))


def _features(count: int) -> Vectors:
    """What pretext learns the bins of; any numbers do."""
    values = generator(0, "bench", "features").normal(size=(count, len(STANDS_FOR)))
    ids = tuple(ImageId(f"{number:016x}") for number in range(count))
    return Vectors(ids, values, tuple(STANDS_FOR.values()))


def _codes(count: int, size: int) -> np.ndarray:
    """Random shapes from soft to harsh; views of mere noise would all be refused and drawn again."""
    rng = generator(0, "bench", "encoders")
    cell = size // 16
    coarse = np.kron(rng.uniform(size=(count, 16, 16, 3)), np.ones((1, cell, cell, 1)))
    span = rng.uniform(0.1, 1, size=(count, 1, 1, 1))
    fine = 0.1 * rng.uniform(size=coarse.shape)
    return np.round(255 * (span * (0.9 * coarse + fine) + (1 - span) / 2)).astype(np.uint8)


if __name__ == "__main__":
    main()
