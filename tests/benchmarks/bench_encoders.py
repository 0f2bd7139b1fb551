"""How fast encoders train and embed on this machine, and where the time goes.

    python -m tests.benchmarks.bench_encoders --images 500 --size 64 --batch 64
    python -m tests.benchmarks.bench_encoders --images 20000 --size 96 --batch 2048   # a large GPU

Random pictures, since content does not change the arithmetic. For each encoder: images a second
of training and embedding in both precisions, the time to gather pictures and make two verified
views of each as a share of a step, and the convolutions' share of the device's own matrix-multiplication rate.
"""

import argparse
import time
from collections.abc import Callable

import numpy as np
import torch

from contrast_engine.arrays import Bytes
from contrast_engine.encoders import Material, encoders
from contrast_engine.encoders.model import plan_of, untrained
from contrast_engine.learning.batches import Pictures
from contrast_engine.learning.devices import in_words, pick_device, place, synchronise
from contrast_engine.learning.networks.mixed import set_precision
from contrast_engine.learning.objective import Objective
from contrast_engine.learning.panel import log_panel
from contrast_engine.learning.schedule import optimiser
from contrast_engine.learning.training import fit
from contrast_engine.learning.views import positives
from contrast_engine.randomness import generator


def main() -> None:
    """Time every encoder and print one line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=500)
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--only", default="", help="one encoder")
    parser.add_argument("--epochs", type=int, default=0, help="also train that long, end to end")
    asked = parser.parse_args()
    device = pick_device()
    rng = generator(0, "bench", "encoders")
    shape = (asked.images, asked.size, asked.size, 3)
    codes = rng.integers(0, 256, size=shape, dtype=np.uint8)
    rates = {name: _matrix_rate(device, kind) for name, kind in
             (("float32", torch.float32), ("bfloat16", torch.bfloat16))}  # fmt: skip
    print(f"{in_words(device)}, {torch.get_num_threads()} threads, {asked.images} images of "
          f"{asked.size} px, batch {asked.batch}; matrices: "
          + ", ".join(f"{rate / 1e12:.2f} TFLOP/s {name}" for name, rate in rates.items()))  # fmt: skip
    print("encoder      precision  train/s  embed/s  two views  of matrix rate (embedding)")
    for name in [asked.only] if asked.only else encoders:
        if encoders[name].uses_features:
            continue
        for precision, rate in rates.items():
            print(_line(name, precision, codes, asked, device, rate), flush=True)
        if asked.epochs:
            _end_to_end(name, codes, asked)


def _line(
    name: str, precision: str, codes: Bytes, asked: argparse.Namespace, device: torch.device,
    rate: float,
) -> str:  # fmt: skip
    recipe = encoders[name].of({"size": asked.size, "batch_size": asked.batch})
    objective = untrained(recipe, Material(codes[: asked.batch]), 0)
    place(objective, device)
    set_precision(objective, precision)
    pictures = Pictures(codes, device)
    steps = optimiser(objective, plan_of(recipe, 0))
    draw = torch.Generator(device).manual_seed(0)
    rows = torch.arange(min(asked.batch, asked.images), device=device)

    def step() -> None:
        loss = objective.terms(pictures.light(rows), rows, draw, 0.5)["loss"]
        steps.zero_grad(set_to_none=True)
        loss.backward()
        steps.step()

    def feed() -> None:
        light = pictures.light(rows)
        if name != "vae":  # the VAE sees the pictures as they are
            own = log_panel(light)
            positives(light, own, draw)
            positives(light, own, draw)

    @torch.no_grad()
    def embed() -> None:
        objective.embed(pictures.light(rows))

    train = _seconds(step, asked.steps, device)
    fed = _seconds(feed, asked.steps, device)
    objective.eval()
    embedding = _seconds(embed, asked.steps, device)
    share = _operations(objective, pictures.light(rows[:1])) * len(rows) / embedding / rate
    return (f"{name:<12} {precision:<9} {len(rows) / train:>8,.0f} {len(rows) / embedding:>8,.0f}"
            f" {fed / train:>11.0%} {share:>10.1%}")  # fmt: skip


def _end_to_end(name: str, codes: Bytes, asked: argparse.Namespace) -> None:
    recipe = encoders[name].of(
        {"size": asked.size, "batch_size": asked.batch, "epochs": asked.epochs}
    )
    objective = untrained(recipe, Material(codes), 0)
    began = time.perf_counter()
    trained = fit(objective, codes, plan_of(recipe, 0))
    print(f"  {asked.epochs} epochs, end to end {time.perf_counter() - began:.1f} s, "
          f"{trained.images_per_second:,.0f} images/s")  # fmt: skip


def _seconds(work: Callable[[], None], times: int, device: torch.device) -> float:
    """The median time of some runs after one to warm up."""
    work()
    found = []
    for _ in range(times):
        synchronise(device)
        began = time.perf_counter()
        work()
        synchronise(device)
        found.append(time.perf_counter() - began)
    return float(np.median(found))


def _matrix_rate(device: torch.device, kind: torch.dtype) -> float:
    """What a large matrix product reaches on this device, in operations a second."""
    side = 8192 if device.type == "cuda" else 768
    one = torch.ones(side, side, device=device, dtype=kind)
    return 2 * side**3 / _seconds(lambda: torch.mm(one, one), 3, device)


def _operations(objective: Objective, light: torch.Tensor) -> float:
    """Multiplications and additions of one picture's embedding, counted by torch itself."""
    from torch.utils.flop_counter import FlopCounterMode

    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        objective.embed(light)
    return float(counter.get_total_flops())


if __name__ == "__main__":
    main()
