"""A measured collection for networks that are brought along: pictures of many contrasts."""

import shutil
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from contrast_engine import Workspace, steps

N_IMAGES = 40


def scene(row: int) -> np.ndarray:
    """Clouds around mid-grey (72, 96, 3): contrast, brightness, detail and size vary apart."""
    random = np.random.default_rng([31, row])
    coarse = cv2.resize(random.normal(size=(5, 7)), (96, 72), interpolation=cv2.INTER_CUBIC)
    fine = random.normal(size=(72, 96)) * random.uniform(0.02, 0.2)
    pattern = coarse + fine
    pattern = (pattern - pattern.mean()) / pattern.std()
    codes = random.uniform(0.42, 0.58) + random.uniform(0.03, 0.16) * pattern
    tint = random.uniform(0.9, 1.0, size=3)
    return np.round(255 * np.clip(codes[..., None] * tint, 0, 1)).astype(np.uint8)


@pytest.fixture(scope="session")
def clouds(made_once: Callable[..., Path]) -> Path:
    """The measured workspace; only to be copied."""

    def fill(folder: Path) -> None:
        (folder / "pictures").mkdir()
        for row in range(N_IMAGES):
            picture = scene(row)
            if row % 3 == 1:  # sizes differ, and say nothing
                picture = cv2.resize(picture, (60, 45), interpolation=cv2.INTER_AREA)
            cv2.imwrite(str(folder / "pictures" / f"{row:02d}.png"), picture[..., ::-1])
        workspace = Workspace(folder / "clouds.contrast")
        steps.scan(workspace, [folder / "pictures"])
        steps.measure(workspace)
        workspace.close()

    return made_once("clouds", fill) / "clouds.contrast"


@pytest.fixture
def workspace(clouds: Path, tmp_path: Path) -> Workspace:
    """A copy of it."""
    return Workspace(Path(shutil.copytree(clouds, tmp_path / "mine.contrast")))
