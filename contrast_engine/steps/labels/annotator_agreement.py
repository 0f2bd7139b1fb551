"""annotator_agreement: how far several annotators agree, and the consensus label of each image."""

import hashlib
from dataclasses import dataclass

import numpy as np

from contrast_engine.imageset import ImageIds, ImageSet
from contrast_engine.pace import paced
from contrast_engine.progress import SILENT, Progress
from contrast_engine.ranking.agreement import Agreement, Ratings, agreement
from contrast_engine.ranking.dawid_skene import dawid_skene
from contrast_engine.store import Workspace
from contrast_engine.vectors import ImageId


@dataclass(frozen=True)
class AnnotatorAgreement:
    """The label of an image that people most probably mean.

    Args:
        image: Its id.
        label: The most probable label.
        probability: How probable it is, given how each person labels.
        people: How many people labelled it.
    """

    image: ImageId
    label: str
    probability: float
    people: int


def annotator_agreement(
    workspace: Workspace, *, seed: int = 0, progress: Progress = SILENT
) -> tuple[Agreement, tuple[AnnotatorAgreement, ...]]:
    """How far people agree, and a consensus label for every labelled image.

    Args:
        workspace: Where the labels are.
        seed: Draws resamples.
        progress: Told before each part.

    Raises:
        NotEnoughData: Fewer than two images have labels of two people, or all are alike.
    """
    progress = paced(progress, "agreement", workspace, "reading what people said")
    gathered = ratings(workspace)
    progress.tick(1, 4, "comparing people")
    found = agreement(gathered, seed=seed)
    progress.tick(2, 4, "weighing what people said")
    probability = dawid_skene(gathered).probability
    progress.tick(3, 4, "listing what people mean")
    agreed = tuple(
        AnnotatorAgreement(
            image, gathered.labels[int(row.argmax())], float(row.max()), int(counts.sum())
        )
        for image, row, counts in zip(gathered.ids, probability, gathered.counts, strict=True)
    )
    progress.tick(4, 4, "compared")
    return found, agreed


def ratings(workspace: Workspace) -> Ratings:
    """The last label of every annotator for every image, unless it was taken back."""
    counted = workspace.labels.counted()
    known = counted.label_set
    meant = {who: own.among(own.codes >= 0) for who, own in counted.people.items()}
    unsure = {who: own.among(own.codes < 0).images for who, own in counted.people.items()}
    used = sorted({label for own in meant.values() for label in own.counts})
    labels = tuple(dict.fromkeys([*known.labels, *used]))
    people = tuple(sorted(who for who, own in meant.items() if len(own)))
    numbers = [meant[who].numbers for who in people]
    ids = ImageSet(np.concatenate([np.zeros(0, dtype=np.uint64), *numbers]))
    place = {label: code for code, label in enumerate(labels)}
    codes = np.full((len(ids), len(people)), -1, dtype=np.int64)
    for column, who in enumerate(people):
        own = meant[who]
        as_ours = np.array([place.get(name, -1) for name in own.names], dtype=np.int64)
        codes[ids.rows_in(own.numbers), column] = as_ours[own.codes]
    return Ratings(ImageIds(ids.numbers), people, labels, known.is_ordered, codes, unsure)


def ratings_hash(workspace: Workspace) -> str:
    """The name of all annotations: the same labels of the same annotators have the same one."""
    said = workspace.labels.by_person()
    text = "\n".join(
        f"{who} {image} {label}"
        for who, one in sorted(said.items())
        for image, label in one.items()
    )
    return "ratings-" + hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
