"""The ranking that comparisons of pairs give so far, and the pairs that are asked about next."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from contrast_engine.figures.evidence import ranking as ranking_chart
from contrast_engine.ranking import Pair
from contrast_engine.ranking.consistency import Consistency
from contrast_engine.ranking.reliability import MEANS
from contrast_engine.steps.labels.rank import (
    AMONG,
    RankedImages,
    rank_next,
    rank_show,
    ranking_reliability,
)
from contrast_engine.store.team import ImagePair, as_pair
from contrast_engine.store.workspace import Workspace
from contrast_engine.validation.pairwise_rank import ENOUGH, RankCorrelation
from contrast_engine.vectors import ImageId
from contrast_engine.views.collection.feature_overview import feature_title
from contrast_engine.views.input_checks import sentence
from contrast_engine.views.outcomes import result_or_reason

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

BATCH = 10
"""Pairs chosen at a time: one of them is a pair that was compared before."""

AHEAD = 10
"""Pairs that wait at least, so that quick answers never wait for the next ones to be chosen."""


TRIES = 5
"""So often pairs are chosen anew, of which others took all while they were chosen."""

BACK = "taken back"
"""Why a pair is asked about again that its annotator took back."""


@dataclass(frozen=True)
class PairsCard:
    """The ranking of compared images, and who agrees with it.

    Args:
        judgements: How many comparisons it rests on.
        words: What the scores mean, with their basis.
        ranking: The compared images from most to least contrast, each with its score in words.
        chart: The scores with their intervals.
        annotators: One row per annotator: how consistent they are.
        features: One row per feature, best first; empty where nothing may be said yet.
        features_words: What those rows rest on, or why there are none.
    """

    judgements: int
    words: str
    ranking: tuple[tuple[ImageId, str], ...]
    chart: "Figure"
    annotators: tuple[dict[str, str], ...]
    features: tuple[dict[str, str], ...]
    features_words: str


def waiting_pairs(
    workspace: Workspace, waiting: Sequence[Pair], who: str, tab: str = ""
) -> tuple[Pair, ...]:
    """The pairs one annotator has still to compare, followed by new ones where few are left.

    What others are asked about now is passed over, but for a pair that was taken back here. Where
    all pairs are in the hands of others there is none.

    Args:
        workspace: Measured.
        waiting: The pairs of before that are not answered, from the one on the screen.
        who: The annotator.
        tab: Names one tab of their browser, into whose hands the pairs are put; "" where nobody
            else is told, and the same pairs may be asked of others.
    """
    there = workspace.images
    kept = tuple(pair for pair in waiting if pair.left in there and pair.right in there)
    for _ in range(TRIES):
        held = (result_or_reason(workspace.team.held_pairs, who)[0] if tab else None) or {}
        free = _filled(workspace, [p for p in kept if _is_free(p, held)], who, list(held))
        kept = _taken(workspace, free, who, tab) if tab else free
        if kept or not free:
            break
    return kept


def back(left: ImageId, right: ImageId) -> Pair:
    """A pair that its annotator took back, and is asked about again."""
    return Pair(left, right, BACK)


def _is_free(pair: Pair, held: Collection[ImagePair]) -> bool:
    return pair.reason == BACK or as_pair(pair.left, pair.right) not in held


def _filled(
    workspace: Workspace, kept: Sequence[Pair], who: str, held: Sequence[ImagePair]
) -> tuple[Pair, ...]:
    """Some pairs, and new ones behind them until enough wait or there are no more."""
    found = tuple(kept)
    while len(found) < AHEAD:
        new = rank_next(workspace, BATCH, who=who, waiting=found, elsewhere=held)
        if not new:
            break
        found = (*found, *new)
    return found


def _taken(workspace: Workspace, wanted: Sequence[Pair], who: str, tab: str) -> tuple[Pair, ...]:
    """Those of some pairs that are in the hands of a tab now."""
    images = min(AMONG, len(workspace.images))
    pairs = [as_pair(one.left, one.right) for one in wanted if one.reason != BACK]
    taken, _ = result_or_reason(
        workspace.team.hand_out_pairs, who, tab, pairs, most=len(pairs),
        there_are=images * (images - 1) // 2,
    )  # fmt: skip
    if taken is None:  # it cannot be told who has what: two answers about a pair do no harm
        return tuple(wanted)
    own = set(taken)
    return tuple(p for p in wanted if p.reason == BACK or as_pair(p.left, p.right) in own)


def answered_by(workspace: Workspace, who: str) -> int:
    """How many pairs this annotator has compared."""
    return sum(one.who == who.strip() for one in workspace.comparisons.all())


@dataclass(frozen=True)
class RankingProgress:
    """How far a ranking is from meaning something.

    Args:
        share: Of the way there, 0 to 1.
        words: What the answers so far are worth, and how many are needed.
    """

    share: float
    words: str


def ranking_progress(workspace: Workspace) -> RankingProgress:
    """How many answers there are, what order they give, and how many that takes."""
    found = ranking_reliability(workspace)
    few, many = found.needed
    need = (
        f"A ranking means something from {MEANS:.0%} on, which takes {few:,} to {many:,} answers "
        f"for {found.images:,} images, by how far apart they are"
    )
    if not found.answers:
        return RankingProgress(
            0.0, f"{need}. By guessing, half of all pairs of images stand right."
        )
    share = min(max((found.right - 0.5) / (MEANS - 0.5), 0.0), 1.0)
    now = (
        f"{_count(found.answers, 'answer')} so far: {found.right:.0%} of all pairs of images are "
        f"expected to stand in the right order ({found.low:.0%} to {found.high:.0%}; guessing: 50%)"
    )
    if found.is_enough:
        end = f"Enough: from {MEANS:.0%} on a ranking means something. More answers make it surer"
        return RankingProgress(1.0, f"{end}. {now}.")
    return RankingProgress(share, f"{now}. {need}.")


def pairs_card(workspace: Workspace) -> PairsCard | None:
    """What the comparisons say; None where nobody has compared anything."""
    if not workspace.comparisons.all():
        return None
    found = rank_show(workspace)
    ranking = found.ranking
    row = {image: position for position, image in enumerate(ranking.ids)}
    order = [row[image] for image in ranking.order]
    score, half = ranking.score[order], ranking.half_width[order]
    captions = (f"{_signed(s)} ± {h:.1f}" for s, h in zip(score, half, strict=True))
    return PairsCard(
        ranking.judgements,
        f"{len(order):,} images, {_count(ranking.judgements, 'comparison')}. A score is natural "
        "log odds (Bradley-Terry): an image 1 higher is found to have more contrast about 73 "
        "times in 100. After ± half of the 95% interval; with few comparisons the scores stay "
        "near 0 and the intervals wide.",
        tuple(zip(ranking.order, captions, strict=True)),
        ranking_chart(score, half, ranking.order),
        tuple(_annotator(one) for one in found.people),
        tuple(_feature(one) for one in found.features),
        _features_words(found),
    )


def _annotator(one: Consistency) -> dict[str, str]:
    return {
        "Annotator": one.who,
        "Pairs compared": f"{one.judgements:,}",
        "No difference": f"{one.ties:,}",
        "Same answer when asked again": _share(one.same, one.same_low, one.same_high, one.repeats),
        "Chose the left side": _share(
            one.left, one.left_low, one.left_high, one.judgements - one.ties
        ),
    }


def _feature(one: RankCorrelation) -> dict[str, str]:
    right = _share(one.right, one.right_low, one.right_high, one.judgements)
    if one.rho is None or one.low is None or one.high is None:
        return {"Feature": feature_title(one.measure), "Spearman with annotators": "does not vary",
                "Same order as annotators": right}  # fmt: skip
    return {
        "Feature": feature_title(one.measure),
        "Spearman with annotators": f"{_signed(one.rho, 2)} ({_signed(one.low, 2)} to "
        f"{_signed(one.high, 2)}, n = {one.n:,})",
        "Same order as annotators": right,
    }


def _by_chance(first: RankCorrelation) -> str:
    if first.p is None:
        return ""
    return f"; by chance alone the best of them would reach as much with p = {first.p:.3f}"


def _features_words(found: RankedImages) -> str:
    if found.refused:
        return sentence(found.refused)
    first = found.features[0]
    text = (
        f"Spearman correlation of each feature and each model with the scores of {first.n:,} "
        f"compared images, and the share of {first.judgements:,} decided comparisons whose order "
        "it gives; in brackets 95% intervals, which count the images but not the doubt in their "
        "scores. By chance the correlation is 0 and the share 50%. The best of "
        f"{len(found.features)} always looks better than it is{_by_chance(first)}."
    )
    if found.ranking.judgements < 3 * ENOUGH:
        return f"{text} With so few comparisons this is a first impression."
    return text


def _share(share: float | None, low: float | None, high: float | None, n: int) -> str:
    if share is None or low is None or high is None:
        return "not measured yet"
    return f"{share:.0%} ({low:.0%} to {high:.0%}, n = {n:,})"


def _signed(value: float, digits: int = 1) -> str:
    return f"{value:+.{digits}f}".replace("-", "\N{MINUS SIGN}")


def _count(n: int, thing: str) -> str:
    return f"{n:,} {thing}" + ("" if n == 1 else "s")
