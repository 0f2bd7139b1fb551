"""From labels to a trained classifier: what a stored model and the live model do alike.

`prepare` brings the labels of now into a space, `fit` trains on them and measures how accuracy
grows. Which classifier to take and whether to keep the result is up to the step that calls them.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from contrast_engine.errors import NotEnoughData, OptionError
from contrast_engine.imageset import ImageIds
from contrast_engine.progress import SILENT, Progress, in_parts
from contrast_engine.pseudo_labels import (
    Abstaining,
    Classifier,
    Labelled,
    TrainedModel,
    gather,
    train,
)
from contrast_engine.pseudo_labels.leaks import MOST, Leaks, groups_hash, same_pictures
from contrast_engine.pseudo_labels.learning_curve import Point, learning_curve
from contrast_engine.randomness import generator
from contrast_engine.results import Clustering
from contrast_engine.steps.encoders.unseen_spaces import crossed, has_seen_labels
from contrast_engine.steps.labels.consensus_labels import ConsensusLabels, consensus_labels
from contrast_engine.steps.structure.duplicates import recognised
from contrast_engine.steps.structure.spaces import Space
from contrast_engine.store import Workspace
from contrast_engine.store.labels import label_name
from contrast_engine.vectors import ImageId


@dataclass(frozen=True, eq=False)
class Prepared:
    """The labels of one moment in the space a model is to learn in.

    Args:
        here: The space.
        labelled: The labels and the images in it, all of them or a random part.
        consensus: How the labels came about.
        drawn: The labelled images that were asked for at random.
        clustering: Key of the clustering whose clusters `labelled` holds, None without one.
        alike: Groups of labelled images that are nearly one picture.
    """

    here: Space
    labelled: Labelled
    consensus: ConsensusLabels
    drawn: frozenset[ImageId]
    clustering: str | None
    alike: tuple[tuple[ImageId, ...], ...] = ()

    @property
    def labels_hash(self) -> str:
        """Names the labels that are learnt from."""
        return pairs_hash(dict(self.labelled.pairs))

    @property
    def of_pictures(self) -> dict[str, str]:
        """The entry of a recipe that names the nearly same pictures; none without any."""
        return {"pictures": groups_hash(self.alike)} if self.alike else {}

    @property
    def leaks(self) -> Leaks:
        """How many labels are of nearly one picture."""
        return Leaks.of(self.labelled)


@dataclass(frozen=True, eq=False)
class Fitted:
    """A trained classifier, and its accuracy by the number of labels."""

    trained: TrainedModel
    curve: tuple[Point, ...]


def prepare(
    workspace: Workspace,
    here: Space,
    *,
    order: Iterable[str] | None = None,
    most: int | None = None,
    seed: int = 0,
) -> Prepared:
    """The consensus labels of now in a space, with the clusters of the current clustering.

    Args:
        workspace: With labels of at least two kinds.
        here: The space to learn in.
        order: The labels from least to most; without it the label set decides.
        most: Of a larger space take so many images at random, and all labelled ones.
        seed: Draws that part.

    Raises:
        NotEnoughData: There are no labels of two kinds on images of the space, or all are on
            nearly one picture.
        OptionError: The order names fewer than two labels, or a label is not in it.
    """
    consensus = consensus_labels(workspace)
    if consensus.problem:
        raise NotEnoughData(consensus.problem)
    names, is_ordered = _order(workspace, order)
    clustered = unaware(workspace, workspace.current("clusterings"))
    clustering: Clustering | None = workspace.load(clustered) if clustered else None
    vectors, labels = here.vectors, consensus.of
    if most is not None and len(vectors) > most:
        vectors = vectors.take(_part(vectors.ids, set(labels), most, seed))
    alike = same_pictures_among(workspace, [image for image in labels if image in vectors.rows])
    labelled = gather(
        vectors, labels, names, is_ordered=is_ordered, clustering=clustering, alike=alike
    )
    labelled = crossed(workspace, here, labelled, seed=seed)
    drawn = consensus.drawn & {image for image, _ in labelled.pairs}
    return Prepared(here, labelled, consensus, drawn, clustered, alike)


def unaware(workspace: Workspace, clustering: str | None) -> str | None:
    """A clustering, None where it was made in the space of an encoder that learnt labels.

    Its clusters know held-out labels, so that a vote of theirs could not be judged.

    Args:
        workspace: Where it is.
        clustering: Its key, None without one.
    """
    if clustering is None:
        return None
    key = workspace.manifest(clustering).inputs[0]
    is_aware = workspace.models.has(key) and has_seen_labels(workspace, key)
    return None if is_aware else clustering


def same_pictures_among(
    workspace: Workspace, images: Collection[ImageId]
) -> tuple[tuple[ImageId, ...], ...]:
    """Groups among some images that are nearly one picture; none beyond `MOST` images.

    Told by thumbnails and file names, so no file is opened.

    Args:
        workspace: With the thumbnails.
        images: The labelled ones.
    """
    if len(images) > MOST:
        return ()
    paths = workspace.images.paths
    return same_pictures(
        *recognised(workspace, images), {i: paths[i] for i in images if i in paths}
    )


def fit(
    prepared: Prepared,
    recipe: Classifier,
    *,
    abstaining: Abstaining | None = None,
    seed: int = 0,
    progress: Progress = SILENT,
) -> Fitted:
    """A classifier trained on the labels, and how its accuracy grows with them.

    Args:
        prepared: The labels.
        recipe: The classifier.
        abstaining: When it abstains; the plain rule if not given.
        seed: Deals the labels into folds and draws the smaller sets of the curve.
        progress: Told after every iteration.

    Raises:
        NotEnoughData: The classifier needs something these labels do not give.
        Cancelled: Asked to stop.
    """
    labelled = prepared.labelled
    training, curving = in_parts(progress, 2, 1)
    trained = train(
        recipe,
        labelled,
        abstaining=abstaining,
        drawn=prepared.drawn,
        seed=seed,
        progress=training,
    )
    curving.tick(0, 1, "learning from fewer labels")
    return Fitted(
        trained, learning_curve(recipe, labelled, trained.scores, seed=seed, progress=curving)
    )


def pairs_hash(labels: Mapping[ImageId, str]) -> str:
    """The name of a set of labels: the same images with the same labels have the same one."""
    text = "\n".join(f"{image} {label}" for image, label in sorted(labels.items()))
    return "labels-" + hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def _order(workspace: Workspace, order: Iterable[str] | None) -> tuple[tuple[str, ...], bool]:
    """The labels that may occur, and whether their order means something."""
    if order is None:
        known = workspace.labels.label_set()
        return known.labels, known.is_ordered
    names = tuple(label_name(name) for name in order)
    if len(names) < 2 or len(set(names)) != len(names):
        raise OptionError(
            f"an order needs at least two different labels, got {', '.join(names) or 'none'}"
        )
    return names, True


def _part(ids: ImageIds, labelled: set[ImageId], most: int, seed: int) -> list[ImageId]:
    # "lesson" is part of the seed: another word would draw other images
    drawn = generator(seed, "lesson").choice(len(ids), most, replace=False)
    return sorted({*ImageIds(ids.numbers[drawn]), *(image for image in labelled if image in ids)})
