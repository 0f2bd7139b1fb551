"""A table of very many rows: its columns wait in a file, and give the same cells."""

import numpy as np
import pytest

from contrast_engine.imageset import ImageIds
from contrast_engine.steps.output import columns, shelf
from contrast_engine.steps.output.columns import of_vectors
from contrast_engine.steps.output.shelf import Shelf
from contrast_engine.vectors import Vectors


@pytest.fixture(autouse=True)
def many(monkeypatch):
    monkeypatch.setattr(columns, "PART", 10)
    monkeypatch.setattr(columns, "HELD", 20)


def table(n=95):
    random = np.random.default_rng(0)
    ids = ImageIds(random.permutation(1000)[:n].astype(np.uint64))
    return Vectors(ids, random.normal(size=(n, 2)), ("a", "b"))


def cells(column, n):
    found = [column(start, min(start + 10, n)).listed() for start in range(0, n, 10)]
    return [cell for part in found for cell in part]


def wanted():
    """All images of the table in another order, and some that it has no row of."""
    return ImageIds(np.sort(np.append(table().numbers, np.arange(2000, 2007, dtype=np.uint64))))


@pytest.mark.parametrize("harm", ["", "no folder", "full"])
def test_columns_on_a_shelf_have_the_same_cells(tmp_path, monkeypatch, harm):
    def full(_):
        raise OSError("no space left")

    if harm == "full":
        monkeypatch.setattr(shelf, "_made", full)
    where = Shelf(tmp_path / "gone" if harm == "no folder" else tmp_path, len(wanted()))
    plain = of_vectors(table(), wanted(), ("a", "b"))
    shelved = of_vectors(table(), wanted(), ("a", "b"), where)
    for one, other in zip(plain, shelved, strict=True):
        assert cells(one, len(wanted())) == cells(other, len(wanted()))
        assert cells(one, len(wanted())).count(None) == 7
    assert "a" in where
    assert "b" in where
    assert shelved[1](33, 35).listed() == plain[1](33, 35).listed()
    assert list(tmp_path.iterdir()) == []


def test_a_few_rows_are_read_without_a_shelf(tmp_path):
    where = Shelf(tmp_path, len(wanted()))
    (column,) = of_vectors(table(), wanted(), ["b"], where)
    assert column(0, 5).listed() == table().take(wanted()[:5]).column("b").tolist()
    assert "b" not in where
