"""How far complexity follows people on a set with scores, and how much hangs on the choices made.

    python -m tests.benchmarks.complexity_scores WORKSPACE SCORES.csv [--on KEY]

Prints the table of `contrast complexity`; then, for each group left out: the single measure that is
best on the other groups beside the label-free score, and a ridge fitted on the other groups alone;
then the label-free score on random halves of every group.
"""

import argparse

import numpy as np

from contrast_engine.cli import main as contrast
from contrast_engine.complexity.ridge import GroupRidge
from contrast_engine.randomness import generator
from contrast_engine.steps.complexity.material import material
from contrast_engine.steps.complexity.score_file import read_scores
from contrast_engine.store import Workspace
from contrast_engine.validation.correlation import spearman

HALVES = 200


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("workspace")
    parser.add_argument("scores")
    parser.add_argument("--on")
    asked = parser.parse_args()
    contrast(["complexity", asked.workspace, "--scores", asked.scores,
              *(["--on", asked.on] if asked.on else [])])  # fmt: skip
    workspace = Workspace.open(asked.workspace)
    human = read_scores(workspace, asked.scores)
    known = material(workspace, asked.on)
    ids = tuple(image for image in known.ids if image in human.score)
    rows = known.measures.rows_of(ids)
    scores = np.array([human.score[image] for image in ids])
    names, group = np.unique([human.group[image] for image in ids], return_inverse=True)
    measures, free = known.measures.values[rows], known.label_free[rows]
    inputs = known.inputs(ids)
    every = list(inputs.blocks.values())[-1]

    def followed(values, within):
        return spearman(values[within], scores[within]) or 0.0

    print("\ngroup left out: best measure of the others, label-free score, ridge on the others")
    for number, name in enumerate(names):
        others = [group == g for g in range(len(names)) if g != number]
        own = group == number
        means = [np.mean([followed(column, g) for g in others]) for column in measures.T]
        best = int(np.argmax(means))
        seen = ~own
        model = GroupRidge.fit(
            every[seen], scores[seen], np.unique(group[seen], return_inverse=True)[1]
        )
        predicted = (every[own] - every[own].mean(axis=0)) / model.scale @ model.weights
        print(f"  {name}: {known.measures.columns[best]} {followed(measures[:, best], own):.2f}, "
              f"{followed(free, own):.2f}, {spearman(predicted, scores[own]) or 0:.2f}")  # fmt: skip
    random, found = generator(0, "benchmark", "halves"), []
    for _ in range(HALVES):
        half = random.random(len(ids)) < 0.5
        found.append(np.mean([followed(free, half & (group == g)) for g in range(len(names))]))
    low, middle, high = np.quantile(found, [0.025, 0.5, 0.975])
    print(f"label-free score on random halves: {middle:.2f} ({low:.2f} to {high:.2f})")


if __name__ == "__main__":
    main()
