"""Do shifted grids, patches and masked entropy help to tell complexity? Twins at equal steps.

    python -m tests.benchmarks.complexity_ablation SCORES.csv PHOTOS --seeds 5 --epochs 4

Encoders learn from the photographs in PHOTOS, of which no score is known, and never see an image
with a score. Then ridge regression on what they learnt of the images in SCORES.csv (columns file,
score and a group, in which ranks are compared) is judged by cross-validation: the mean of the
Spearman correlations within groups. Only the learnt numbers of an embedding are read, not the
measured entropies it carries, which are the same for all. Printed with the mean over seeds, its
95 % interval (Student's t) and paired differences; a negative result stands there like any other.
"""

import argparse
import csv
import itertools
import math
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from scipy import stats
from sklearn.linear_model import RidgeCV

from contrast_engine.arrays import Bytes, Floats, Json
from contrast_engine.encoders import Material, encoders
from contrast_engine.encoders.input_image import training_copy
from contrast_engine.encoders.model import EncoderModel, plan_of, untrained
from contrast_engine.images import looks_like_image, read_image
from contrast_engine.learning.networks.patch_summary import N_CARRIED
from contrast_engine.learning.training import fit
from contrast_engine.randomness import generator

SWITCHES: dict[str, tuple[Json, Json]] = {
    "shifted grid": ({"views": "shifted"}, {"views": "semantic"}),
    "patches": ({"contrast": "patches"}, {"contrast": "images"}),
    "masked entropy": ({"masked": 1.0}, {"masked": 0.0}),
}
"""Each with its options on and off."""

UNTRAINED, CARRIED = "untrained", "carried entropies"
FOLDS = 10

Results = dict[str, list[Floats]]


def main() -> None:
    """Train every combination and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scores", type=Path)
    parser.add_argument("photos", type=Path)
    parser.add_argument("--group", default="distortion", help="the column with the groups")
    parser.add_argument("--images", type=int, default=500)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--patch", default="16")
    asked = parser.parse_args()
    scored, scores, groups = _scored(asked.scores, asked.group, asked.size)
    files = sorted(path for path in asked.photos.rglob("*") if looks_like_image(path))
    learnt = _copies(files[:: max(1, len(files) // asked.images)][: asked.images], asked.size)
    names = sorted(set(groups))
    results: Results = {}
    for seed in range(asked.seeds):
        for label, embedding in _embeddings(learnt, scored, asked, seed):
            found = within_groups(embedding, scores, groups, seed)
            results.setdefault(label, []).append(found)
            print(f"seed {seed} {label}: {found.mean():.3f}", file=sys.stderr, flush=True)
    print(f"learnt from {len(learnt)} photographs, judged on {len(scored)} images with scores, "
          f"{asked.seeds} seeds, {asked.size} px in patches of {asked.patch}, {asked.epochs} epochs; "
          "seeds share the images\n")  # fmt: skip
    print(f"| switches on | {' | '.join(names)} | mean | 95 % interval |")
    print("|---" * (len(names) + 3) + "|")
    for label, found in sorted(results.items(), key=lambda item: -np.mean(item[1])):
        means = [float(value) for value in np.mean(found, axis=0)]
        cells = " | ".join(f"{value:.2f}" for value in means)
        over_seeds = [float(row.mean()) for row in found]
        print(f"| {label} | {cells} | {np.mean(over_seeds):.3f} | {_interval(over_seeds)} |")
    _differences(results)


def _embeddings(
    learnt: Bytes, scored: Bytes, asked: argparse.Namespace, seed: int
) -> Iterator[tuple[str, Floats]]:
    """What each combination makes of the scored images, one after the other."""
    base: Json = {"size": asked.size, "epochs": asked.epochs, "patch": asked.patch}

    def embedded(options: Json, *, is_trained: bool = True) -> Floats:
        recipe = encoders["complexity"].of({**base, **options})
        objective = untrained(recipe, Material(learnt), seed)
        if is_trained:
            # twins are compared at equal steps, so neither may stop early
            fit(objective, learnt, replace(plan_of(recipe, seed), patience=recipe.epochs))
        return EncoderModel("complexity", recipe, objective).embed(scored)

    plain = embedded({}, is_trained=False)
    yield UNTRAINED, plain[:, N_CARRIED:]
    yield CARRIED, plain[:, :N_CARRIED]
    for is_on in itertools.product((True, False), repeat=len(SWITCHES)):
        options: Json = {}
        for choice, (on, off) in zip(is_on, SWITCHES.values(), strict=True):
            options |= on if choice else off
        yield _label(is_on), embedded(options)[:, N_CARRIED:]


def within_groups(embedding: Floats, scores: Floats, groups: list[str], seed: int) -> Floats:
    """Spearman correlation within each group of ridge predictions of unseen images: (groups,)."""
    names = np.array(groups)
    order = generator(seed, "complexity ablation", "folds").permutation(len(scores))
    fold = np.empty(len(scores), dtype=int)
    fold[order] = np.arange(len(scores)) % FOLDS
    predicted = np.zeros(len(scores))
    for held_out in range(FOLDS):
        test, train = fold == held_out, fold != held_out
        centre, spread = embedding[train].mean(axis=0), embedding[train].std(axis=0) + 1e-9
        x = (embedding - centre) / spread
        y = scores.copy()
        for name in set(groups):  # scores compare within a group only
            own = names == name
            x[own] -= x[own & train].mean(axis=0)
            y[own] = (y[own] - y[own & train].mean()) / y[own & train].std()
        ridge = RidgeCV(np.logspace(0, 4, 13)).fit(x[train], y[train])
        predicted[test] = ridge.predict(x[test])
    return np.array([
        stats.spearmanr(predicted[names == name], scores[names == name]).statistic
        for name in sorted(set(groups))
    ])  # fmt: skip


def _label(is_on: tuple[bool, ...]) -> str:
    on = [name for name, choice in zip(SWITCHES, is_on, strict=True) if choice]
    return " + ".join(on) if on else "none of them"


def _differences(results: Results) -> None:
    """What each switch changes, over all settings of the others, and training at all."""
    print("\n| paired difference | mean | 95 % interval |\n|---|---|---|")
    for at, name in enumerate(SWITCHES):
        apart = []
        for is_on in itertools.product((True, False), repeat=len(SWITCHES) - 1):
            pair = [_label((*is_on[:at], choice, *is_on[at:])) for choice in (True, False)]
            with_it, without = (np.mean(results[label], axis=1) for label in pair)
            apart.append(with_it - without)
        over_seeds = np.mean(apart, axis=0).tolist()  # a seed is what was repeated
        print(f"| {name}: on less off | {np.mean(over_seeds):+.3f} | {_interval(over_seeds)} |")
    whole = _label((True,) * len(SWITCHES))
    for other in (UNTRAINED, _label((False,) * len(SWITCHES))):
        apart_by = np.mean(results[whole], axis=1) - np.mean(results[other], axis=1)
        over = apart_by.tolist()
        print(f"| all on less {other} | {np.mean(over):+.3f} | {_interval(over)} |")


def _scored(path: Path, group: str, size: int) -> tuple[Bytes, Floats, list[str]]:
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    codes = _copies([path.parent / row["file"] for row in rows], size)
    return codes, np.array([float(row["score"]) for row in rows]), [row[group] for row in rows]


def _copies(files: list[Path], size: int) -> Bytes:
    return np.stack([training_copy(read_image(file).rgb, size) for file in files])


def _interval(values: list[float]) -> str:
    if len(values) < 2:
        return "one seed"
    half = stats.t.ppf(0.975, len(values) - 1) * np.std(values, ddof=1) / math.sqrt(len(values))
    return f"{np.mean(values) - half:+.3f} to {np.mean(values) + half:+.3f}"


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
