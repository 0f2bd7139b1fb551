"""Does the stated error among answers hold on the images without a label?

    python tests/benchmarks/promises.py FOLDER OF IMAGES ...

The labels are the tertiles of a measured feature whose whole family no model sees, so the truth is
known for every image. Ten seeds of 20, 40 and 100 labels, drawn at random, chosen as
representatives (a quarter of them random), or the second half of them chosen by the model's
doubt. One row for each of these over all folders and targets. Not part of the test suite; about
ten minutes for a thousand images.
"""

import sys
import tempfile
from pathlib import Path

import numpy as np

from contrast_engine import Vectors, Workspace, steps
from contrast_engine.features import core_names, features
from contrast_engine.pseudo_labels import TrainedModel, classifiers, gather, recommended, train
from contrast_engine.pseudo_labels.active_learning import (
    LabelSuggestion,
    active_queue,
    random_queue,
    spread_queue,
    was_random,
)
from contrast_engine.steps.models.label_pipeline import same_pictures_among
from contrast_engine.vectors import ImageId
from tests.benchmarks.labelling_proof import LABELS, SEEDS, scaled

Alike = tuple[tuple[ImageId, ...], ...]

TARGETS = ("gcf", "rammg", "sigma_l")
COUNTS = (20, 40, 100)
WAYS = ("random", "chosen", "by doubt")
COLUMNS = ("answered", "wrong, truly", "stated", "low", "high", "holds", "both ends", "limit kept",
           "bias stated", "bias, truly", "bias holds", "optimism stated", "optimism, truly")  # fmt: skip


def main() -> None:
    found = [measured(Path(given)) for given in sys.argv[1:]]
    print(f"| labels | n | {' | '.join(COLUMNS)} |\n|{'---|' * (len(COLUMNS) + 2)}")
    for count in COUNTS:
        for way in WAYS:
            rows = np.array([run(table, alike, target, way, count, seed)
                             for table, alike in found if count < 0.9 * len(table)
                             for target in TARGETS for seed in range(SEEDS)])  # fmt: skip
            cells = " | ".join(f"{value:.2f}" for value in np.nanmean(rows, axis=0))
            print(f"| {count} {way} | {len(rows)} | {cells} |", flush=True)


def measured(folder: Path) -> tuple[Vectors, Alike]:
    """The features of a folder, and the images that are nearly one picture."""
    with tempfile.TemporaryDirectory() as made:
        workspace = Workspace(Path(made) / "promises.contrast")
        steps.scan(workspace, [folder])
        table: Vectors = workspace.load(steps.measure(workspace).key)
        alike = same_pictures_among(workspace, table.ids)
        workspace.close()
    return table, alike


def run(
    table: Vectors, alike: Alike, target: str, way: str, count: int, seed: int
) -> tuple[float, ...]:
    """What was promised beside what is true, in the order of `COLUMNS`."""
    family = features[target].family
    inputs = table.select([name for name in core_names() if features[name].family != family])
    space, amount = scaled(inputs), table.column(target)
    truth = np.searchsorted(np.quantile(amount, [1 / 3, 2 / 3]), amount)
    asked = choose(space, table, alike, truth, way, count, seed)
    trained = learnt(space, alike, truth, asked, seed)
    given, said = trained.promise, trained.predictions
    is_rest = np.ones(len(space), dtype=bool)
    is_rest[[space.rows[one.image] for one in asked]] = False
    wrong = said.probability.argmax(axis=1) != truth
    answers = is_rest & ~said.abstains
    error = wrong[answers].mean() if answers.any() else np.nan
    stated = trained.reliability
    bias = (~wrong - said.confidence)[is_rest].mean()
    optimism = trained.optimism.value if trained.optimism else np.nan
    return (
        answers.sum() / is_rest.sum(), error, np.nan if given.error is None else given.error,
        given.low, given.high, not error > given.high, not (error > given.high or error < given.low),
        given.is_kept, stated["bias"], bias, stated["bias_low"] <= bias <= stated["bias_high"],
        optimism, wrong[is_rest].mean() - (1 - trained.scores.accuracy),
    )  # fmt: skip


def choose(
    space: Vectors, table: Vectors, alike: Alike, truth: np.ndarray, way: str, count: int, seed: int
) -> list[LabelSuggestion]:
    if way == "random":
        return list(random_queue(space, (), count, seed=seed))
    if way == "chosen":
        return list(spread_queue(space, table, (), count, seed=seed))
    asked = list(spread_queue(space, table, (), count // 2, seed=seed))
    while len(asked) < count:  # twenty more at a time
        known = [one.image for one in asked]
        model = learnt(space, alike, truth, asked, seed).predictions
        asked += active_queue(space, model, known, min(20, count - len(asked)), seed=seed)
    return asked


def learnt(
    space: Vectors, alike: Alike, truth: np.ndarray, asked: list[LabelSuggestion], seed: int
) -> TrainedModel:
    labels = {one.image: LABELS[truth[space.rows[one.image]]] for one in asked}
    twins = [tuple(image for image in group if image in labels) for group in alike]
    data = gather(space, labels, LABELS, is_ordered=True, alike=[t for t in twins if len(t) > 1])
    drawn = {one.image for one in asked if was_random(one.reason)}
    return train(classifiers[recommended(data)](), data, drawn=drawn, seed=seed)


if __name__ == "__main__":
    main()
