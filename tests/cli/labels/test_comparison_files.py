"""Comparisons leave as a file and come back, with who, when and what was undone."""

import json
from pathlib import Path

from contrast_engine import Workspace
from tests.cli.conftest import Contrast


def test_comparisons_come_back_as_they_were_and_only_once(
    contrast: Contrast, workspace: Path, tmp_path: Path
) -> None:
    opened = Workspace.open(workspace)
    one, two, three = sorted(opened.images.ids)[:3]
    opened.comparisons.add(one, two, "left", "anna")
    opened.comparisons.add(two, three, "tie", "simulated A")
    opened.comparisons.add(three, one, "right", "anna")
    opened.comparisons.undo("anna")
    file = tmp_path / "pairs.jsonl"
    assert contrast("rank", "export", workspace, file, "--json").json["rows"] == 3
    assert contrast("rank", "export", workspace, file).code == 1  # it is there
    rows = opened.comparisons.rows()
    assert [json.loads(line) for line in file.read_text().splitlines()] == list(rows)
    assert [row["undone"] for row in rows] == [False, False, True]

    again = tmp_path / "again.contrast"
    Workspace(again)
    taken = contrast("rank", "import", again, file, "--json").json
    assert taken == {"rows": 3, "taken": 3}
    assert Workspace(again).comparisons.rows() == rows
    assert contrast("rank", "import", again, file, "--json").json["taken"] == 0
    assert len(Workspace(again).comparisons.all()) == 2


def test_a_line_that_is_no_comparison_is_refused_and_nothing_is_written(
    contrast: Contrast, workspace: Path, tmp_path: Path
) -> None:
    one, two = sorted(Workspace.open(workspace).images.ids)[:2]
    good = json.dumps({"left": one, "right": two, "answer": "left"})
    file = tmp_path / "pairs.jsonl"
    for bad, words in (
        ("[1]", "line 2 of"),
        ('{"left": "x"}', "is no image id"),
        (json.dumps({"left": one, "right": one, "answer": "tie"}), "compared with itself"),
        (json.dumps({"left": one, "right": two, "answer": "both"}), "an answer is one of"),
    ):
        file.write_text(f"{good}\n{bad}\n")
        said = contrast("rank", "import", workspace, file)
        assert said.code == 1
        assert words in said.err
    assert not Workspace.open(workspace).comparisons.rows()
