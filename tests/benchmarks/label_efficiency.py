"""What 10 to 80 labels are worth to features, to an embedding, and to one that is fine-tuned.

    python -m tests.benchmarks.label_efficiency [--encoder contrastive] [--random] [FOLDER ...]

The truth of every image is known without looking at it: in a folder with a labels.csv (file,
label) the label there, otherwise the third of hl_ratio that it lies in, a measure that is then
taken out of the features (no view of an encoder is judged by it either). An encoder is trained on
all images of the folder without labels (quick preset); labels are drawn at random, five times,
and accuracy is that of the pictures not drawn, near duplicates counted once and never on both
sides. Depth and epochs are chosen anew from the drawn labels alone. Without a folder the sample
photographs are used. `--random` shuffles the labels over the pictures: then there is nothing to
learn. Not part of the test suite.
"""

import argparse
import csv
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from contrast_engine import Vectors, Workspace, steps
from contrast_engine.pseudo_labels import Labelled, gather
from contrast_engine.randomness import generator
from contrast_engine.steps.encoders.label_efficiency import efficiency
from contrast_engine.steps.encoders.label_ways import TITLES
from contrast_engine.steps.encoders.tuned_encoders import TunedEncoders
from contrast_engine.steps.models.label_pipeline import same_pictures_among
from contrast_engine.steps.structure.spaces import space

TARGET = "hl_ratio"
DEPTHS = ("head", "last-block", "all")
EPOCHS = 12


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--encoder", default="contrastive")
    parser.add_argument("--random", action="store_true")
    given = parser.parse_args()
    for folder in given.folders or [Path(__file__).parents[2] / "sample_data"]:
        with tempfile.TemporaryDirectory() as made:
            report(folder, Workspace(Path(made) / "curve.contrast"), given.encoder, given.random)


def report(folder: Path, workspace: Workspace, encoder: str, is_random: bool) -> None:
    steps.scan(workspace, [folder])
    steps.measure(workspace)
    key = steps.train(workspace, encoder).key
    table = workspace.load(steps.embed(workspace, key).key)
    labelled, features = truth(folder, workspace, table)
    if is_random:
        order = generator(0, "label efficiency", "shuffled").permutation(labelled.effective)
        first = np.unique(labelled.pictures, return_index=True)[1]
        labelled = replace(labelled, codes=labelled.codes[first][order][labelled.pictures])
    ids = tuple(labelled.space.ids[row] for row in labelled.rows)
    began = time.process_time()
    encoders = TunedEncoders(workspace, key, labelled, table, DEPTHS, EPOCHS, 0)
    points = efficiency(encoders, labelled, features.take(ids), table.take(ids).values, seed=0)
    print(f"\n**{folder.name}**, {encoder}, {len(labelled)} images of {labelled.effective} "
          f"pictures, {len(labelled.classes)} labels, {time.process_time() - began:.0f} s:\n")  # fmt: skip
    print("| labels | " + " | ".join(TITLES.values()) + " | best fine-tuned less best simpler | tuned |\n|" + "---|" * (len(TITLES) + 3))  # fmt: skip
    for point in points:
        cells = [shown(point.accuracy[way]) for way in TITLES]
        print(f"| {point.labels} | {' | '.join(cells)} | {difference(point.best)} | "
              f"{', '.join(point.depths)} |", flush=True)  # fmt: skip


def shown(ends: tuple[float, float, float]) -> str:
    return "{:.2f} ({:.2f} to {:.2f})".format(*ends)


def difference(best: dict) -> str:
    return "{value:+.2f} ({low:+.2f} to {high:+.2f})".format(**best)


def truth(folder: Path, workspace: Workspace, table: Vectors) -> tuple[Labelled, Vectors]:
    """The labels of all images in the space of the embedding, and features to learn from."""
    features = space(workspace, "features").vectors
    given = folder / "labels.csv"
    if given.exists():
        with given.open(encoding="utf-8", newline="") as file:
            known = {Path(row["file"]).name: row["label"] for row in csv.DictReader(file)}
        names = {image: Path(path).name for image, path in workspace.images.paths.items()}
        labels = {image: known[name] for image, name in names.items() if name in known}
    else:
        values = workspace.load(workspace.current("features")).column(TARGET)
        third = np.searchsorted(np.quantile(values, [1 / 3, 2 / 3]), values)
        named = ("low", "medium", "high")
        labels = {i: named[code] for i, code in zip(features.ids, third, strict=True)}
        features = features.select([name for name in features.columns if name != TARGET])
    there = {i: label for i, label in labels.items() if i in table.rows and i in features.rows}
    alike = same_pictures_among(workspace, list(there))
    classes = sorted(set(there.values()))
    return gather(table, there, classes, is_ordered=False, alike=alike), features


if __name__ == "__main__":
    main()
