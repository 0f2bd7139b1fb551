"""How often labels are said to be a shortcut: false alarms of honest ones, power for made ones.

    python tests/benchmarks/label_shortcuts.py W.contrast [W2.contrast ...] [--draws 20]

Every draw labels 20, 40 or 100 images of the measured collections by a rule, in two or three kinds.
Honest labels cut a mixture of several amounts of contrast, with an annotator's noise; made ones cut
one number; random ones nothing.
"""

import argparse
from collections import defaultdict
from pathlib import Path

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.randomness import generator
from contrast_engine.steps.evidence.confounders import confounders
from contrast_engine.store import Workspace
from contrast_engine.validation import Context, checks
from contrast_engine.validation.correlation import ranks
from contrast_engine.vectors import Vectors

AMOUNTS = (
    "c_rms", "sigma_l", "gcf", "lc_mean", "rammg", "rsc", "lum_contrast", "peli_3", "c_hp",
    "lc_p99", "std_y", "u_dr", "dr_stops",
)  # fmt: skip
MADE = ("brightness", "bytes", "size", "sharpness", "noise", "saturation")
SIZES = (20, 40, 100)


def scores(features: Vectors, others: Vectors, rng: np.random.Generator) -> dict[str, Floats]:
    """What labels of each kind are cut from: (n,) by name."""
    n = len(features)
    place = {c: ranks(features.column(c)) / n for c in AMOUNTS if c in features.columns}
    names = list(place)

    def mixture(count: int, noise: float) -> Floats:
        drawn = rng.choice(len(names), count, replace=False)
        mean = np.mean([place[names[i]] for i in drawn], axis=0)
        return mean / mean.std() + noise * rng.normal(size=n)

    found = {
        "random": rng.normal(size=n),
        "honest: one amount, noise .6": mixture(1, 0.6),
        "honest: five amounts, noise .3": mixture(5, 0.3),
        "honest: five amounts, noise .6": mixture(5, 0.6),
        "honest: five amounts, no noise": mixture(5, 0.0),
        "made of c_rms": features.column("c_rms"),
        "made of gcf, 2 % flipped": features.column("gcf"),
    }
    made = {f"made of {name}": others.column(name) for name in MADE}
    flipped = {f"made of {name}, 10 % flipped": others.column(name) for name in MADE[:2]}
    return found | {k: v for k, v in (made | flipped).items() if len(np.unique(v)) > 3}


def rates(features: Vectors, others: Vectors, draws: int) -> dict[tuple[int, str], Floats]:
    """Share of draws that warn or fail because of a confounder, fail so, and are called a cut."""
    said = defaultdict(list)
    check = checks["label_shortcuts"]
    for draw in range(draws):
        rng = generator(draw, "label shortcuts")
        for kind, score in scores(features, others, rng).items():
            k = 2 + draw % 2
            codes = np.digitize(score, np.quantile(score, np.arange(1, k) / k))
            share = 0.1 if "10 %" in kind else 0.02 if "2 %" in kind else 0.0
            flip = rng.random(len(codes)) < share
            codes[flip] = (codes[flip] + 1) % k
            for n in SIZES:
                rows = rng.choice(len(codes), n, replace=False)
                labels = {features.ids[r]: str(codes[r]) for r in rows}
                found = check(Context(features=features, confounders=others, space=features,
                                      labels=labels, seed=draw))  # fmt: skip
                follows, is_cut = found[0].verdict, found[1].verdict
                said[n, kind].append(
                    (follows in ("warn", "fail"), follows == "fail", is_cut in ("warn", "fail"),
                     is_cut == "fail", "fail" in (follows, is_cut))
                )  # fmt: skip
    return {key: np.mean(rows, axis=0) for key, rows in said.items()}


def main() -> None:
    """Print one table for each collection."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workspaces", nargs="+", type=Path)
    parser.add_argument("--draws", type=int, default=20)
    arguments = parser.parse_args()
    for path in arguments.workspaces:
        workspace = Workspace.open(path)
        features = workspace.load(str(workspace.current("features")))
        show(path.name, rates(features, confounders(workspace, features), arguments.draws))


def show(name: str, found: dict[tuple[int, str], Floats]) -> None:
    """Print one table."""
    print(f"{name}\n  n  follows  fails  a cut  a fault  any fault  labels")
    for (n, kind), row in sorted(found.items()):
        print(f"{n:4}" + "".join(f"  {value:7.2f}" for value in row) + f"  {kind}", flush=True)


if __name__ == "__main__":
    main()
