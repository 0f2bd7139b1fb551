"""Fixtures that more than one room of the tests needs."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real photographs beside the repository; never copied into it."""
    folder = Path(__file__).parents[1] / ".." / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the folder of real photographs (../shared/data) is not on this machine")
    return folder.resolve()


@pytest.fixture(scope="session")
def photographs() -> Callable[..., list[Path]]:
    """Writes so many small, different, deterministic JPEGs into a folder."""

    def write(folder: Path, count: int, seed: int = 0, side: int = 48) -> list[Path]:
        folder.mkdir(parents=True, exist_ok=True)
        random = np.random.default_rng(seed)
        paths = []
        for number in range(count):
            coarse = random.integers(0, 256, (6, 6, 3), dtype=np.uint8)
            paths.append(folder / f"photo_{number:04d}.jpg")
            Image.fromarray(coarse).resize((side, side), Image.Resampling.BICUBIC).save(paths[-1])
        return paths

    return write
