"""An array in a workspace of a stranger is read as numbers, or not at all."""

from pathlib import Path

import numpy as np
import pytest

from contrast_engine.store.atomic_files import read_array, write_array
from tests.strangers import HARMED, LYING_ARRAYS


@pytest.mark.parametrize("is_mapped", [False, True])
@pytest.mark.parametrize("content", LYING_ARRAYS, ids=range(len(LYING_ARRAYS)))
def test_what_is_no_array_is_none(content: bytes, is_mapped: bool, tmp_path: Path) -> None:
    (tmp_path / "one.npy").write_bytes(content)
    assert read_array(tmp_path / "one.npy", is_mapped=is_mapped) is None
    assert not HARMED.exists()


def test_what_is_one_is_read(tmp_path: Path) -> None:
    write_array(tmp_path / "one.npy", np.arange(6).reshape(2, 3))
    for is_mapped in (False, True):
        found = read_array(tmp_path / "one.npy", is_mapped=is_mapped)
        assert found is not None
        assert found.tolist() == [[0, 1, 2], [3, 4, 5]]
