"""t-SNE: the map that keeps neighbours together best."""

from dataclasses import dataclass
from typing import ClassVar

from contrast_engine.arrays import Floats, Ints, Json
from contrast_engine.neighbours import graph
from contrast_engine.options import option
from contrast_engine.progress import SILENT, Progress, in_parts
from contrast_engine.projections import Projection, projections
from contrast_engine.projections.landmarks import laid_out, landmarks, question
from contrast_engine.projections.layout import components, start
from contrast_engine.randomness import derived_seed
from contrast_engine.vectors import Vectors

EXAGGERATED = 250
"""Iterations of early exaggeration, the default of openTSNE (Belkina 2019)."""

EVERY = 10
"""Iterations between two looks at whether to stop."""


@projections.add("tsne")
@dataclass(frozen=True)
class TSNE(Projection):
    """Neighbours stay together; gaps and sizes of groups mean nothing.

    Starts at the PCA map and runs on one thread, so the same images and seed give the same bytes.
    Neighbours are exact to 20,000 images; above 50,000, 5,000 landmarks are laid out and the
    others placed among them.

    Source: van der Maaten & Hinton 2008; openTSNE (Poličar 2019); docs/methods.md#t-sne-map.
    """

    title: ClassVar[str] = "t-SNE: keeps neighbours best"

    perplexity: float = option(
        30.0,
        "How many neighbours each image tries to keep; with few images, a third of them at most.",
        low=2.0,
        high=200.0,
    )
    n_iterations: int = option(
        500, "Steps after the first 250; more let the map converge further.", low=100, high=5000
    )
    n_components: int = components()

    def project(self, vectors: Vectors, *, seed: int = 0, progress: Progress = SILENT) -> Vectors:
        """Lay the rows out by their neighbours.

        Raises:
            NotEnoughData: There are fewer than 7 different rows.
            Cancelled: `progress` asked to stop; it is heard every 10 iterations.
        """

        def layout(rows: Floats, progress: Progress) -> Floats:
            return self._layout(rows, seed, progress)

        # the smallest perplexity is 2 = (7 - 1) / 3
        return laid_out(vectors, 7, "t-SNE", layout, seed, progress)

    def question(self, n: int) -> Json:
        """Whether neighbours are approximate, or images placed."""
        return question(n)

    def laid_out(self, vectors: Vectors, *, seed: int = 0) -> Ints | None:
        """The rows between which the others are placed; None where all are laid out."""
        return landmarks(vectors, seed)

    def _layout(self, rows: Floats, seed: int, progress: Progress) -> Floats:
        import openTSNE
        from openTSNE.affinity import PerplexityBasedNN
        from openTSNE.nearest_neighbors import PrecomputedNeighbors

        perplexity = min(self.perplexity, (len(rows) - 1) / 3)
        k = min(len(rows) - 1, int(3 * perplexity))
        total = EXAGGERATED + self.n_iterations
        done = 0

        def watch(_: int, error: float, __: Floats) -> bool:
            nonlocal done
            done += EVERY
            placing.tick(done, total, "placing images", kl_divergence=float(error))
            return False

        progress, placing = in_parts(progress, 1, 9)
        found = graph(rows, k, seed=seed, progress=progress)
        near = PrecomputedNeighbors(found.rows, found.distances)
        affinities = PerplexityBasedNN(perplexity=perplexity, knn_index=near, n_jobs=1)
        first = start(rows, 1e-4, seed, self.n_components)
        model = openTSNE.TSNE(
            n_components=self.n_components,
            negative_gradient_method="auto" if self.n_components == 2 else "bh",
            perplexity=perplexity,
            early_exaggeration_iter=EXAGGERATED,
            n_iter=self.n_iterations,
            n_jobs=1,
            random_state=derived_seed(seed, "tsne"),
            callbacks=watch,
            callbacks_every_iters=EVERY,
        )
        layout: Floats = model.fit(affinities=affinities, initialization=first)
        return layout
