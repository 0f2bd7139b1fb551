from pathlib import Path

import pytest

from tests.cli.conftest import Contrast


@pytest.mark.slow
def test_the_samples_can_be_made_anew(contrast: Contrast, tmp_path: Path) -> None:
    said = contrast("samples", tmp_path / "s", "--json").json
    assert said["images"] == len(list((tmp_path / "s").glob("*.jpg"))) > 200
