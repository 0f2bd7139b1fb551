"""Brings new images into a space that was saved, and says where its clusters are."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.clusterings import means_of
from contrast_engine.errors import ModelError, UnknownName
from contrast_engine.imageset import ImageIds
from contrast_engine.placing import Placer, SpacePart, evenly, joined
from contrast_engine.results import UNASSIGNED, Clustering
from contrast_engine.steps.collection.measured_rows import STEP as MEASURED
from contrast_engine.steps.structure.spaces import QUANTILES, TOGETHER
from contrast_engine.store import Workspace
from contrast_engine.store.collection import shown
from contrast_engine.vectors import Vectors

if TYPE_CHECKING:
    from contrast_engine.encoders.model import EncoderModel
    from contrast_engine.images import LinearImage
    from contrast_engine.zero_shot.own_network import OwnNetwork


class SpaceEncoder:
    """Brings new images into a space that was saved, by its key.

    Attributes:
        placer: What does it; it needs no workspace.
        sources: Keys of the tables of features or of the embeddings that its parts were fitted on.

    Raises:
        ModelError: The space is unknown, was brought along without its encoder, or was measured
            by an earlier version.
    """

    def __init__(self, workspace: Workspace, key: str) -> None:
        recipe = workspace.models.load(key)[1]
        self.key = key
        self._workspace = workspace
        self._keys = recipe["parts"] if recipe["step"] == TOGETHER else [key]
        self.placer = Placer(key, tuple(_part(workspace, part) for part in self._keys))
        self.sources = tuple(_input(workspace, part) for part in self._keys)

    @property
    def has_network(self) -> bool:
        """True where a trained network looks at new images."""
        return self.placer.has_network

    def known(self) -> Vectors:
        """The images that the space was made of, in the space."""
        tables = [
            part.scaling.transform(self._workspace.load(source))
            for part, source in zip(self.placer.parts, self.sources, strict=True)
        ]
        if len(tables) == 1:
            return tables[0]
        ids = tables[0].ids.among(tables[1].images)
        return joined([table.take(ids) for table in tables])

    def centres(self, clustering: Clustering) -> Floats:
        """(k, d) the mean of each cluster in this space; one column is read at a time.

        Args:
            clustering: Of images that the space was made of, with at least one cluster.

        Raises:
            UnknownName: An image is not in the space.
        """
        present = np.array(clustering.clusters)  # ids are names: some may be missing
        of = clustering.cluster
        has_one = of != UNASSIGNED
        images = clustering.ids if has_one.all() else ImageIds(clustering.ids.numbers[has_one])
        columns = self._columns(images)
        centres: Floats = means_of(columns, of[has_one], int(present[-1]) + 1)[present]
        return centres

    def _columns(self, images: ImageIds) -> Iterator[Floats]:
        """The columns of the space for some of its images."""
        parts = [part.scaling for part in self.placer.parts]
        weights = evenly([len(part.columns) for part in parts]) if len(parts) > 1 else [1.0]
        for scaling, source, weight in zip(parts, self.sources, weights, strict=True):
            table = self._workspace.load(source)
            rows = table.places(images)
            if (rows < 0).any():
                raise UnknownName(f"no row for image {images[int(np.argmin(rows))]} "
                                  f"({int((rows < 0).sum())} missing)")  # fmt: skip
            yield from (column * weight for column in scaling.scaled(table, rows))

    def place(self, image: "LinearImage") -> Vectors:
        """One new image in the space, as a single row."""
        return self.placer.place(image)


def _part(workspace: Workspace, key: str) -> SpacePart:
    """One part of a saved space.

    Raises:
        ModelError: It was measured by an earlier version, or has no encoder of its own.
    """
    from contrast_engine.scaling import QuantileScaling, Standardising

    arrays, recipe = workspace.models.load(key)
    source = str(recipe["input"])
    if recipe["step"] != QUANTILES:
        return SpacePart(Standardising.from_arrays(arrays), _encoder(workspace, source))
    if workspace.manifest(source).step != MEASURED:
        raise ModelError(
            "these images were measured by an earlier version, whose values a new image "
            f"cannot be compared with; run `contrast measure {shown(workspace.root)}` again"
        )
    return SpacePart(QuantileScaling.from_arrays(arrays))


def _input(workspace: Workspace, key: str) -> str:
    return str(workspace.models.load(key)[1]["input"])


def _encoder(workspace: Workspace, embedding: str) -> "EncoderModel | OwnNetwork":
    """The encoder, or the network of one's own, that made an embedding."""
    from contrast_engine.zero_shot.own_network import OwnNetwork, is_own_network

    model = workspace.manifest(embedding).recipe.get("model")
    if model is None:
        raise ModelError(
            "this model was learnt on vectors that were brought along, so new images cannot "
            "be placed among them; learn on features or on an encoder trained here"
        )
    arrays, recipe = workspace.models.load(model)
    if is_own_network(recipe):
        return OwnNetwork.load(arrays, recipe)
    from contrast_engine.encoders.model import EncoderModel

    return EncoderModel.load(recipe["encoder"], recipe["options"], arrays)
