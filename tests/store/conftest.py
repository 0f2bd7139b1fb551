"""The workspace of before, unpacked anew for every test that asks for it."""

import zipfile
from pathlib import Path

import pytest

from contrast_engine.store import Workspace

KEPT = Path(__file__).parents[1] / "fixtures" / "workspace_before_10.zip"


@pytest.fixture
def unpacked(tmp_path):
    """The folder with `before.contrast` and what commands answered then, in `expected`."""
    with zipfile.ZipFile(KEPT) as file:
        file.extractall(tmp_path)
    return tmp_path


@pytest.fixture
def before(unpacked):
    """A workspace made by the last commit before the names changed."""
    return Workspace.open(unpacked / "before.contrast")
