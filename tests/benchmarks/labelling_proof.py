"""What twenty labels are worth: the corrected pipeline against the source article's recipe.

    python tests/benchmarks/labelling_proof.py [FOLDER OF IMAGES ...]

The labels are the tertiles of a measure that no method sees (GCF, which is taken out of the
inputs), so that the truth is known for every image. Each of ten seeds draws four fifths of the
collection and chooses its labels anew; accuracy is that of the images without a label. Without a
folder the sample photographs are used. Not part of the test suite.

Article: k-means with 5 clusters and one start on unscaled features, the images nearest to each
mean labelled, every cluster takes its commonest label. Corrected: quantile-scaled features, the
representatives of groups, the recommended classifier. Random and active differ from corrected in
the queue only; active is the recommended one: twenty labels by coverage, then ten at a time given
the model. tests/benchmarks/labels_saved.py measures it closer, on held-out images.
"""

import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy.stats import t as student

from contrast_engine import Vectors, Workspace, steps
from contrast_engine.clusterings.kmeans import nearest_means
from contrast_engine.features import core_names
from contrast_engine.pseudo_labels import classifiers, gather, recommended, train
from contrast_engine.pseudo_labels.active_learning import (
    active_queue,
    coverage_queue,
    random_queue,
    spread_queue,
)
from contrast_engine.randomness import generator
from contrast_engine.results import Predictions
from contrast_engine.scaling import QuantileScaling

SEEDS = 10
SHARE = 0.8
TARGET = "gcf"
LABELS = ("low", "medium", "high")
INPUTS = tuple(name for name in core_names() if name != TARGET)


def main() -> None:
    folders = [Path(given) for given in sys.argv[1:]]
    for folder in folders or [Path(__file__).parents[2] / "sample_data"]:
        table = measured(folder)
        print(f"\n**{folder.name}**, {len(table)} images, accuracy of {SEEDS} seeds"
              " (95 % interval of the mean):\n")  # fmt: skip
        report(table)


def measured(folder: Path) -> Vectors:
    with tempfile.TemporaryDirectory() as made:
        workspace = Workspace(Path(made) / "proof.contrast")
        steps.scan(workspace, [folder])
        key = steps.measure(workspace).key
        table: Vectors = workspace.load(key)
        workspace.close()
    return table


def report(table: Vectors) -> None:
    print("| labels | article | corrected | random | active | corrected - article |"
          " active - random |\n|---|---|---|---|---|---|---|")  # fmt: skip
    for count in (10, 20, 40, 80):
        if count > SHARE * len(table) / 2:
            break
        found = {name: np.array([run(way, table, count, seed) for seed in range(SEEDS)])
                 for name, way in WAYS.items()}  # fmt: skip
        cells = [shown(found[name]) for name in WAYS]
        cells.append(shown(found["corrected"] - found["article"]))
        cells.append(shown(found["active"] - found["random"]))
        print(f"| {count} | {' | '.join(cells)} |", flush=True)


def half_width(values: np.ndarray) -> float:
    """Half of the 95 % interval of the mean."""
    spread = values.std(ddof=1) / np.sqrt(len(values))
    return float(student.ppf(0.975, len(values) - 1) * spread)


def shown(values: np.ndarray) -> str:
    mean, half = values.mean(), half_width(values)
    return f"{mean:.2f} ({mean - half:.2f} to {mean + half:.2f})"


Way = Callable[[Vectors, dict, int, int], tuple[dict, set]]


def run(way: Way, table: Vectors, count: int, seed: int) -> float:
    """Accuracy of the images that got no label, one way, one seed."""
    n = round(SHARE * len(table))
    rows = np.sort(generator(seed, "proof", "part").choice(len(table), n, replace=False))
    part = table.take([table.ids[row] for row in rows])
    target = part.column(TARGET)
    bins = np.searchsorted(np.quantile(target, [1 / 3, 2 / 3]), target)
    truth = {image: LABELS[code] for image, code in zip(part.ids, bins, strict=True)}
    said, asked = way(part.select(INPUTS), truth, count, seed)
    return float(np.mean([said[i] == truth[i] for i in part.ids if i not in asked]))


def article(inputs: Vectors, truth: dict, count: int, seed: int) -> tuple[dict, set]:
    cluster = nearest_means(inputs.values, inputs.values, 5, 1, seed)
    asked: set = set()
    said = {}
    for number in range(5):
        rows = np.flatnonzero(cluster == number)
        away = np.square(inputs.values[rows] - inputs.values[rows].mean(axis=0)).sum(axis=1)
        typical = [inputs.ids[row] for row in rows[np.argsort(away)[: count // 5]]]
        asked |= set(typical)
        label = Counter(truth[image] for image in typical).most_common(1)[0][0]
        said |= {inputs.ids[row]: label for row in rows}
    return said, asked


def scaled(inputs: Vectors) -> Vectors:
    return QuantileScaling.fit(inputs).transform(inputs)


def learnt(space: Vectors, truth: dict, asked: list, seed: int) -> Predictions:
    labels = {image: truth[image] for image in asked}
    if len(set(labels.values())) < 2:  # nothing to learn from: every image is called the same
        only = LABELS.index(next(iter(labels.values())))
        return Predictions(space.ids, LABELS, np.eye(3)[np.full(len(space), only)],
                           np.zeros(len(space), dtype=bool))  # fmt: skip
    data = gather(space, labels, LABELS, is_ordered=True)
    return train(classifiers[recommended(data)](), data, seed=seed).predictions


def answered(predictions: Predictions, asked: list) -> tuple[dict, set]:
    return dict(zip(predictions.ids, predictions.label, strict=True)), set(asked)


def corrected(inputs: Vectors, truth: dict, count: int, seed: int) -> tuple[dict, set]:
    space = scaled(inputs)
    asked = [wanted.image for wanted in spread_queue(space, inputs, (), count, seed=seed)]
    return answered(learnt(space, truth, asked, seed), asked)


def at_random(inputs: Vectors, truth: dict, count: int, seed: int) -> tuple[dict, set]:
    space = scaled(inputs)
    asked = [wanted.image for wanted in random_queue(space, (), count, seed=seed)]
    return answered(learnt(space, truth, asked, seed), asked)


def active(inputs: Vectors, truth: dict, count: int, seed: int) -> tuple[dict, set]:
    space = scaled(inputs)
    asked = [w.image for w in coverage_queue(space, (), min(20, count), seed=seed)]
    while len(asked) < count:  # ten more at a time, as a person is asked
        model = learnt(space, truth, asked, seed)
        more = active_queue(space, model, asked, min(10, count - len(asked)), seed=seed)
        asked += [wanted.image for wanted in more]
    return answered(learnt(space, truth, asked, seed), asked)


WAYS: dict[str, Way] = {
    "article": article, "corrected": corrected, "random": at_random, "active": active,
}  # fmt: skip

if __name__ == "__main__":
    main()
