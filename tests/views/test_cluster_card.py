"""What a cluster card says of its cluster."""

from pathlib import Path

import pytest

from contrast_engine import steps
from contrast_engine.store import Workspace
from contrast_engine.views.structure.cluster_card import cluster_cards

SAMPLES = sorted((Path(__file__).parents[2] / "sample_data").glob("*.jpg"))[::16]


@pytest.fixture
def measured(tmp_path: Path) -> Workspace:
    """Fifteen sample photographs, scanned and measured."""
    workspace = Workspace(tmp_path / "some.contrast")
    steps.gather(workspace, SAMPLES)
    return workspace


@pytest.mark.slow
def test_a_card_says_how_a_cluster_differs_in_shares_of_pairs(measured: Workspace) -> None:
    key = steps.cluster(measured)
    measured.labels.name_cluster(key, 1, "hazy")
    found = cluster_cards(measured, key)
    assert sum(card.size for card in found) == len(SAMPLES)
    assert sum(card.share for card in found) == pytest.approx(1)
    assert [card.name for card in found] == ["", "hazy", ""]
    stored = measured.manifest(key).details["differences"]["0"][0]
    said = found[0].differences[0].words
    assert said.startswith("higher" if stored["effect"] > 0 else "lower")
    assert f"{(1 + abs(stored['effect'])) / 2:.0%}" in said
    low, high = (int(end.rstrip("%)")) for end in said.partition("(")[2].split(" to "))
    assert 0 <= low <= high <= 100
