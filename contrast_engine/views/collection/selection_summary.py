"""Some images against the rest: one sentence, bars, a warning; and what can be taken away."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np

from contrast_engine import describe
from contrast_engine.arrays import Ints
from contrast_engine.describe import Difference
from contrast_engine.errors import NotEnoughData
from contrast_engine.imageset import ImageSet
from contrast_engine.randomness import generator
from contrast_engine.selection import Togetherness, togetherness
from contrast_engine.several import several
from contrast_engine.steps.output.export_selection import selected_table
from contrast_engine.steps.structure.spaces import space
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId, Vectors
from contrast_engine.views.collection.feature_overview import feature_title
from contrast_engine.views.output.table_preview import ENCODERS

BARS = 6
"""Features that are drawn: more do not fit beside a map (own choice)."""

MOST_COMPARED = 20_000
"""Above so many images a draw of them is compared, and it is said: seconds for half a million."""


@dataclass(frozen=True)
class Bar:
    """How one feature differs: in words, as Cliff's delta from -1 to 1, with its 95 % interval."""

    name: str
    effect: float
    low: float
    high: float


@dataclass(frozen=True)
class SelectionSummary:
    """What sets some images apart.

    Args:
        sentence: In one sentence.
        bars: Effect sizes, largest first; none where there is nothing to compare with.
        chance: The largest effect in 95 of 100 random draws of as many images.
        warning: Why they should not be read as one kind, empty where they may.
    """

    sentence: str
    bars: tuple[Bar, ...] = ()
    chance: float = 0.0
    warning: str = ""

    def as_json(self) -> bytes:
        """It as a page fetches it."""
        return json.dumps(asdict(self)).encode()


def selection_words(space: Vectors, ids: Sequence[ImageId]) -> SelectionSummary:
    """What sets some images apart from all the others.

    Args:
        space: The core features of all images, on one scale.
        ids: The chosen ones; those without a row are left out.
    """
    known = space.rows_of(ids)
    rest = len(space) - len(known)
    if not len(known) or not rest:
        return SelectionSummary("All images are selected: there are no others to compare with.")
    compared, those = compared_of(space, known)
    found = describe.differences(compared, those)
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
    if len(compared) < len(space):
        sentence += f" Compared on {len(compared):,} images drawn from the {len(space):,}."
    if len(known) < 3:
        return SelectionSummary(sentence)
    warning = _warning(togetherness(space, space.at(known)), len(known), len(space))
    return SelectionSummary(sentence, _bars(found[:BARS]), by_chance, warning)


def explain_selection(workspace: Workspace, ids: Iterable[ImageId]) -> SelectionSummary:
    """What sets some images apart from all others, in words and as effect sizes.

    Args:
        workspace: Measured.
        ids: The images; those that were not measured are left out.

    Raises:
        NotEnoughData: Nothing was measured, none of them, or all: there is nothing to compare.
        OptionError: A single id instead of several.
    """
    wanted = several(ids, "ids")
    here = space(workspace).vectors
    images = ImageSet.of(wanted) & here.images
    if not 0 < len(images) < len(here):
        raise NotEnoughData(
            f"these are {len(images):,} of {len(here):,} measured images; a comparison needs "
            "some and some others"
        )
    found = selection_words(here, images)
    return replace(found, sentence=found.sentence.replace("**", ""))


def compared_of(space: Vectors, known: Ints) -> tuple[Vectors, Sequence[ImageId]]:
    """The images to compare and which of them are chosen: of very many, a seeded draw.

    As many of either side as there may be of both: the effect does not depend on their shares.

    Args:
        space: All images.
        known: Rows of the chosen ones.
    """
    if len(space) <= MOST_COMPARED:
        return space, [space.ids[row] for row in known]
    is_other = np.ones(len(space), dtype=np.bool_)
    is_other[known] = False
    random, most = generator(0, "chosen", "compared"), MOST_COMPARED // 2
    inside, outside = (
        [space.ids[row] for row in random.choice(side, min(len(side), most), replace=False)]
        for side in (known, np.flatnonzero(is_other))
    )
    return space.take([*inside, *outside]), inside


def selection_json(workspace: Workspace, ids: Sequence[ImageId], suffix: str) -> bytes:
    """Some images as the bytes of a "csv" or "parquet" table."""
    return ENCODERS[suffix](selected_table(workspace, ids))


def _bars(found: Sequence[Difference]) -> tuple[Bar, ...]:
    return tuple(Bar(describe.phrase(d.feature, d.effect), d.effect, d.low, d.high) for d in found)


def _pairs(found: Difference) -> str:
    side = "lower" if found.effect < 0 else "higher"
    return f"{side} in {_share(abs(found.effect))} of pairs of a selected and another image"


def _share(effect: float) -> str:
    """Cliff's delta as what it is: the share of pairs in which the one is above the other."""
    return f"{(1 + effect) / 2:.0%}"


def _warning(found: Togetherness | None, size: int, total: int) -> str:
    if found is None or found.is_neighbourhood:
        return ""
    among = f", among a draw of {found.among:,} images" if found.among < total else ""
    return (
        "These images are not a neighbourhood in the space of all features, even where they lie "
        f"together on a map: of the images most like one of them, {found.share:.0%} are selected. "
        f"Around one point it would be {found.possible:.0%}, in a random draw of {size:,} images "
        f"{found.chance:.0%} ({found.n:,} of them asked{among}). Do not read them as one kind."
    )
