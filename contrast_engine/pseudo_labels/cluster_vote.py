"""Every cluster takes the label its labelled members were given."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from contrast_engine.arrays import Floats, Ints
from contrast_engine.errors import NotEnoughData
from contrast_engine.options import option
from contrast_engine.pseudo_labels import classifiers
from contrast_engine.pseudo_labels.abstaining import distances
from contrast_engine.pseudo_labels.classifier import Arrays, Classifier, Snapshot
from contrast_engine.pseudo_labels.folds import Folds
from contrast_engine.pseudo_labels.labelled import Labelled
from contrast_engine.results import UNASSIGNED


@dataclass(frozen=True, eq=False)
class VoteModel:
    """A share of votes per cluster.

    Args:
        clusters: (q,) cluster ids.
        centres: (q, d) their means, for images of unknown cluster.
        votes: (q, k) probabilities.
        prior: (k,) for images of no cluster.
    """

    clusters: Ints
    centres: Floats
    votes: Floats
    prior: Floats

    def predict_proba(self, values: Floats, cluster: Ints | None = None) -> Floats:
        """(n, k) votes of each row's cluster, or of the nearest one where not known."""
        if cluster is None:
            cluster = self.clusters[distances(values, self.centres).argmin(axis=1)]
        table = np.concatenate([self.votes, self.prior[None, :]])
        matches = cluster[:, None] == self.clusters[None, :]
        row = np.where(matches.any(axis=1), matches.argmax(axis=1), len(self.clusters))
        probability: Floats = table[row]
        return probability

    def arrays(self) -> Arrays:
        """Clusters, centres and votes."""
        return {
            "clusters": self.clusters,
            "centres": self.centres,
            "votes": self.votes,
            "prior": self.prior,
        }


@classifiers.add("cluster_vote")
@dataclass(frozen=True)
class ClusterVote(Classifier):
    """Every image takes the commonest label of its cluster; for very few labels.

    A cluster's share of votes is mixed with an even spread over the labels, so one vote is not
    certainty and a cluster without labels stays undecided.

    Source: docs/methods.md#cluster-vote.
    """

    title: ClassVar[str] = "Cluster vote"
    uses_clusters: ClassVar[bool] = True

    caution: float = option(
        1.0, "Votes' worth of doubt spread evenly over the labels.", low=0.01, high=100.0
    )

    def fit(self, labelled: Labelled, folds: Folds) -> Iterator[Snapshot]:
        """Count the votes, and count them again without each fold.

        Raises:
            NotEnoughData: There is no clustering.
        """
        if labelled.cluster is None or (labelled.cluster == UNASSIGNED).all():
            raise NotEnoughData(
                "the cluster vote needs a clustering; cluster the collection first "
                "or choose another method"
            )
        own = labelled.cluster[labelled.rows]
        held_out = np.stack(
            [self._model(labelled, ~hidden).predict_proba(labelled.values, own)
             for hidden in folds.held_out]
        )  # fmt: skip
        model = self._model(labelled, np.ones(len(labelled), dtype=np.bool_))
        chosen = model.predict_proba(labelled.values, own)
        loss = -np.log(chosen[np.arange(len(labelled)), labelled.codes]).mean()
        yield Snapshot(model, held_out, float(loss), 1, 1)

    @staticmethod
    def load(arrays: Mapping[str, npt.NDArray[Any]]) -> VoteModel:
        """Make the fitted model of saved arrays again."""
        return VoteModel(arrays["clusters"], arrays["centres"], arrays["votes"], arrays["prior"])

    def _model(self, labelled: Labelled, seen: npt.NDArray[np.bool_]) -> VoteModel:
        assert labelled.cluster is not None
        k = len(labelled.classes)
        clusters = np.unique(labelled.cluster[labelled.cluster != UNASSIGNED])
        own, codes = labelled.cluster[labelled.rows][seen], labelled.codes[seen]
        counts = np.stack([np.bincount(codes[own == c], minlength=k) for c in clusters])
        votes = (counts + self.caution / k) / (counts.sum(axis=1, keepdims=True) + self.caution)
        values = labelled.space.values
        centres = np.stack([values[labelled.cluster == c].mean(axis=0) for c in clusters])
        return VoteModel(clusters, centres, votes, np.full(k, 1 / k))
