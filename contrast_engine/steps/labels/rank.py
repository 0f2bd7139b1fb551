"""rank_next, rank_show: which pairs to compare, and the ranking that the comparisons give."""

import hashlib
import heapq
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from contrast_engine.errors import NotEnoughData
from contrast_engine.pace import paced
from contrast_engine.progress import SILENT, Progress
from contrast_engine.ranking import Pair, PairAnswer, Ranking, next_pairs, rank
from contrast_engine.ranking.consistency import Consistency, consistency
from contrast_engine.ranking.pair_selection import Strategy
from contrast_engine.ranking.reliability import Reliability, reliability
from contrast_engine.results import Predictions
from contrast_engine.store import Workspace
from contrast_engine.validation.pairwise_rank import RankCorrelation, rank_correlations
from contrast_engine.vectors import ImageId, Vectors

SCORE = "score"
"""The column of an embedding that holds an encoder's score."""

AMONG = 60
"""Images that are compared, about five batches or 300 pairs of work (own choice)."""


@dataclass(frozen=True, eq=False)
class RankedImages:
    """What people's comparisons say so far.

    Args:
        ranking: The scores of every compared image.
        people: Each person's consistency.
        features: How far each feature and each model agrees with people, best first; empty if
            refused. A model is the score of an embedded encoder, or the mean predicted label
            where the labels are ordered, and is named by what it is.
        refused: Why nothing is said about features, else "".
    """

    ranking: Ranking
    people: tuple[Consistency, ...]
    features: tuple[RankCorrelation, ...]
    refused: str


def rank_next(
    workspace: Workspace,
    count: int = 10,
    *,
    who: str = "me",
    strategy: Strategy = "active",
    among: int = AMONG,
    seed: int = 0,
    waiting: Sequence[Pair] = (),
    elsewhere: Collection[tuple[ImageId, ImageId]] = (),
    progress: Progress = SILENT,
) -> tuple[Pair, ...]:
    """The next pairs for one person to say which image has more contrast.

    The images compared are a random sample, so that what is found holds for the collection; it
    grows by what is asked for here and hardly changes when images are added.

    Args:
        workspace: Measured.
        count: How many pairs.
        who: Who will be asked.
        strategy: "active" for the most informative pairs, or "random".
        among: How many images are compared in all; compared ones always stay.
        seed: Draws images, pairs and sides.
        waiting: Pairs this person has still to answer; the new ones follow them.
        elsewhere: Pairs that others are asked about now, which this person is not.
        progress: Told before each part.

    Raises:
        NotEnoughData: Nothing was measured, or fewer than two images.
        OptionError: There is no such strategy, or the count is not positive.
    """
    progress = paced(progress, "rank next", workspace, "reading the comparisons")
    judged = pair_answers(workspace)
    progress.tick(1, 3, "drawing images")
    ids = _asked_about(workspace, judged, among, seed)
    progress.tick(2, 3, "choosing pairs")
    chosen = next_pairs(
        ids, judged, count, who=who, strategy=strategy, seed=seed, waiting=waiting,
        elsewhere=elsewhere,
    )  # fmt: skip
    progress.tick(3, 3, "chosen")
    return chosen


def ranking_reliability(workspace: Workspace, *, among: int = AMONG, seed: int = 0) -> Reliability:
    """What share of the order of all images that are asked about the answers so far give right.

    Args:
        workspace: Measured.
        among: How many images are compared in all.
        seed: Draws images.

    Raises:
        NotEnoughData: Nothing was measured.
    """
    judged = pair_answers(workspace)
    return reliability(_asked_about(workspace, judged, among, seed), judged)


def rank_show(workspace: Workspace, *, progress: Progress = SILENT) -> RankedImages:
    """The scores of the compared images, people's consistency, and who agrees with them.

    Args:
        workspace: Where the comparisons are.
        progress: Told before each part.

    Raises:
        NotEnoughData: Nobody has compared anything yet.
    """
    progress = paced(progress, "rank show", workspace, "reading the comparisons")
    judged = pair_answers(workspace)
    if not judged:
        raise NotEnoughData("no images were compared yet; compare some pairs first")
    ids = sorted({image for one in judged for image in (one.left, one.right)})
    features: tuple[RankCorrelation, ...] = ()
    progress.tick(1, 3, "comparing features with people")
    refused = ""
    try:
        tables = [_measured(workspace), *_models(workspace)]
        found = [one for table in tables for one in rank_correlations(table, judged)]
        features = tuple(sorted(found, key=lambda one: -(-2.0 if one.rho is None else one.rho)))
    except NotEnoughData as error:
        refused = str(error)
    progress.tick(2, 3, "ranking")
    said = RankedImages(rank(ids, judged), consistency(judged), features, refused)
    progress.tick(3, 3, "ranked")
    return said


def pair_answers(workspace: Workspace) -> list[PairAnswer]:
    """Every comparison of the workspace, oldest first."""
    return [PairAnswer(c.left, c.right, c.answer, c.who) for c in workspace.comparisons.all()]


def _asked_about(
    workspace: Workspace, judged: Sequence[PairAnswer], among: int, seed: int
) -> list[ImageId]:
    """The images that are compared: those that were, and others drawn at random."""
    measured = _measured(workspace)
    compared = {image for one in judged for image in (one.left, one.right)}
    drawn = heapq.nsmallest(max(among, 2), measured.ids, key=lambda image: _lot(image, seed))
    there = {image for image in compared if image in measured.ids}
    rest = [image for image in drawn if image not in there][: max(max(among, 2) - len(there), 0)]
    return sorted([*there, *rest])


def _measured(workspace: Workspace) -> Vectors:
    key = workspace.current("features")
    if key is None:
        raise NotEnoughData("there are no measured images in this workspace; measure them first")
    table: Vectors = workspace.load(key)
    return table


def _models(workspace: Workspace) -> list[Vectors]:
    """The one-number scores that were learnt, each for all measured images."""
    measured = _measured(workspace).ids
    found = []
    key = workspace.current("predictions")
    if key is not None and workspace.manifest(key).details.get("is_ordered"):
        said: Predictions = workspace.load(key)
        place = said.probability @ np.arange(len(said.labels))
        method = workspace.manifest(key).details["method"]
        found.append(Vectors(said.ids, place[:, None], (f"predicted label ({method})",)))
    for made in workspace.artifacts("embeddings"):
        if made.details.get("has_score"):
            column = workspace.load(made.key).column(SCORE)
            name = f"score of {made.details.get('name', 'an encoder')} ({made.key[:6]})"
            found.append(Vectors(workspace.load(made.key).ids, column[:, None], (name,)))
    return [one for one in found if set(measured) <= set(one.ids)]


def _lot(image: ImageId, seed: int) -> str:
    return hashlib.blake2b(f"{seed}/{image}".encode(), digest_size=8).hexdigest()
