"""Fixtures that more than one room of the tests needs."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real photographs beside the repository; never copied into it."""
    folder = Path(__file__).parents[1] / ".." / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the folder of real photographs (../shared/data) is not on this machine")
    return folder.resolve()
