"""Results that grow: which images a result lacks, and the result with their rows behind its own."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from contrast_engine.arrays import Bools, Floats, Ints, Json
from contrast_engine.imageset import ImageIds, ImageSet, Numbers
from contrast_engine.neighbours import search
from contrast_engine.results import Clustering, Predictions
from contrast_engine.steps.structure.frozen_spaces import (
    Known,
    beyond_scale,
    fitted_space,
    grown_space,
    images_of,
    known_images,
    on_scale,
    sources_of,
)
from contrast_engine.steps.structure.placed import fitted_count, fitted_key
from contrast_engine.steps.structure.spaces import FEATURES
from contrast_engine.store import Artifact, Manifest, Workspace
from contrast_engine.vectors import Vectors

MOST_FAR = 10_000
"""Far images that are named at most; beyond that a fresh fit is due in any case."""

Rows = Vectors | Clustering | Predictions


@dataclass(frozen=True, eq=False)
class NewRows:
    """Images on the scale of a space that was fitted without them.

    Args:
        vectors: (m, d) their rows.
        known: What the space was fitted on.
        near: (m, k) the nearest known rows.
        distances: (m, k) how far they are.
        is_far: (m,) whether an image is far from all known ones.
    """

    vectors: Vectors
    known: Known
    near: Ints
    distances: Floats
    is_far: Bools


@dataclass(frozen=True, eq=False)
class Growth:
    """A result in use and the images that it lacks.

    Args:
        workspace: Where it is.
        now: The result in use.
        space: Key of its space on the frozen scale, with the images of now.
    """

    workspace: Workspace
    now: Manifest
    space: str

    @classmethod
    def of(cls, workspace: Workspace, key: str) -> "Growth":
        """What a result lacks now.

        Raises:
            ModelError: Its images were measured in another way since, or its space is gone.
        """
        now = workspace.manifest(key)
        on = str(now.details.get("on", FEATURES))
        return cls(workspace, now, grown_space(workspace, now.inputs[0], on))

    @cached_property
    def fitted(self) -> Manifest:
        """The result as it was fitted."""
        return self.workspace.manifest(fitted_key(self.now))

    @cached_property
    def is_needed(self) -> bool:
        """Whether images were added or removed since."""
        return self.space != self.now.inputs[0]

    @cached_property
    def numbers(self) -> Numbers:
        """The images of the result in use, in the order of its rows."""
        return ImageIds.of(self.workspace.load(self.now.key).ids).numbers

    @cached_property
    def there(self) -> ImageSet:
        """The images that the result is to have: those of the space, without those left out."""
        fit_in = images_of(self.workspace, self.fitted.inputs[0])
        own = ImageIds.of(self.workspace.load(self.fitted.key).ids).images
        return images_of(self.workspace, self.space) - (fit_in - own)

    @cached_property
    def new(self) -> Numbers:
        """The images to place, by id; also those put back after they were removed."""
        return (self.there - ImageSet(self.numbers)).numbers

    @cached_property
    def stays(self) -> Bools:
        """Which rows of the result in use stay."""
        return self.there.rows_in(self.numbers) >= 0

    @property
    def n_fitted(self) -> int:
        """Rows of the fit that stay; they come first."""
        return int(np.count_nonzero(self.stays[: fitted_count(self.now)]))

    @property
    def n_placed(self) -> int:
        """Placed rows there will be."""
        return int(np.count_nonzero(self.stays)) - self.n_fitted + len(self.new)

    def details(self, new: NewRows, how: str) -> Json:
        """The details of the grown result: those of the fit, and what was placed."""
        before = [image for image in self.now.details.get("far", ())
                  if image in self.there]  # fmt: skip
        numbers = new.vectors.numbers[new.is_far]
        far = [*before, *ImageIds(numbers)]
        return {
            **self.now.details,
            "on": self._on,
            "fitted": self.n_fitted,
            "fitted_on": self.fitted.rows,
            "placed": self.n_placed,
            "placed_by": how,
            "n_far": len(far),
            "far": far[:MOST_FAR],
        }

    @property
    def _on(self) -> str:
        """What was asked for, with the embedding of now for one of before."""
        asked = str(self.now.details.get("on", FEATURES)).split("+")
        now = sources_of(self.workspace, self.space)
        return "+".join(
            FEATURES if part.strip() == FEATURES else source
            for part, source in zip(asked, now, strict=True)
        )

    def save(self, artifact: Artifact, more: Rows, details: Json) -> str:
        """Key of the result with further rows behind those that stay."""
        if self.stays.all():
            return self.workspace.save_grown(artifact, self.now.key, more, details)
        return self.workspace.save(artifact, _joined(self._kept, more), details)

    @cached_property
    def _kept(self) -> Rows:
        result = self.workspace.load(self.now.key)
        ids, rows = ImageIds(self.numbers[self.stays]), self.stays
        if isinstance(result, Clustering):
            return Clustering(ids, result.cluster[rows], result.distance[rows])
        if isinstance(result, Predictions):
            return Predictions(ids, result.labels, result.probability[rows], result.abstains[rows])
        return Vectors(ids, result.values[rows], result.columns)


def new_rows(growth: Growth, k: int, tick: Callable[[], None] = lambda: None) -> NewRows:
    """The images that a result lacks, in its space, with their nearest known images.

    Args:
        growth: The result.
        k: How many nearest.
        tick: Called before each part.
    """
    workspace, new = growth.workspace, growth.new
    tick()
    vectors = on_scale(workspace, growth.space, new)
    known = known_images(workspace, fitted_space(workspace, growth.space))
    tick()
    near, distances = search(known.values, vectors.values, min(k, len(known.values)))
    is_far = distances[:, 0] > known.limit
    is_far |= beyond_scale(workspace, growth.space, new)
    return NewRows(vectors, known, near, distances, is_far)


def _joined(first: Rows, more: Rows) -> Rows:
    ids = ImageIds(np.concatenate([ImageIds.of(first.ids).numbers, ImageIds.of(more.ids).numbers]))
    if isinstance(more, Clustering) and isinstance(first, Clustering):
        return Clustering(ids, np.concatenate([first.cluster, more.cluster]),
                          np.concatenate([first.distance, more.distance]))  # fmt: skip
    if isinstance(more, Predictions) and isinstance(first, Predictions):
        return Predictions(ids, first.labels, np.vstack([first.probability, more.probability]),
                           np.concatenate([first.abstains, more.abstains]))  # fmt: skip
    assert isinstance(first, Vectors)
    assert isinstance(more, Vectors)
    return Vectors(ids, np.vstack([first.values, more.values]), first.columns)
