"""`contrast downstream`: one document for scripts, sentences for people."""

import numpy as np
import pytest

from tests.cli.conftest import Contrast
from tests.steps.planted import planted, table_of

GAIN = {
    "source",
    "model",
    "against",
    "value",
    "low",
    "high",
    "n",
    "pictures",
    "p",
    "p_holm",
    "helps",
}


@pytest.mark.slow
def test_downstream_says_what_helps_and_what_does_not(contrast: Contrast, tmp_path) -> None:
    workspace = planted(tmp_path / "w.contrast", 60)
    features = workspace.load(workspace.current("features"))
    kept = dict(zip(features.ids, np.tile([0, 1], 30), strict=True))
    said = contrast("downstream", workspace.root, table_of(tmp_path / "o.csv", kept, "accepted"))
    assert said.code == 0
    assert "contrast features do not help to predict accepted" in said.out.replace(
        "are not shown to help", "do not help"
    )
    assert "AUC" in said.out
    assert "p corrected" in said.out
    found = contrast("downstream", workspace.root, tmp_path / "o.csv", "--json").json
    assert (found["column"], found["kind"], found["images"]) == ("accepted", "binary", 60)
    assert all(set(gain) == GAIN for gain in found["gains"])
    assert not any(gain["helps"] for gain in found["gains"])
    assert {"rows", "unknown", "without", "repeated", "without_outcome"} <= set(found["counts"])
    assert found["findings"][0]["check"] == "downstream"


def test_downstream_without_a_table_says_what_is_needed(contrast: Contrast, tmp_path) -> None:
    root = planted(tmp_path / "w.contrast", 3).root
    said = contrast("downstream", root, tmp_path / "none.csv")
    assert (said.code, said.out) == (1, "")
    assert "name a table" in said.err
