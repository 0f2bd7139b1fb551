"""Images that come later: tables grow by them, and are what they would be, made at once."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from contrast_engine import steps
from contrast_engine.features import feature_names
from contrast_engine.steps.attributes import attribute_tables
from contrast_engine.store import Workspace


def parts(workspace: Workspace, kind: str) -> set[str]:
    return {
        path.name for path in (workspace.root / kind).rglob("*.parquet") if "rows-" not in str(path)
    }


def test_tables_that_grew_are_those_made_at_once(
    tmp_path: Path, photographs: Callable[..., list[Path]]
) -> None:
    first = photographs(tmp_path / "a", 3, side=32)
    workspace = Workspace(tmp_path / "grown.contrast")
    steps.gather(workspace, [tmp_path / "a"])
    before = {kind: parts(workspace, kind) for kind in ("features", "attributes")}
    others = photographs(tmp_path / "b", 6, side=32)
    more = [path for path in others if path.read_bytes() not in {p.read_bytes() for p in first}]
    (tmp_path / "c").mkdir()
    for path in more:
        path.rename(tmp_path / "c" / path.name)
    steps.gather(workspace, [tmp_path / "c"])
    whole = Workspace(tmp_path / "whole.contrast")
    steps.gather(whole, [tmp_path / "a", tmp_path / "c"])
    assert workspace.current("features") == whole.current("features")
    one, other = (w.load(w.current("features")) for w in (workspace, whole))
    assert one.ids == other.ids
    assert len(one) == 3 + len(more) > 3
    assert one.columns == feature_names()
    assert np.array_equal(one.values, other.values)
    assert attribute_tables(workspace) == attribute_tables(whole)
    for key in attribute_tables(workspace).values():
        assert workspace.load(key).row(one.ids[0]) == whole.load(key).row(one.ids[0])
    for kind, known in before.items():
        assert known < parts(workspace, kind)  # what was there is there, and was not written anew
        assert f"{workspace.current(kind)}.parquet" not in parts(workspace, kind)
