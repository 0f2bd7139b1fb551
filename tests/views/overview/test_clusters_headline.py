"""The headline of the clusters says what to take away, whatever the verdict."""

import pytest

from contrast_engine.validation.separation import ACROSS, GROUPS, MISSED, REGIONS
from contrast_engine.views.overview.clusters import headline


@pytest.mark.parametrize(
    ("reading", "why", "n", "words"),
    [
        (GROUPS, ACROSS, 3, "Groups, cut across by these 3 clusters"),
        (GROUPS, ACROSS, 1, "Groups, cut across by this cluster"),
        (GROUPS, MISSED, 0, "Groups, not found by this method"),
        (GROUPS, "3 groups, which the 8 clusters cut further", 8, "Separate groups"),
        (REGIONS, "no separate groups", 4, "Regions of one continuum"),
        ("", "", 2, ""),
    ],
)
def test_clusters_that_are_no_groups_are_not_announced_as_groups(reading, why, n, words) -> None:
    assert headline(reading, f"{reading}: {why}", n) == words
