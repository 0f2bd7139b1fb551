"""sabotage: whether the checks refuse spoilt vectors and labels of this very collection."""

from dataclasses import dataclass

from contrast_engine.errors import NotEnoughData
from contrast_engine.pace import paced
from contrast_engine.progress import SILENT, Progress
from contrast_engine.pseudo_labels.leaks import same_pictures
from contrast_engine.randomness import generator
from contrast_engine.steps.evidence.confounders import confounders
from contrast_engine.steps.labels.consensus_labels import consensus_labels
from contrast_engine.steps.models.label_pipeline import same_pictures_among
from contrast_engine.steps.structure.duplicates import recognised
from contrast_engine.steps.structure.spaces import space
from contrast_engine.store import Workspace
from contrast_engine.validation.sabotage import (
    ENOUGH,
    KINDS,
    MOST,
    WHAT,
    Case,
    Material,
    control,
    enough,
    sabotaged,
    simulated,
    twin_of,
)
from contrast_engine.vectors import ImageId


@dataclass(frozen=True)
class SabotageReport:
    """What the checks said about each way to spoil the results.

    Args:
        cases: The spoilt ones.
        control: The honest one beside them.
        images: Images they are made of.
        labels: Labels that stand for honest ones.
        labels_are_simulated: They were made from the features, for want of enough real ones.
        seed: It was drawn with.
    """

    cases: tuple[Case, ...]
    control: Case
    images: int
    labels: int
    labels_are_simulated: bool
    seed: int

    @property
    def is_safe(self) -> bool:
        """Every case is caught."""
        return all(case.caught for case in self.cases)


def sabotage(
    workspace: Workspace, *, on: str = "features", seed: int = 0, progress: Progress = SILENT
) -> SabotageReport:
    """Spoil vectors and labels in eight ways, and put each to the checks; nothing is saved.

    Args:
        workspace: Measured.
        on: The vectors to spoil: "features", or the key of an embedding.
        seed: Draws images, labels and folds.
        progress: Told before each case.

    Raises:
        NotEnoughData: Nothing is measured, or fewer than sixty images.
        UnknownName: There is no such embedding.
    """
    progress = paced(progress, "sabotage", workspace, "looking what is there")
    material, is_made_up = _material(workspace, on, seed)
    names = list(WHAT)
    cases = []
    for done, name in enumerate(names):
        progress.tick(done, len(names) + 1, name)
        cases.append(sabotaged(name, material))
    progress.tick(len(names), len(names) + 1, "control")
    honest = control(material)
    return SabotageReport(
        tuple(cases), honest, len(material.space), len(material.labels), is_made_up, seed
    )


def _material(workspace: Workspace, on: str, seed: int) -> tuple[Material, bool]:
    key = workspace.current("features")
    if key is None:
        raise NotEnoughData("sabotage spoils what was measured; measure the images first")
    here, every = space(workspace, on).vectors, workspace.load(key)
    others = confounders(workspace, every)
    ids = [i for i in here.ids if i in every.rows and i in others.rows]
    enough(len(ids))
    consensus = consensus_labels(workspace)
    given = {i: label for i, label in consensus.of.items() if i in set(ids)}
    ids = _part(ids, set(given), seed)
    features = every.take(ids)
    is_made_up = len(given) < ENOUGH or len(set(given.values())) < 2
    known = workspace.labels.label_set()
    labels = simulated(features, seed) if is_made_up else given
    order = KINDS if is_made_up else known.labels
    twins, unseen = _twins(workspace, labels, seed)
    return Material(
        features=features,
        space=here.take(ids),
        others=others.take(ids),
        labels=labels,
        order=order,
        is_ordered=True if is_made_up else known.is_ordered,
        alike=same_pictures_among(workspace, list(labels)),
        twins=twins,
        unseen=unseen,
        drawn=frozenset(labels) & (frozenset(labels) if is_made_up else consensus.drawn),
        seed=seed,
    ), is_made_up


def _part(ids: list[ImageId], labelled: set[ImageId], seed: int) -> list[ImageId]:
    if len(ids) <= MOST:
        return ids
    drawn = generator(seed, "sabotage", "images").choice(len(ids), MOST, replace=False)
    return sorted({ids[row] for row in drawn} | labelled)


def _twins(
    workspace: Workspace, labels: dict[ImageId, str], seed: int
) -> tuple[tuple[tuple[ImageId, ...], ...], int]:
    """The groups found among labelled images and their copies, and how many could not be seen."""
    rng = generator(seed, "sabotage", "encoding")
    hashes, pictures = recognised(workspace, list(labels))
    paths = {image: workspace.images.paths[image] for image in hashes}
    for image in list(hashes):
        other = twin_of(image)
        flipped = 1 << int(rng.integers(64))  # encoding anew moves a bit of 64 or none
        hashes[other] = hashes[image] ^ flipped
        pictures[other] = pictures[image] + rng.normal(0, 1, pictures[image].shape)
        paths[other] = f"copies/{paths[image]}"
    return same_pictures(hashes, pictures, paths), len(labels) - len(hashes) // 2
