"""Bringing new pictures into a fitted space: measured or embedded, then scaled as the space is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.errors import ImageError
from contrast_engine.scaling import QuantileScaling, Standardising
from contrast_engine.vectors import ImageId, Vectors

if TYPE_CHECKING:
    from contrast_engine.encoders.model import EncoderModel
    from contrast_engine.images import LinearImage
    from contrast_engine.zero_shot.own_network import OwnNetwork


_ONE = (ImageId("0" * 16),)
"""The row of a picture that nobody gave an id."""


@dataclass(frozen=True, eq=False)
class SpacePart:
    """Features, or what an encoder gives, on the scale of the collection.

    Args:
        scaling: Fitted on the collection.
        encoder: What looks at the picture; None for measured features.
    """

    scaling: QuantileScaling | Standardising
    encoder: "EncoderModel | OwnNetwork | None" = None

    def place(self, image: "LinearImage") -> Vectors:
        """One picture, as a single row.

        Raises:
            ImageError: It cannot be measured.
        """
        columns = self.scaling.columns
        if self.encoder is None:  # only what the space is made of
            from contrast_engine.features import measure_image  # only a new image is measured

            values = np.array([list(measure_image(image, columns).values())])
        else:
            columns, values = self.encoder.columns, _embedded(self.encoder, image)
        return self.scaling.transform(Vectors(_ONE, values, columns))


@dataclass(frozen=True, eq=False)
class Placer:
    """Brings pictures into a space of one part, or of several that weigh the same.

    Args:
        key: Key of the space.
        parts: What it is made of.
    """

    key: str
    parts: tuple[SpacePart, ...]

    @property
    def has_network(self) -> bool:
        """True where a trained network looks at pictures."""
        return any(part.encoder is not None for part in self.parts)

    def place(self, image: "LinearImage") -> Vectors:
        """One picture in the space, as a single row.

        Raises:
            ImageError: It cannot be measured.
        """
        rows = [part.place(image) for part in self.parts]
        return rows[0] if len(rows) == 1 else joined(rows)


def _embedded(encoder: "EncoderModel | OwnNetwork", image: "LinearImage") -> Floats:
    """(1, d) what an encoder gives of one picture, looked at once for as long as that lives."""
    name = f"{__name__} {id(encoder)}"
    if name not in image.shared:
        # kept beside its encoder, so that no other one can come to have the same id
        image.shared[name] = _looked_at(encoder, image), encoder
    values: Floats = image.shared[name][0]
    if not np.isfinite(values).all():
        raise ImageError("the network gives no finite numbers of this image")
    return values


def _looked_at(encoder: "EncoderModel | OwnNetwork", image: "LinearImage") -> Floats:
    """(1, d) what an encoder gives of one picture."""
    from contrast_engine.zero_shot.own_network import OwnNetwork

    if isinstance(encoder, OwnNetwork):
        return encoder.embed(image.rgb)[None]
    from contrast_engine.encoders.input_image import training_copy

    return encoder.embed(training_copy(image.rgb, encoder.recipe.size)[None])


def joined(parts: Sequence[Vectors]) -> Vectors:
    """Blocks of columns side by side, each scaled so that all blocks weigh the same."""
    weights = evenly([len(part.columns) for part in parts])
    blocks: list[Floats] = [
        part.values * weight for part, weight in zip(parts, weights, strict=True)
    ]
    columns = tuple(column for part in parts for column in part.columns)
    return Vectors(parts[0].ids, np.column_stack(blocks), columns)


def evenly(widths: Sequence[int]) -> list[float]:
    """What blocks of so many columns are multiplied by, so that all weigh the same."""
    return [float(np.sqrt(sum(widths) / (len(widths) * width))) for width in widths]
