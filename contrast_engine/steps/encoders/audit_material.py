"""What is put to the test: an embedding, what it was learnt on, and the images to ask it about."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.errors import ImageError, NotEnoughData, UnknownName, WorkspaceError
from contrast_engine.imageset import ImageSet
from contrast_engine.randomness import drawn, generator
from contrast_engine.steps.parallel import side_by_side
from contrast_engine.steps.structure.spaces import FEATURES, Space, embedding_of, space
from contrast_engine.store import Workspace
from contrast_engine.vectors import ImageId, Vectors

if TYPE_CHECKING:
    from contrast_engine.encoders.model import EncoderModel
    from contrast_engine.scaling import QuantileScaling
    from contrast_engine.zero_shot.own_network import OwnNetwork

LEAST = 20
MOST = 2000
"""Images the probe and the neighbours are computed on at most, drawn by seed."""

_LADDER_IMAGES = 40
_MEASURED_LADDER_IMAGES = 12
"""Fewer for the features: each step of a ladder is measured at full analysis size."""


@dataclass(frozen=True, eq=False)
class EncoderUnderTest:
    """One embedding under test."""

    on: str
    vectors: Vectors
    embed: Callable[[Sequence[Floats]], Floats] | None
    has_score: bool
    size: int
    held_out: tuple[ImageId, ...] | None  # None: nothing was trained, so every image is unseen
    images: int
    why_not: str


def measured_features(workspace: Workspace) -> Vectors:
    """The measured features.

    Raises:
        NotEnoughData: Nothing is measured.
    """
    key = workspace.current(FEATURES)
    if key is None:
        raise NotEnoughData("embeddings are tested against measured features; measure the images")
    table: Vectors = workspace.load(key)
    return table


def vectors_of(workspace: Workspace, on: str) -> tuple[str, Vectors]:
    """The key and the vectors of "features" or of one embedding.

    Raises:
        UnknownName: There is no such embedding, or several are asked for at once.
    """
    if "+" in on:
        raise UnknownName(f"test one embedding at a time, got {on!r}")
    if on == FEATURES:
        here: Space = space(workspace, FEATURES)
        return here.key, here.vectors
    key = embedding_of(workspace, on)
    return key, workspace.load(key)


def under_test(workspace: Workspace, on: str) -> EncoderUnderTest:
    """An embedding with what altered images can be put through, where that is known.

    Raises:
        UnknownName: There is no such embedding.
    """
    key, vectors = vectors_of(workspace, on)
    if on == FEATURES:
        from contrast_engine.features import ANALYSIS_SIZE
        from contrast_engine.scaling import QuantileScaling

        scaling = space(workspace, FEATURES).scaling
        assert isinstance(scaling, QuantileScaling)
        return EncoderUnderTest(key, vectors, _measuring(scaling), False, ANALYSIS_SIZE, None,
                       _MEASURED_LADDER_IMAGES, "")  # fmt: skip
    model_key = workspace.manifest(key).recipe.get("model")
    if model_key is None:
        why = (
            "the vectors were brought along, so altered images cannot be put through what made them"
        )
        return EncoderUnderTest(key, vectors, None, False, 0, (), 0, why)
    from contrast_engine.encoders.model import EncoderModel
    from contrast_engine.zero_shot.own_network import OwnNetwork, is_own_network

    arrays, recipe = workspace.models.load(model_key)
    if is_own_network(recipe):
        return _of_own_network(key, vectors, OwnNetwork.load(arrays, recipe))
    model = EncoderModel.load(recipe["encoder"], recipe["options"], arrays)
    held_out = tuple(ImageId(image) for image in recipe["held_out"])
    return EncoderUnderTest(
        key, vectors, _seeing(model), model.recipe.has_score, 2 * model.recipe.size,
        held_out, _LADDER_IMAGES, "",
    )  # fmt: skip


def _of_own_network(key: str, vectors: Vectors, network: "OwnNetwork") -> EncoderUnderTest:
    """A network that was brought along: it was trained on none of these images."""
    from contrast_engine.images import ANALYSIS_SIZE

    def embed(pictures: Sequence[Floats]) -> Floats:
        return np.array([row for _, row in side_by_side(network.embed, pictures)])

    size = min(ANALYSIS_SIZE, 2 * network.tower.recipe.resize)
    return EncoderUnderTest(key, vectors, embed, network.has_score, size, None, _LADDER_IMAGES, "")


def _seeing(model: "EncoderModel") -> Callable[[Sequence[Floats]], Floats]:
    from contrast_engine.encoders.input_image import training_copy

    def embed(pictures: Sequence[Floats]) -> Floats:
        size = model.recipe.size
        return model.embed(np.stack([training_copy(rgb, size) for rgb in pictures]))

    return embed


def _measuring(scaling: "QuantileScaling") -> Callable[[Sequence[Floats]], Floats]:
    from contrast_engine.features import measure_image
    from contrast_engine.images import LinearImage

    def ask(rgb: Floats) -> dict[str, float]:
        return measure_image(LinearImage(rgb))

    def embed(pictures: Sequence[Floats]) -> Floats:
        rows = [row for _, row in side_by_side(ask, pictures)]
        columns = tuple(rows[0])
        ids = tuple(ImageId(f"{number:016x}") for number in range(len(rows)))
        table = Vectors(ids, np.array([list(row.values()) for row in rows]), columns)
        return scaling.transform(table).values

    return embed


def common_images(vectors: Vectors, measured: Vectors, seed: int) -> tuple[ImageId, ...]:
    """The images both have, sorted; of more than `MOST` so many, drawn by seed.

    Raises:
        NotEnoughData: They are fewer than `LEAST`.
    """
    ids = vectors.images & measured.images
    if len(ids) < LEAST:
        raise NotEnoughData(
            f"the test needs at least {LEAST} images that are measured and embedded, "
            f"got {len(ids)}; add and measure more"
        )
    return tuple(ImageSet(ids.numbers[drawn(len(ids), MOST, seed, "auditing", "images")]))


def ladder_pictures(
    workspace: Workspace, tested: EncoderUnderTest, ids: tuple[ImageId, ...], seed: int
) -> tuple[dict[ImageId, Floats], dict[ImageId, Floats]]:
    """Read images to climb ladders with: those never trained on, and others to fit an axis on."""
    from contrast_engine.images import read_image

    order = generator(seed, "auditing", "ladders").permutation(len(ids))
    mixed = [ids[row] for row in order]
    if tested.held_out is None:
        unseen = mixed[: len(mixed) // 2]
    else:
        unseen = [image for image in mixed if image in set(tested.held_out)]
    if not unseen:
        raise NotEnoughData(
            "none of the images that were kept out of training is in the collection any more; "
            "train the encoder again"
        )
    options = workspace.reading_options
    held_out = unseen[: tested.images]
    kept_apart = set(held_out) | set(tested.held_out or ())
    others = [image for image in mixed if image not in kept_apart][: tested.images]
    found: list[dict[ImageId, Floats]] = []
    for wanted in (held_out, others):
        read: dict[ImageId, Floats] = {}
        for image in wanted:
            try:
                data = workspace.original_bytes(image)
                pixels = read_image(data, tested.size, options=options).rgb
                read[image] = pixels.astype(np.float64)  # what ladders are climbed in
            except (ImageError, WorkspaceError):
                continue  # gone since it was embedded
        found.append(read)
    if not found[0] or not found[1]:
        raise NotEnoughData("the files of the images are not there; scan their folder again")
    return found[0], found[1]
