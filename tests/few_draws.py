"""A few draws and rounds in place of dozens, for tests of anything but their numbers."""

from functools import partial

import pytest

from contrast_engine.predict.tiers import speed
from contrast_engine.steps.evidence import known_changes
from contrast_engine.validation import (
    cluster_count,
    gaps,
    learned_order,
    planted_groups,
    separate_groups,
    stability,
)


def draw_few(patch: pytest.MonkeyPatch) -> None:
    """Let every check that draws again and again do so a few times, by the same code."""
    patch.setattr(stability, "PAIRS", 4)
    patch.setattr(stability, "SEEDS", 3)
    patch.setattr(learned_order, "SHUFFLES", 4)
    patch.setattr(planted_groups, "PLANTINGS", 2)
    patch.setattr(planted_groups, "SPLITS", 1)
    patch.setattr(gaps, "SPLITS", 1)
    patch.setattr(known_changes, "CLIMBING", 3)
    patch.setattr(speed, "REPEATS", 2)
    few = partial(separate_groups.against_null, draws=4)
    patch.setattr(separate_groups, "against_null", few)
    patch.setattr(cluster_count, "choose_k", partial(cluster_count.choose_k, draws=4, pairs=3))
