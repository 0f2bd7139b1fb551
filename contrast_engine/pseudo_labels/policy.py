"""Which classifier how many labels deserve (docs/methods.md#classifier-policy)."""

import numpy as np

from contrast_engine.pseudo_labels.labelled import Labelled
from contrast_engine.results import UNASSIGNED

VERY_ROUGH_UP_TO = 10


def badge(n_pictures: int) -> str:
    """The words "very rough" while too few different pictures are labelled, else nothing."""
    return "very rough" if n_pictures <= VERY_ROUGH_UP_TO else ""


def recommended(labelled: Labelled) -> str:
    """Name of the classifier for these labels, those of nearly one picture counted once.

    Up to ten: cluster vote when every cluster has labels and none has two kinds, else the
    nearest labelled image. Above: ordinal when the labels are ordered, else logistic.
    """
    if labelled.effective <= VERY_ROUGH_UP_TO:
        return "cluster_vote" if _clusters_are_decided(labelled) else "one_nn"
    return "ordinal" if labelled.is_ordered else "logistic"


def _clusters_are_decided(labelled: Labelled) -> bool:
    if labelled.cluster is None:
        return False
    clusters = np.unique(labelled.cluster[labelled.cluster != UNASSIGNED])
    own = labelled.cluster[labelled.rows]
    return bool(len(clusters)) and all(
        len(np.unique(labelled.codes[own == cluster])) == 1 for cluster in clusters
    )
