from dataclasses import replace

import numpy as np
import pytest

from contrast_engine.errors import UnknownName, WorkspaceError
from contrast_engine.imageset import ImageIds
from contrast_engine.steps.structure import space_files
from contrast_engine.steps.structure.space_files import keep_rows, kept_rows
from contrast_engine.store import Workspace
from contrast_engine.vectors import Vectors


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    monkeypatch.setattr(space_files, "KEPT_FROM", 10)
    return Workspace(tmp_path / "w.contrast")


def rows(n=200, seed=0):
    random = np.random.default_rng(seed)
    ids = ImageIds(random.permutation(1000)[:n].astype(np.uint64))
    return Vectors(ids, random.normal(size=(n, 3)), ("a", "b", "c"))


def test_what_was_kept_is_given_back_bit_by_bit(workspace):
    assert kept_rows(workspace, "s-1", "abcd") is None
    keep_rows(workspace, "s-1", "abcd", rows())
    again = kept_rows(workspace, "s-1", "abcd")
    assert np.array_equal(again.values, rows().values)
    assert again.ids == rows().ids
    assert again.columns == ("a", "b", "c")


def test_rows_of_another_table_or_of_other_columns_are_not_taken(workspace):
    keep_rows(workspace, "s-1", "abcd", rows())
    assert kept_rows(workspace, "s-2", "abcd") is None
    assert kept_rows(workspace, "s-1", "abcde") is None


def test_few_rows_leave_nothing_behind(workspace):
    keep_rows(workspace, "s-1", "abc", rows(9))
    assert not (workspace.root / "cache").exists()


@pytest.mark.parametrize("harm", ["cut", "gone", "other"])
def test_a_damaged_file_is_as_none(workspace, harm):
    keep_rows(workspace, "s-1", "abc", rows())
    file = workspace.root / "cache" / "spaces" / "s-1.rows.npy"
    if harm == "cut":
        file.write_bytes(file.read_bytes()[:500])
    elif harm == "gone":
        file.unlink()
    else:
        np.save(file, np.zeros((7, 3)))
    assert kept_rows(workspace, "s-1", "abc") is None


def test_a_disk_that_cannot_be_written_changes_nothing(workspace, monkeypatch):
    def full(*_):
        raise OSError("no space left")

    monkeypatch.setattr(space_files, "write_chunks", full)
    keep_rows(workspace, "s-1", "abc", rows())
    assert kept_rows(workspace, "s-1", "abc") is None


def test_rows_that_somebody_holds_are_read_once_and_those_kept_anew_again(workspace):
    keep_rows(workspace, "s-1", "abc", rows())
    first = kept_rows(workspace, "s-1", "abc")
    assert kept_rows(workspace, "s-1", "abc") is first
    keep_rows(workspace, "s-1", "abc", rows(seed=1))
    again = kept_rows(workspace, "s-1", "abc")
    assert np.array_equal(again.values, rows(seed=1).values)
    assert np.array_equal(first.values, rows().values)


def test_rows_are_taken_from_their_file_as_from_memory(workspace, monkeypatch):
    monkeypatch.setattr(space_files, "_CHUNK", 7)
    keep_rows(workspace, "s-1", "abc", rows())
    kept, whole = kept_rows(workspace, "s-1", "abc"), rows()
    some = [whole.ids[row] for row in (150, 3, 149, 0, 199)]
    assert np.array_equal(kept.take(some).values, whole.take(some).values)
    assert kept.take(some).ids == tuple(some)
    assert len(kept.take([])) == 0
    with pytest.raises(UnknownName, match="no row for image"):
        kept.take(["f" * 16])
    at = np.array([5, -1, 0])
    assert np.array_equal(kept.at_rows("b", at), whole.at_rows("b", at))
    assert not kept.values.flags.writeable
    mapped = kept.values
    assert np.shares_memory(Vectors(kept.ids, mapped, kept.columns).values, mapped)  # no copy
    assert type(replace(kept, columns=("x", "y", "z"))) is Vectors


def test_a_file_that_is_cut_while_it_is_in_use_is_said_and_ends_nothing(workspace):
    keep_rows(workspace, "s-1", "abc", rows())
    kept = kept_rows(workspace, "s-1", "abc")
    file = workspace.root / "cache" / "spaces" / "s-1.rows.npy"
    with file.open("r+b") as opened:
        opened.truncate(500)
    with pytest.raises(WorkspaceError, match="was cut short; remove it"):
        _ = kept.values


def test_a_row_that_is_no_number_is_as_none(workspace):
    keep_rows(workspace, "s-1", "abc", rows())
    file = workspace.root / "cache" / "spaces" / "s-1.rows.npy"
    values = np.load(file)
    values[-1, -1] = np.nan
    np.save(file, values)
    assert kept_rows(workspace, "s-1", "abc") is None
