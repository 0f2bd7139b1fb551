from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.cli.conftest import Contrast

SAMPLES = Path(__file__).parents[3] / "sample_data"


@pytest.mark.slow
@pytest.mark.skipif(find_spec("skimage") is None, reason="scikit-image carries the photographs")
def test_the_samples_are_made_anew_byte_for_byte(contrast: Contrast, tmp_path: Path) -> None:
    said = contrast("samples", tmp_path / "s", "--json").json
    made = {path.name: path.read_bytes() for path in (tmp_path / "s").iterdir()}
    assert made == {path.name: path.read_bytes() for path in SAMPLES.iterdir()}
    assert said["images"] == sum(name.endswith(".jpg") for name in made) > 200
