"""What 10 to 80 labels are worth to features, to an embedding, and to one that is fine-tuned.

    python -m tests.benchmarks.label_efficiency [--encoder contrastive] [--random] [FOLDER ...]
    python -m tests.benchmarks.label_efficiency --rule 2000 --tuned 20

The truth of every image is known without looking at it: in a folder with a labels.csv (file,
label) the label there, otherwise the third of hl_ratio that it lies in, a measure that is then
taken out of the features (no view of an encoder is judged by it either). An encoder is trained on
all images of the folder without labels (quick preset); labels are drawn at random, five times,
and accuracy is that of the pictures not drawn, near duplicates counted once and never on both
sides. Depth and epochs are chosen anew from the drawn labels alone. Without a folder the sample
photographs are used. `--random` shuffles the labels over the pictures: then there is nothing to
learn. Progress goes to stderr.

How often fine-tuning is recommended that brings nothing: `--rule N` draws what five ways answer to
20, 40, 80 and 160 held-out labels, N times each, all ways as good as each other and none knowing
anything else (at chance; three in four right; the simpler ones but one worse), and asks the rule.
`--tuned N` shuffles the labels of made-up pictures N times and fine-tunes a small encoder all the
way on them, never leaving it as it was. Not part of the test suite.
"""

import argparse
import csv
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image
from scipy.special import ndtri

from contrast_engine import Vectors, Workspace, steps
from contrast_engine.pseudo_labels import Labelled, gather
from contrast_engine.pseudo_labels.scores import wilson
from contrast_engine.randomness import generator
from contrast_engine.steps.encoders.label_efficiency import efficiency
from contrast_engine.steps.encoders.label_ways import (
    BOTH,
    FEATURES,
    FROZEN,
    TITLES,
    TUNED,
    TUNED_BOTH,
    best_gain,
)
from contrast_engine.steps.encoders.tuned_encoders import TunedEncoders
from contrast_engine.steps.models.label_pipeline import same_pictures_among
from contrast_engine.steps.structure.spaces import space
from contrast_engine.vectors import ImageId

TARGET = "hl_ratio"
DEPTHS = ("head", "last-block", "all")
EPOCHS = 12
MOST = 300

RIGHT = {
    "all at chance": dict.fromkeys(TITLES, 0.5),
    "all right three times in four": dict.fromkeys(TITLES, 0.75),
    "two simpler ones worse": {FEATURES: 0.6, FROZEN: 0.6, BOTH: 0.75, TUNED: 0.75,
                               TUNED_BOTH: 0.75},
}  # fmt: skip
"""How often each way is right where fine-tuning brings nothing."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--encoder", default="contrastive")
    parser.add_argument("--random", action="store_true")
    parser.add_argument("--rule", type=int, default=0)
    parser.add_argument("--tuned", type=int, default=0)
    given = parser.parse_args()
    if given.rule or given.tuned:
        rule(given.rule)
        tuned(given.tuned)
        return
    for folder in given.folders or [Path(__file__).parents[2] / "sample_data"]:
        with tempfile.TemporaryDirectory() as made:
            report(folder, Workspace(Path(made) / "curve.contrast"), given.encoder, given.random)


def report(folder: Path, workspace: Workspace, encoder: str, is_random: bool) -> None:
    steps.scan(workspace, chosen(folder))
    steps.measure(workspace, workers=1)
    key = steps.train(workspace, encoder).key
    table = workspace.load(steps.embed(workspace, key).key)
    labelled, features = truth(folder, workspace, table)
    if is_random:
        order = generator(0, "label efficiency", "shuffled").permutation(labelled.effective)
        first = np.unique(labelled.pictures, return_index=True)[1]
        labelled = replace(labelled, codes=labelled.codes[first][order][labelled.pictures])
    ids = tuple(labelled.space.ids[row] for row in labelled.rows)
    encoders = TunedEncoders(workspace, key, labelled, table, DEPTHS, EPOCHS, 0)
    points = efficiency(
        encoders, labelled, features.take(ids), table.take(ids).values, seed=0, progress=Told()
    )
    print(f"\n**{folder.name}**, {encoder}, {len(labelled)} images of {labelled.effective} "
          f"pictures, {len(labelled.classes)} labels:\n")  # fmt: skip
    print("| labels | " + " | ".join(TITLES.values()) + " | best fine-tuned less best simpler | tuned |\n|" + "---|" * (len(TITLES) + 3))  # fmt: skip
    for point in points:
        cells = [shown(point.accuracy[way]) for way in TITLES]
        print(f"| {point.labels} | {' | '.join(cells)} | {difference(point.best)} | "
              f"{', '.join(point.depths)} |", flush=True)  # fmt: skip


class Told:
    """Says on stderr what is being done."""

    def tick(self, done: int, total: int, note: str = "", **metrics: float) -> None:
        print(f"{time.process_time():.0f} s, {done} of {total}: {note}", file=sys.stderr)


def rule(draws: int) -> None:
    """How often the rule recommends what brings nothing, by number of labels."""
    print("\n| ways | labels | recommended | 95 % |\n|---|---|---|---|")
    for name, right in RIGHT.items():
        for labels in (20, 40, 80, 160) if draws else ():
            found = [recommends(labels, right, draw) for draw in range(draws)]
            low, high = wilson(sum(found), draws)
            print(f"| {name} | {labels} | {sum(found)} of {draws} | {low:.1%} to {high:.1%} |",
                  flush=True)  # fmt: skip


def recommends(labels: int, right: dict, draw: int) -> bool:
    """Whether fine-tuning is recommended by answers of ways that are right so often.

    Ways that look at the same pictures are right about the same ones: two answers correlate by a
    half, before they are cut into right and wrong.
    """
    rng = generator(draw, "label efficiency", "rule", str(labels), *right)
    common = rng.normal(size=labels)
    codes = np.arange(labels) % 2
    ids = tuple(ImageId(f"{number:016x}") for number in range(labels))
    space = Vectors(ids, np.zeros((labels, 1)), ("nothing",))
    labelled = gather(space, {i: "ab"[c] for i, c in zip(ids, codes, strict=True)}, ("a", "b"),
                      is_ordered=False)  # fmt: skip
    said = {}
    for way, share in right.items():
        score = (common + rng.normal(size=labels)) / np.sqrt(2)
        answer = np.where(score < ndtri(share), codes, 1 - codes)
        said[way] = np.eye(2)[answer]
    return best_gain(said, labelled, draw).is_clear


def tuned(draws: int) -> None:
    """How often fine-tuning on labels that mean nothing is recommended."""
    found = []
    for draw in range(draws):
        with tempfile.TemporaryDirectory() as made:
            found.append(on_nothing(Path(made), draw))
        low, high = wilson(sum(found), len(found))
        print(f"{time.process_time():.0f} s: {sum(found)} of {len(found)} recommended, 95 % "
              f"{low:.1%} to {high:.1%}", flush=True)  # fmt: skip


def on_nothing(folder: Path, draw: int) -> bool:
    rng = generator(draw, "label efficiency", "made up")
    (folder / "photos").mkdir()
    for number in range(44):
        picture = Image.fromarray(rng.integers(0, 256, (6, 6, 3), dtype=np.uint8))
        picture.resize((48, 48), Image.Resampling.BICUBIC).save(
            folder / "photos" / f"{number:02d}.png"
        )
    workspace = Workspace(folder / "w.contrast")
    steps.scan(workspace, [folder / "photos"], workers=1)
    steps.measure(workspace, workers=1)
    key = steps.train(workspace, "vicreg", options={"size": 32, "dimensions": 8, "epochs": 1}).key
    ids = sorted(workspace.images.ids)[:40]
    order = rng.permutation(len(ids))
    for place, name in enumerate(("no", "yes")):
        workspace.labels.add([ids[row] for row in order[place::2]], name)
    return steps.fine_tune(workspace, key, depth="all", epochs=4).is_recommended


def chosen(folder: Path) -> list[Path]:
    """At most `MOST` pictures of a folder, drawn at random."""
    files = sorted(path for path in folder.rglob("*") if path.suffix in {".jpg", ".png"})
    if len(files) <= MOST:
        return files
    drawn = generator(0, "label efficiency", "files").choice(len(files), MOST, replace=False)
    return [files[row] for row in np.sort(drawn)]


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
