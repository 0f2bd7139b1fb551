from pathlib import Path

import pytest

from tests.cli.conftest import Contrast


@pytest.mark.slow
def test_outliers_come_with_a_reason_in_the_order_asked_for(
    contrast: Contrast, workspace: Path
) -> None:
    found = contrast("outliers", workspace, "--count", "5", "--by", "distance", "--json").json
    distances = [row["distance"] for row in found["odd"]]
    assert distances == sorted(distances, reverse=True)
    assert all(row["reason"] for row in found["odd"])
    assert contrast("outliers", workspace, "--by", "guess").code == 2
