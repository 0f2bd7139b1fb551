"""How long clusters of very many images take, with everything that the step finds out.

    PYTHONPATH=. python tests/benchmarks/clusters_of_many.py [N] [METHOD ...]

A table of 20 measures of 100,000 images that were never taken, in two shapes: twelve groups with
bridges between them, and one cloud. Prints seconds of the clock and of the processor, how many
clusters there are, the silhouette beside its null, and how many null collections the verdict
needed. Not part of the test suite.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from contrast_engine import Workspace, steps
from contrast_engine.arrays import Floats
from contrast_engine.features import feature_names
from contrast_engine.steps.collection.measured_rows import STEP
from contrast_engine.store import Artifact
from contrast_engine.store.collection import ImageFile
from contrast_engine.vectors import ImageId, Vectors

N = 100_000
METHODS = ("kmeans", "hierarchical", "hdbscan")
GROUPS = 12
MEASURES = 20


def main() -> None:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else N
    print(f"{n:,} images, {MEASURES} measures, load {os.getloadavg()[0]:.1f} on {os.cpu_count()}\n")
    print("| shape | method | clock, s | processor, s | clusters | silhouette | null | draws |"
          "\n|---|---|---|---|---|---|---|---|")  # fmt: skip
    with tempfile.TemporaryDirectory() as home:
        for name, values in (("groups", groups(n)), ("one cloud", cloud(n))):
            workspace = made(Path(home) / name, values)
            steps.space(workspace)  # scaling the table is not part of what is timed
            for method in sys.argv[2:] or METHODS:
                row(workspace, name, method)


def row(workspace: Workspace, shape: str, method: str) -> None:
    clock, processor = time.perf_counter(), time.process_time()
    key = steps.cluster(workspace, method)
    clock, processor = time.perf_counter() - clock, time.process_time() - processor
    found = workspace.manifest(key).details["silhouette"]
    clusters = len(workspace.load(key).clusters)
    print(f"| {shape} | {method} | {clock:.0f} | {processor:.0f} | {clusters} |"
          f" {found['value']:.3f} | {found['null_mean']:.3f} | {found['draws']} |", flush=True)  # fmt: skip


def groups(n: int) -> Floats:
    """Groups of different size and spread with bridges between them, (n, 20)."""
    random = np.random.default_rng(0)
    centres = 2 * random.normal(size=(GROUPS, MEASURES))
    kind = random.choice(GROUPS, n, p=random.dirichlet(np.full(GROUPS, 4.0)))
    turned = random.normal(size=(GROUPS, 6, MEASURES)) / 2
    values = centres[kind] + 0.4 * random.normal(size=(n, MEASURES))
    for group in range(GROUPS):
        own = kind == group
        values[own] += random.normal(size=(int(own.sum()), 6)) @ turned[group]
    return np.exp(0.3 * values)


def cloud(n: int) -> Floats:
    """One cloud with a few strong directions, as the measures of photographs have, (n, 20)."""
    random = np.random.default_rng(1)
    mixed = random.normal(size=(6, MEASURES))
    return np.exp(0.3 * (random.standard_t(6, size=(n, 6)) @ mixed
                         + 0.5 * random.normal(size=(n, MEASURES))))  # fmt: skip


def made(root: Path, values: Floats) -> Workspace:
    ids = tuple(ImageId(f"{row:016x}") for row in range(len(values)))
    workspace = Workspace(root)
    workspace.save_files([ImageFile(f"/p/{i}.jpg", "/p", id=i, width=4, height=3) for i in ids])
    table = Vectors(ids, values, feature_names()[:MEASURES])
    workspace.make_current("features", workspace.save(Artifact("features", STEP), table))
    return workspace


if __name__ == "__main__":
    main()
