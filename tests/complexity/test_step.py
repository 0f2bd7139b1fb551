"""The step: images are measured once, and what is measured stays so when it is cancelled."""

import pytest

from contrast_engine.steps import scan
from contrast_engine.steps.attributes import attribute_tables
from contrast_engine.steps.complexity import measured_complexity as step
from contrast_engine.store import Workspace


class StoppedError(Exception):
    pass


class After:
    """Cancels once so many images are measured."""

    def __init__(self, most):
        self.most = most

    def tick(self, done, total, note="", **metrics):
        if done >= self.most:
            raise StoppedError


def test_an_image_is_measured_once_also_after_a_cancelled_run(
    tmp_path, photographs, monkeypatch
) -> None:
    photographs(tmp_path / "photos", 6, side=16)
    workspace = Workspace(tmp_path / "w.contrast")
    scan(workspace, [tmp_path / "photos"])
    seen = []

    def measure(image):
        seen.append(image)
        return {"regions": float(len(seen)), "corners": 0.0}

    monkeypatch.setattr(step, "measure_complexity", measure)
    with pytest.raises(StoppedError):
        step.measured_complexity(workspace, After(3))
    first = len(seen)
    assert 3 <= first <= 6
    table = step.measured_complexity(workspace)
    assert len(table) == 6
    assert len(seen) <= 3 + 6
    again = len(seen)
    assert step.measured_complexity(workspace).ids == table.ids
    photographs(tmp_path / "photos" / "more", 1, seed=1, side=16)
    scan(workspace, [tmp_path / "photos"])
    assert len(step.measured_complexity(workspace)) == 7
    assert len(seen) == again + 1
    assert attribute_tables(workspace) == {}
