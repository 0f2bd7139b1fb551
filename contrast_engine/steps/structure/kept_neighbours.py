"""Graphs of nearest neighbours that steps share: searched once in a space, and kept."""

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.errors import UnknownName, WorkspaceError
from contrast_engine.imageset import ImageIds
from contrast_engine.neighbours import Graph, kept_by
from contrast_engine.results import NearestImages
from contrast_engine.store import Artifact, Workspace
from contrast_engine.vectors import Vectors

KIND = "neighbours"

STEP = "neighbours@1"

KEPT_FROM = 10_000
"""Images from which a search takes longer (half a second) than is worth a file."""

EXACT, CELLS = "all pairs", "cells"
"""How a graph was searched; it stands in its question."""


def sharing(workspace: Workspace, key: str, vectors: Vectors) -> AbstractContextManager[None]:
    """A block in which searches among all images of a space are shared through a workspace.

    What is found within it is the same with and without what is kept. A graph belongs to one
    space, its images and one search: with further images, or on a scale that was fitted anew,
    another one is made.

    Args:
        workspace: Where graphs are kept; one that cannot be written is only read.
        key: The space.
        vectors: Its images.
    """
    return kept_by(_Kept(workspace, key, vectors))


@dataclass(frozen=True, eq=False)
class _Kept:
    """The graphs of one space in a workspace."""

    workspace: Workspace
    key: str
    vectors: Vectors

    def __call__(
        self, rows: Floats, k: int, seed: int, search: Callable[[], Graph], *, is_exact: bool
    ) -> Graph:
        """The graph of all different rows of the space; of others nothing is kept."""
        if len(rows) < KEPT_FROM or not k:
            return search()
        distinct, first = np.unique(self.vectors.values, axis=0, return_index=True)
        if not np.array_equal(distinct, rows):
            return search()
        ids = ImageIds(self.vectors.numbers[first])
        artifact = self._artifact(k, seed, is_exact=is_exact)
        for key in self._keys(artifact, k, is_exact=is_exact):
            kept = self._read(key, ids, rows, k)
            if kept is not None:
                return kept
        found = search()
        if not self.workspace.is_read_only:
            details = {"recall": found.recall, "measured_on": found.measured_on,
                       "search": found.words}  # fmt: skip
            with suppress(WorkspaceError):  # no room for it: it is found all the same
                self.workspace.save(artifact, NearestImages(ids, found.rows), details)
        return found

    def _artifact(self, k: int, seed: int, *, is_exact: bool) -> Artifact:
        """The question; whatever the seed, all pairs give the same."""
        question = {"k": k, "search": EXACT if is_exact else CELLS,
                    "images": self.vectors.images.key}  # fmt: skip
        return Artifact(KIND, STEP, question, (self.key,), None if is_exact else seed)

    def _keys(self, artifact: Artifact, k: int, *, is_exact: bool) -> list[str]:
        """The graphs that begin with the one asked for, the smallest first.

        All pairs give the same first neighbours however many are asked for; cells need not.
        """
        if not is_exact:
            return [artifact.key] if self.workspace.has(artifact) else []
        others = {name: said for name, said in artifact.recipe.items() if name != "k"}
        fitting = [
            (int(made.recipe["k"]), made.key)
            for made in self.workspace.artifacts(KIND)
            if (made.step, tuple(made.inputs)) == (STEP, artifact.inputs)
            and isinstance(made.recipe.get("k"), int)
            and made.recipe["k"] >= k
            and {name: said for name, said in made.recipe.items() if name != "k"} == others
        ]
        return [key for _, key in sorted(fitting)]

    def _read(self, key: str, ids: ImageIds, rows: Floats, k: int) -> Graph | None:
        """A graph that was kept; None where it is damaged or is none of these images."""
        try:
            found, said = self.workspace.load(key), self.workspace.manifest(key).details
        except UnknownName:  # damaged: it is searched anew
            return None
        recall, measured_on = said.get("recall"), said.get("measured_on")
        if not isinstance(recall, int | float) or not isinstance(measured_on, int):
            return None
        if found.ids != ids or found.near.shape[1] < k:
            return None
        return Graph.of(rows, found.near[:, :k], float(recall), measured_on)
