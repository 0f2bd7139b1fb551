"""Do verified views, contrast-aware losses and embeddings help? Twins at equal steps, by seed.

    python -m tests.benchmarks.ablation PHOTOS --seeds 5 --epochs 20

Every seed splits the photographs in halves: encoders are trained on one and judged on the other.
Printed as a table with the mean over seeds and its 95 % interval (Student's t), and the paired
difference for each comparison; a negative result stands there like any other.
"""

import argparse
import math
import re
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from scipy import stats
from sklearn.linear_model import LogisticRegression

from contrast_engine.arrays import Bytes, Floats, Json
from contrast_engine.encoders import Encoder, Material, encoders
from contrast_engine.encoders.input_image import training_copy
from contrast_engine.encoders.model import EncoderModel, plan_of, untrained
from contrast_engine.errors import ImageError
from contrast_engine.features import core_names, measure_image
from contrast_engine.images import LinearImage, looks_like_image, read_image
from contrast_engine.images.colour import decode_srgb
from contrast_engine.learning.luminance import linear_light
from contrast_engine.learning.objectives.vae import VAE, contrast_slope
from contrast_engine.learning.training import fit
from contrast_engine.placing import joined
from contrast_engine.randomness import generator
from contrast_engine.scaling import QuantileScaling, Standardising
from contrast_engine.validation.sensitivity import probe
from contrast_engine.vectors import ImageId, Vectors

CONTRAST = ("c_rms", "sigma_l", "gcf", "rammg", "lc_mean", "c_hp")
NOT_JUDGED_BY = ("rammg", "c_hp")
"""Those of them that no view is judged by."""

KINDS: dict[str, tuple[str, Json]] = {
    "contrastive, verified views": ("contrastive", {}),
    "contrastive, SimCLR views": ("contrastive", {"views": "semantic", "n_altered": 0}),
    "contrastive, NT-Xent on verified views": ("contrastive", {"width": 0.0}),
    "vicreg": ("vicreg", {}),
    "rank": ("rank", {}),
    "hybrid": ("hybrid", {}),
    "vae, contrast-aware": ("vae", {}),
    "vae, without versions": ("vae", {"varied": False}),
    "vae, tones not carried": ("vae", {"carried": False}),
    "vae, squared error only": (
        "vae",
        {"edges": 0.0, "tones": 0.0, "structure": 0.0, "carried": False, "varied": False},
    ),
}
DIFFERENCES = (
    ("contrast probe R²", "contrastive, verified views", "contrastive, SimCLR views"),
    ("contrast probe R²", "contrastive, verified views", "untrained"),
    ("contrast probe R²", "contrastive, verified views", "contrastive, NT-Xent on verified views"),
    (
        "probe R² of what no view is judged by",
        "contrastive, verified views",
        "contrastive, SimCLR views",
    ),
    ("probe R² of what no view is judged by", "contrastive, verified views", "untrained"),
    ("slope of painted contrast", "vae, contrast-aware", "vae, squared error only"),
    ("slope of painted contrast", "vae, contrast-aware", "vae, without versions"),
    ("slope of painted contrast", "vae, contrast-aware", "vae, tones not carried"),
    ("20-label accuracy", "features + rank", "features"),
    ("20-label accuracy", "features + contrastive, verified views", "features"),
    ("20-label accuracy", "features + vae, contrast-aware", "features"),
)
HELD_OUT_FAMILY = ("gcf",)
"""What the 20 labels are thirds of; it is no input of any classifier there."""

Results = dict[tuple[str, str], list[float]]


def main() -> None:
    """Run every comparison and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photos", type=Path)
    parser.add_argument("--images", type=int, default=300)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--vae-epochs", type=int, default=40)
    parser.add_argument("--only", default="", help="names that match this expression")
    asked = parser.parse_args()
    codes, features = _read(asked.photos, asked.images, asked.size)
    results: Results = {}
    for seed in range(asked.seeds):
        _one_seed(codes, features, asked, seed, results)
        print(f"seed {seed} done", file=sys.stderr, flush=True)
    print(f"{len(codes)} photographs, {asked.seeds} seeds, {asked.size} px, {asked.epochs} epochs "
          f"({asked.vae_epochs} for the VAEs), judged on the half not trained on; seeds share "
          "the photographs, so intervals hold for these\n")  # fmt: skip
    print("| measure | of | mean | 95 % interval |\n|---|---|---|---|")
    for (measure, name), values in sorted(results.items()):
        print(f"| {measure} | {name} | {np.mean(values):.3f} | {_interval(values)} |")
    print("\n| paired difference | mean | 95 % interval |\n|---|---|---|")
    for measure, one, two in DIFFERENCES:
        if not {(measure, one), (measure, two)} <= set(results):
            continue
        apart = np.subtract(results[measure, one], results[measure, two]).tolist()
        print(f"| {measure}: {one} less {two} | {np.mean(apart):+.3f} | {_interval(apart)} |")


def _one_seed(
    codes: Bytes, features: Vectors, asked: argparse.Namespace, seed: int, results: Results
) -> None:
    order = generator(seed, "ablation", "halves").permutation(len(codes))
    learnt, judged = np.sort(order[: len(codes) // 2]), np.sort(order[len(codes) // 2 :])
    material = Material(codes[learnt], features.take([features.ids[row] for row in learnt]))
    there = features.take([features.ids[row] for row in judged])
    embeddings: dict[str, Floats] = {}
    for label, (name, options) in KINDS.items():
        if not re.search(asked.only, label):
            continue
        epochs = asked.vae_epochs if name == "vae" else asked.epochs
        recipe = encoders[name].of({"size": asked.size, "epochs": epochs, **options})
        model = _trained(name, recipe, material, seed)
        embeddings[label] = model.embed(codes[judged])
        if isinstance(model.objective, VAE):
            _add(
                results, "slope of painted contrast", label, _slope(model.objective, codes[judged])
            )
    plain = encoders["contrastive"].of({"size": asked.size})
    start = EncoderModel("contrastive", plain, untrained(plain, material, seed))
    embeddings["untrained"] = start.embed(codes[judged])
    embeddings["the same measures of the small copies"] = _measured(codes[judged])
    for label, embedding in embeddings.items():
        read = probe(embedding, there.select(CONTRAST), seed)
        value = float(np.mean([one["r2"] for one in read.values()]))
        _add(results, "contrast probe R²", label, value)
        others = float(np.mean([read[name]["r2"] for name in NOT_JUDGED_BY]))
        _add(results, "probe R² of what no view is judged by", label, others)
    del embeddings["the same measures of the small copies"]  # labels are thirds of one of them
    for label, accuracy in _twenty_labels(embeddings, there, seed).items():
        _add(results, "20-label accuracy", label, accuracy)


def _measured(codes: Bytes) -> Floats:
    """What the probe asks for, measured on what an encoder sees: no panel could be read better."""
    rows = [measure_image(LinearImage(decode_srgb(code / 255.0))) for code in codes]
    return np.array([[row[name] for name in CONTRAST] for row in rows])


def _trained(name: str, recipe: Encoder, material: Material, seed: int) -> EncoderModel:
    """Train for all epochs: twins are compared at equal steps, so neither may stop early."""
    objective = untrained(recipe, material, seed)
    plan = replace(plan_of(recipe, seed), patience=recipe.epochs)
    fit(objective, material.codes, plan)
    return EncoderModel(name, recipe, objective)


def _twenty_labels(embeddings: dict[str, Floats], features: Vectors, seed: int) -> dict[str, float]:
    """Accuracy of an L2 logistic on 20 random labels, thirds of a measure kept from it."""
    target = features.column(HELD_OUT_FAMILY[0])
    labels = np.searchsorted(np.quantile(target, [1 / 3, 2 / 3]), target)
    kept = features.select([name for name in core_names() if name not in HELD_OUT_FAMILY])
    scaled = QuantileScaling.fit(kept).transform(kept)
    spaces = {"features": scaled.values}
    for label, values in embeddings.items():
        columns = tuple(f"e{number}" for number in range(values.shape[1]))
        table = Vectors(features.ids, values, columns)
        own = Standardising.fit(table).transform(table)
        spaces[label] = own.values
        spaces[f"features + {label}"] = joined([scaled, own]).values
    rng = generator(seed, "ablation", "labels")
    draws = [rng.permutation(len(labels))[:20] for _ in range(20)]
    found: dict[str, list[float]] = {}
    for chosen in draws:
        if len(set(labels[chosen])) < 3:
            continue
        rest = np.setdiff1d(np.arange(len(labels)), chosen)
        for label, values in spaces.items():
            model = LogisticRegression(C=0.1, max_iter=2000).fit(values[chosen], labels[chosen])
            found.setdefault(label, []).append(float(model.score(values[rest], labels[rest])))
    return {label: float(np.mean(values)) for label, values in found.items()}


@torch.no_grad()
def _slope(objective: VAE, codes: Bytes) -> float:
    light = linear_light(torch.from_numpy(np.ascontiguousarray(codes)))
    light = light.to(next(objective.parameters()).device)
    return float(contrast_slope(objective.reconstruction(light), light))


def _read(folder: Path, count: int, size: int) -> tuple[Bytes, Vectors]:
    files = sorted(path for path in folder.rglob("*") if looks_like_image(path))
    files = files[:: max(1, len(files) // count)]
    copies, rows = [], []
    for file in files[:count]:
        try:
            image = read_image(file)
        except ImageError:
            continue
        copies.append(training_copy(image.rgb, size))
        rows.append(measure_image(image))
    ids = tuple(ImageId(f"{number:016x}") for number in range(len(rows)))
    values = np.array([list(row.values()) for row in rows])
    return np.stack(copies), Vectors(ids, values, tuple(rows[0]))


def _add(results: Results, measure: str, label: str, value: float) -> None:
    results.setdefault((measure, label), []).append(value)


def _interval(values: list[float]) -> str:
    if len(values) < 2:
        return "one seed"
    half = stats.t.ppf(0.975, len(values) - 1) * np.std(values, ddof=1) / math.sqrt(len(values))
    return f"{np.mean(values) - half:.3f} to {np.mean(values) + half:.3f}"


if __name__ == "__main__":
    main()
