"""Some images against the rest: one sentence, bars, a warning; and what can be taken away."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from contrast_engine import describe, figures
from contrast_engine.describe import Difference
from contrast_engine.randomness import generator
from contrast_engine.selection import Togetherness, togetherness
from contrast_engine.steps.selecting import selected_table
from contrast_engine.store.workspace import Workspace
from contrast_engine.summaries.overview import feature_title
from contrast_engine.summaries.table import ENCODERS
from contrast_engine.vectors import ImageId, Vectors

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

BARS = 6
"""Measures that are drawn: more do not fit beside a map (own choice)."""

MOST_COMPARED = 20_000
"""Above so many images a draw of them is compared, and it is said: seconds for half a million."""


@dataclass(frozen=True, eq=False)
class Chosen:
    """What sets some images apart.

    Args:
        sentence: In one sentence.
        bars: Effect sizes with intervals; None where there is nothing to compare with.
        warning: Why they should not be taken for a kind, empty where they may.
    """

    sentence: str
    bars: "Figure | None"
    warning: str


def chosen_words(space: Vectors, ids: Sequence[ImageId]) -> Chosen:
    """Say what sets some images apart from all the others.

    Args:
        space: The core measures of all images, on one scale.
        ids: The chosen ones; those without a row are left out.
    """
    known = [image for image in ids if image in space.rows]
    rest = len(space) - len(known)
    if not known or not rest:
        return Chosen("All images are selected: there are no others to compare with.", None, "")
    judged, those = _drawn(space, known)
    found = describe.differences(judged, those)
    by_chance = describe.chance(space, len(known))
    clear = tuple(one for one in found if abs(one.effect) > by_chance)
    blind = f"{len(known):,} images drawn blindly"
    if clear:
        sentence = (
            f"Compared with the other {rest:,} images: **{describe.words(clear)}**. "
            f"Most different: {feature_title(clear[0].feature)}, {_pairs(clear[0])}; "
            f"among {blind} the strongest difference stays below {_share(by_chance)} in 95 of "
            "100 draws."
        )
    else:
        sentence = (
            f"**Nothing sets these images apart** from the other {rest:,}: the largest difference, "
            f"{feature_title(found[0].feature)}, {_pairs(found[0])}, is one that {blind} show too "
            f"(up to {_share(by_chance)} in 95 of 100 draws)."
        )
    if len(judged) < len(space):
        sentence += f" Compared on {len(judged):,} images drawn from the {len(space):,}."
    if len(known) < 3:
        return Chosen(sentence, None, "")
    bars = _bars(found[:BARS], by_chance)
    return Chosen(sentence, bars, _warning(togetherness(space, known), len(known), len(space)))


def _drawn(space: Vectors, known: Sequence[ImageId]) -> tuple[Vectors, Sequence[ImageId]]:
    """Give the images to compare and which of them are chosen: of very many, a seeded draw.

    As many of either side as there may be of both: the effect does not depend on their shares.
    """
    if len(space) <= MOST_COMPARED:
        return space, known
    inside = set(known)
    sides = (known, [image for image in space.ids if image not in inside])
    random = generator(0, "chosen", "compared")
    drawn = [
        side
        if len(side) <= MOST_COMPARED // 2
        else [side[row] for row in random.choice(len(side), MOST_COMPARED // 2, replace=False)]
        for side in sides
    ]
    return space.take([*drawn[0], *drawn[1]]), drawn[0]


def chosen_bytes(workspace: Workspace, ids: Sequence[ImageId], suffix: str) -> bytes:
    """Give some images as the bytes of a "csv" or "parquet" table."""
    return ENCODERS[suffix](selected_table(workspace, ids))


def _bars(found: Sequence[Difference], by_chance: float) -> "Figure":
    names = {d.feature: describe.phrase(d.feature, d.effect) for d in found}
    drawn = figures.bars(
        {names[d.feature]: d.effect for d in found},
        {names[d.feature]: (d.low, d.high) for d in found},
        title="Cliff's delta: lower \N{LEFTWARDS ARROW} \N{RIGHTWARDS ARROW} higher",
        rows="",
        marks={"": -by_chance, " ": by_chance},
    )
    drawn.update_xaxes(range=[-1.05, 1.05])
    drawn.update_layout(annotations=[])  # the lines are explained below, names would hide bars
    return drawn


def _pairs(found: Difference) -> str:
    side = "lower" if found.effect < 0 else "higher"
    return f"{side} in {_share(abs(found.effect))} of pairs of a selected and another image"


def _share(effect: float) -> str:
    """Read Cliff's delta as what it is: the share of pairs in which the one is above the other."""
    return f"{(1 + effect) / 2:.0%}"


def _warning(found: Togetherness | None, size: int, total: int) -> str:
    if found is None or found.is_neighbourhood:
        return ""
    among = f", among a draw of {found.among:,} images" if found.among < total else ""
    return (
        "These images are not a neighbourhood in the space of all measures, even where they lie "
        f"together on a map: of the images most like one of them, {found.share:.0%} are selected. "
        f"Around one point it would be {found.possible:.0%}, in a random draw of {size:,} images "
        f"{found.chance:.0%} ({found.n:,} of them asked{among}). Do not take them for one kind."
    )
