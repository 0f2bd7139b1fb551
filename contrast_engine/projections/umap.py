"""UMAP: the map between t-SNE and PCA."""

import re
import warnings
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from contrast_engine.arrays import Floats, Ints, Json
from contrast_engine.neighbours import graph
from contrast_engine.options import option
from contrast_engine.progress import SILENT, Cancelled, Progress, in_parts
from contrast_engine.projections import Projection, projections
from contrast_engine.projections.landmarks import laid_out, landmarks, question
from contrast_engine.projections.layout import components, start
from contrast_engine.randomness import derived_seed
from contrast_engine.vectors import Vectors


@projections.add("umap")
@dataclass(frozen=True)
class UMAP(Projection):
    """Neighbours stay together and groups keep some of their arrangement.

    Starts at the PCA map and runs on one thread, so the same images and seed give the same bytes.
    Neighbours are exact to 20,000 images; above 50,000, 5,000 landmarks are laid out and the
    others placed among them.

    Source: McInnes, Healy & Melville 2018, by umap-learn; docs/methods.md#umap-map.
    """

    title: ClassVar[str] = "UMAP: neighbours and some arrangement"

    n_neighbors: int = option(
        15, "How many neighbours each image tries to keep; more show the larger shape.",
        low=2, high=200,
    )  # fmt: skip
    min_dist: float = option(
        0.1, "How close points may lie; larger spreads crowded places.", low=0.0, high=0.99
    )
    n_components: int = components()

    def project(self, vectors: Vectors, *, seed: int = 0, progress: Progress = SILENT) -> Vectors:
        """Lay the rows out by their neighbours.

        Raises:
            NotEnoughData: There are fewer than 4 different rows.
            Cancelled: `progress` asked to stop; it is heard about five times a second.
        """

        def layout(rows: Floats, progress: Progress) -> Floats:
            return self._layout(rows, seed, progress)

        return laid_out(vectors, 4, "UMAP", layout, seed, progress)

    def question(self, n: int) -> Json:
        """Whether neighbours are approximate, or images placed."""
        return question(n)

    def laid_out(self, vectors: Vectors, *, seed: int = 0) -> Ints | None:
        """The rows between which the others are placed; None where all are laid out."""
        return landmarks(vectors, seed)

    def _layout(self, rows: Floats, seed: int, progress: Progress) -> Floats:
        k = min(self.n_neighbors, len(rows) - 1)
        first, progress = in_parts(progress, 1, 9)
        near = graph(rows, k - 1, seed=seed, progress=first)
        own = np.arange(len(rows))[:, None]  # umap counts a row as its own first neighbour
        known = (np.hstack([own, near.rows]), np.pad(near.distances, ((0, 0), (1, 0))))
        progress.tick(0, 1, "starting UMAP; the very first run compiles for about 10 seconds")
        with warnings.catch_warnings():
            # It warns that tensorflow is absent and that these neighbours cannot place new rows.
            warnings.simplefilter("ignore")
            import umap

            for compiled in _compiled():
                _keep(compiled)
            model = umap.UMAP(
                n_neighbors=k,
                min_dist=self.min_dist,
                init=start(rows, 10.0, seed, self.n_components),
                n_components=self.n_components,
                precomputed_knn=known,
                random_state=derived_seed(seed, "umap"),
                n_jobs=1,
                tqdm_kwds={
                    "file": _Ticks(progress),
                    "disable": False,
                    "bar_format": "{n_fmt}/{total_fmt}",
                    "mininterval": 0.2,
                    "miniters": 1,  # keeps tqdm's watching thread out
                },
            )
            layout = model.fit_transform(rows)
        return np.asarray(layout, dtype=np.float64)


def _compiled() -> list[Any]:
    """The functions of umap that are compiled on the first run, those that it has."""
    from umap import layouts, umap_

    wanted = (
        (umap_, "smooth_knn_dist"),
        (umap_, "compute_membership_strengths"),
        (layouts, "_nb_optimize_layout_euclidean_single_epoch"),
    )
    return [getattr(module, name) for module, name in wanted if hasattr(module, name)]


def _keep(compiled: Any) -> None:
    """Let numba keep on the disk what it compiles, so that no later process compiles it anew."""
    if compiled.stats.cache_path is None:
        with suppress(RuntimeError):  # there is no folder to keep it in
            compiled.enable_caching()


class _Ticks:
    """A text file for UMAP's progress bar that reports and hears: it has no callbacks."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._is_stopped = False

    def write(self, text: str) -> None:
        counts = re.search(r"(\d+)/(\d+)", text)
        if not counts or self._is_stopped:
            return
        try:
            self._progress.tick(int(counts[1]), int(counts[2]), "placing images")
        except Cancelled:
            self._is_stopped = True  # the bar writes once more while it closes
            raise

    def flush(self) -> None:
        """Do nothing: nothing is kept back."""
