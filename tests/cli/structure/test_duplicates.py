import shutil
from pathlib import Path

import pytest
from PIL import Image

from tests.cli.conftest import Contrast


@pytest.mark.slow
def test_a_picture_saved_again_is_grouped_with_itself(
    contrast: Contrast, photos: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(photos, tmp_path / "in"))
    one = sorted(folder.glob("*.jpg"))[0]
    Image.open(one).save(folder / "again.jpg", quality=90)
    contrast("gather", tmp_path / "w.contrast", folder)
    groups = contrast("duplicates", tmp_path / "w.contrast", "--json").json["doubles"]
    assert {str(one), str(folder / "again.jpg")} in [
        {image["path"] for image in group["images"]} for group in groups
    ]
    assert str(folder / "again.jpg") in contrast("duplicates", tmp_path / "w.contrast").out
