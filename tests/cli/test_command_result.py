import json
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from contrast_engine.cli.command_result import CommandResult, jsonable, print_result


@dataclass(frozen=True)
class Row:
    path: Path
    value: float


def test_what_is_not_a_number_becomes_null() -> None:
    given = {"a": math.nan, "b": [np.float32(math.inf), 1.5], "c": np.array([1.0, math.nan])}
    assert jsonable(given) == {"a": None, "b": [None, 1.5], "c": [1.0, None]}


def test_results_become_plain_json() -> None:
    given = {1: Row(Path("a/b"), np.float64(0.5)), "flag": np.bool_(True), "set": {"b", "a"}}
    assert jsonable(given) == {
        "1": {"path": "a/b", "value": 0.5},
        "flag": True,
        "set": ["a", "b"],
    }


def test_json_is_one_document_that_any_terminal_can_print(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_result(CommandResult({"path": "größe-\udcff.jpg"}, ["unused"]), as_json=True)
    out = capsys.readouterr().out
    assert out.isascii()
    assert json.loads(out) == {"path": "größe-\udcff.jpg"}
