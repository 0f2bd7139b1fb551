"""What a stranger left out of a manifest or an event is missed in words."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from contrast_engine.arrays import Json
from contrast_engine.errors import UnknownName, WorkspaceError
from contrast_engine.store import Workspace
from contrast_engine.store.event_bodies import body_of
from contrast_engine.store.said_of_results import details_of

KEY, PREDICTED = "00000000000000aa", "predictions"
IMAGE = "0123456789abcdef"


def test_what_is_not_said_of_a_result_is_missed_in_words() -> None:
    silhouette = {"value": 0.5, "null_sd": 0.1}
    said: Json = details_of({"extra": silhouette, "n": 3}, "maps", "project@0", KEY)
    assert said["extra"]["value"] == 0.5
    with pytest.raises(UnknownName, match="nothing of 'summary'"):
        said["summary"]
    with pytest.raises(UnknownName, match="nothing of 'null_mean'"):
        said["extra"]["null_mean"]
    assert said.get("summary") is None
    assert said == {"extra": silhouette, "n": 3}
    deep = details_of({"extra": [{"a": [{}]}]}, "maps", "project@0", KEY)
    with pytest.raises(UnknownName, match="nothing of 'words'"):
        deep["extra"][0]["a"][0]["words"]


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("labels", "x", PREDICTED), ("labels", 10**18, PREDICTED), ("labels", True, PREDICTED),
        ("columns", 7, "attributes"), ("counts", 0.5, PREDICTED), ("choice", [1], PREDICTED),
        ("summary", [], "clusterings"), ("curve", {}, PREDICTED), ("badge", 1, PREDICTED),
        ("is_ordered", "yes", PREDICTED), ("counts", {"low": -1}, PREDICTED),
    ],
)  # fmt: skip
def test_what_is_said_in_another_type_is_refused_in_words(
    name: str, value: object, kind: str
) -> None:
    said = details_of({name: value, "n": 3}, kind, "a-step@0", KEY)
    for asked in (
        lambda: said[name], lambda: said.get(name), lambda: said.get(name, 0), lambda: {**said},
        lambda: dict(said),
    ):  # fmt: skip
        with pytest.raises(
            UnknownName, match=f"{KEY} .* says of '{name}.*' what is not .*its step"
        ):
            asked()


@pytest.mark.parametrize("text", ["[1]", "7", "no json", "[" * 100_000, b"\xff", 7, None])
def test_an_event_that_says_nothing_is_told_of_in_words(text: str) -> None:
    with pytest.raises(WorkspaceError, match="backup"):
        body_of(text)
    with pytest.raises(WorkspaceError, match="nothing of 'kind'"):
        body_of("{}")["kind"]


@pytest.mark.parametrize("column", ["at", "label", "who"])
def test_labels_of_another_type_are_told_of_and_read_once_they_are_mended(
    column: str, tmp_path: Path
) -> None:
    home = Workspace(tmp_path / "w.contrast")
    home.labels.define(["low", "high"])
    home.labels.add([IMAGE], "low", who="ann")
    assert home.labels.history()
    home.labels.add([IMAGE], "high", who="ann")
    with closing(sqlite3.connect(home.root / "labels.sqlite")) as connection:
        (seq,) = connection.execute("SELECT max(seq) FROM events").fetchone()
        (was,) = connection.execute(f"SELECT {column} FROM events WHERE seq = {seq}").fetchone()
        put = f"UPDATE events SET {column} = ? WHERE seq = ?"
        connection.execute(put, (b"\xff\xfe", seq))
        connection.commit()
        if column == "at":
            for _ in range(2):
                with pytest.raises(WorkspaceError, match="backup"):
                    home.labels.by_person()
        else:
            assert home.labels.by_person()
        connection.execute(put, (was, seq))
        connection.commit()
    home.labels.close()
    assert home.labels.counted_of("ann") == Workspace(home.root).labels.counted_of("ann")
    assert home.labels.counted_of("ann")[0] == 2
    home.close()
