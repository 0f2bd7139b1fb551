"""What the tiers of a model cost, and how right they are, where the truth is known.

    python tests/benchmarks/tiers.py FOLDER ...

Every folder has a labels.csv (file, label). Of each, `LABELS` images drawn at random are labelled,
a model learns, tiers and a cascade are made of it, and all other images are the test: accuracy,
agreement with the full tier, the share that the cascade hands on, and how far the difference that
the card states from labels held back is from the true one. Five seeds; the interval is over them.
Speed is of processor time on one core. With `--network` a small hybrid encoder is trained and the
model learns on features and its embedding. Not part of the test suite; some minutes a folder.
"""

import csv
import sys
import tempfile
from pathlib import Path

import numpy as np

from contrast_engine import Workspace, steps
from contrast_engine.arrays import Floats, Json
from contrast_engine.predict import CASCADE, FAST, FULL, HYBRID, PredictionModel
from contrast_engine.predict.tiers.kept import SMALL
from contrast_engine.predict.tiers.making import with_tiers
from contrast_engine.predict.tiers.speed import mean_interval
from contrast_engine.pseudo_labels.abstaining import nearest_distance
from contrast_engine.pseudo_labels.promise import sureness_of
from contrast_engine.randomness import generator
from contrast_engine.steps.models.small_features import measured_at
from contrast_engine.vectors import ImageId

LABELS, SEEDS = 60, 5


def main() -> None:
    folders = [Path(given) for given in sys.argv[1:] if not given.startswith("--")]
    print("| collection | tier | images a second and core | accuracy of the others | as full | "
          "handed on | cost |\n|---|---|---|---|---|---|---|")  # fmt: skip
    for folder in folders:
        with tempfile.TemporaryDirectory() as made:
            workspace = Workspace(Path(made) / "tiers.contrast")
            truth = filled(workspace, folder)
            on = network(workspace) if "--network" in sys.argv else "features"
            runs = [run(workspace, truth, on, seed) for seed in range(SEEDS)]
            workspace.close()
        report(folder.name, runs)


def filled(workspace: Workspace, folder: Path) -> dict[ImageId, str]:
    """The class of every image of a folder, measured."""
    steps.scan(workspace, [folder])
    steps.measure(workspace)
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as file:
        labels = {str(folder / row["file"]): row["label"] for row in csv.DictReader(file)}
    paths = workspace.images.paths
    measured = workspace.load(str(workspace.current("features"))).ids
    return {image: labels[paths[image]] for image in measured if paths[image] in labels}


def network(workspace: Workspace) -> str:
    """A space that a small network is part of."""
    made = steps.train(workspace, "hybrid", options={"epochs": 5})
    steps.embed(workspace, made.key)
    return f"features+{made.key}"


def run(workspace: Workspace, truth: dict[ImageId, str], on: str, seed: int) -> Json:
    """One model of labels drawn at random, and what its tiers say of all other images."""
    ids = sorted(truth)
    before = list(workspace.labels.current())
    if before:
        workspace.labels.add(before, None)
    drawn = generator(seed, "benchmark", "tiers").choice(len(ids), LABELS, replace=False)
    for image in (ids[row] for row in drawn):
        workspace.labels.add([image], truth[image], why="random")
    key = steps.pseudo_label(workspace, on=on, seed=seed)
    model = with_tiers(workspace, PredictionModel.of(workspace))
    rest = [image for image in ids if image not in {ids[row] for row in drawn}]
    codes = np.array([model.classes.index(truth[i]) if truth[i] in model.classes else -1
                      for i in rest])  # fmt: skip
    known = workspace.load(key)
    place = {image: row for row, image in enumerate(known.ids)}
    full = known.probability[[place[image] for image in rest]]
    table = measured_at(workspace, rest, SMALL, model.reading)
    assert list(table.ids) == rest
    said = {FULL: full.argmax(axis=1)}
    fast = model.tiers[FAST]
    values = fast.placer.parts[0].scaling.transform(table).values
    probability = fast.model.predict_proba(values)
    said[FAST] = probability.argmax(axis=1)
    assert model.cascade is not None
    is_near = nearest_distance(values, fast.labelled) <= fast.limit
    stands = (sureness_of(probability) >= model.cascade.sureness) & is_near
    said[CASCADE] = np.where(stands, said[FAST], said[FULL])
    rows = {row["tier"]: row for row in model.card["tiers"]}
    return {
        "accuracy": {tier: float((found == codes).mean()) for tier, found in said.items()},
        "agreement": {tier: float((found == said[FULL]).mean()) for tier, found in said.items()},
        "handed": float((~stands).mean()),
        "stated": rows[CASCADE]["cascade"],
        "speed": {tier: row["speed"]["images_per_second"] for tier, row in rows.items()},
        "cost": rows[CASCADE]["cost"],
        "hybrid": rows.get(HYBRID),
        "n": len(rest),
    }


def report(name: str, runs: list[Json]) -> None:
    """Rows of the table, then what the card stated beside what was true."""

    def cell(values: list[float], form: str = ".2f") -> str:
        mean, low, high = mean_interval(np.array(values))
        return f"{mean:{form}} ({low:{form}} to {high:{form}})"

    for tier in (FAST, FULL, CASCADE):
        cells = [cell([one["speed"][tier] for one in runs], ".0f")]
        cells.append(cell([one["accuracy"][tier] for one in runs]))
        cells.append("–" if tier == FULL else cell([one["agreement"][tier] for one in runs]))
        is_last = tier == CASCADE
        cells.append(cell([one["handed"] for one in runs]) if is_last else "–")
        cells.append(cell([one["cost"] for one in runs]) if is_last else "–")
        print(f"| {name} (n = {runs[0]['n']}) | {tier} | {' | '.join(cells)} |", flush=True)
    if runs[0]["hybrid"]:
        found = [one["hybrid"] for one in runs]
        print(f"| {name} | {HYBRID} | {cell([o['speed']['images_per_second'] for o in found], '.0f')} | "
              f"held out {cell([o['accuracy']['accuracy'] for o in found])} | "
              f"{cell([o['agreement']['share'] for o in found])} | – | – |")  # fmt: skip
    stated = np.array([one["stated"]["difference"] for one in runs])
    true: Floats = np.array([one["accuracy"][CASCADE] - one["accuracy"][FULL] for one in runs])
    inside = np.mean([one["stated"]["difference_low"] <= t <= one["stated"]["difference_high"]
                      for one, t in zip(runs, true, strict=True)])  # fmt: skip
    print(f"  {name}: cascade against full, points: stated {100 * stated.mean():+.1f}, true "
          f"{100 * true.mean():+.1f} (worst {100 * true.min():+.1f}); the stated interval held the "
          f"true one in {inside:.0%} of {len(runs)}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
