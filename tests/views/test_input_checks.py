"""What a person typed, refused with a reason or let through."""

from pathlib import Path

import pytest

from contrast_engine.steps.output.export import export
from contrast_engine.store import Workspace
from contrast_engine.views.input_checks import (
    label_set_problem,
    source_problem,
    split_labels,
    table_problem,
    workspace_problem,
)
from contrast_engine.views.outcomes import result_or_reason


@pytest.mark.parametrize("text", ["", "relative/folder", "/no/such/place"])
def test_a_source_that_cannot_work_is_refused_with_a_reason(text: str) -> None:
    assert (source_problem(text) or "").endswith(".")


def test_quotes_and_spaces_around_a_path_do_no_harm(tmp_path: Path) -> None:
    assert source_problem(f'  "{tmp_path}" ') is None


def test_a_folder_with_other_things_is_no_collection(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").write_bytes(b"")
    assert "other files" in result_or_reason(Workspace, tmp_path)[1]
    assert workspace_problem(str(tmp_path / "new.contrast")) is None
    assert "full path" in (workspace_problem("new.contrast") or "")


@pytest.mark.parametrize("text", ["low", "", "low, low", f"low, {'x' * 61}"])
def test_a_label_set_needs_two_different_short_names(text: str) -> None:
    assert label_set_problem(split_labels(text))


def test_a_label_set_is_read_from_commas() -> None:
    assert split_labels(" low ,, high,") == ("low", "high")
    assert label_set_problem(("low", "high")) is None


def test_the_table_is_not_written_to_a_relative_path(tmp_path: Path) -> None:
    assert "full path" in (table_problem("results.csv") or "")
    assert table_problem(str(tmp_path / "results.csv")) is None


def test_a_table_with_another_ending_is_refused_with_a_reason(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "some.contrast")
    report, reason = result_or_reason(export, workspace, tmp_path / "results.txt")
    assert report is None
    assert ".csv" in reason
