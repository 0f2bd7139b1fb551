"""Photographs of the collection are changed by known amounts once, and only where they can be."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from contrast_engine import steps
from contrast_engine.steps.evidence import known_changes as step
from contrast_engine.steps.evidence.known_changes import known_changes
from contrast_engine.store import Workspace

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory, photographs) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("photos")
    workspace = Workspace(folder / "w.contrast")
    steps.scan(workspace, [*photographs(folder / "photos", 24)])
    steps.measure(workspace)
    yield workspace
    workspace.close()


def test_known_changes_are_climbed_once_and_kept_when_the_originals_go(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(step, "CLIMBING", 3)  # fewer, for the time it takes
    monkeypatch.setattr(step, "FITTED_ON", 4)
    found = known_changes(workspace, "features")
    assert set(found.details["ladders"]) == {"scale", "haze", "s_curve"}
    each = found.details["ladders"]["scale"]
    assert len(each) == found.details["images"] == 3
    assert np.mean(each) > 0.5
    moved = {}
    for path in workspace.images.paths.values():
        moved[path] = Path(path).rename(tmp_path / Path(path).name)
    assert known_changes(workspace, "features") == found  # from what is kept
    gone = known_changes(workspace, "features", seed=1)
    assert gone.details["ladders"] is None
    assert "scan" in gone.details["why_not"]
    for path, now in moved.items():
        now.rename(path)
    assert known_changes(workspace, "features", seed=1).details["ladders"]  # tried again


def test_brought_vectors_cannot_be_climbed_with_alone_or_beside_the_features(
    workspace: Workspace, tmp_path: Path
) -> None:
    ids = list(workspace.images.of)
    np.save(tmp_path / "v.npy", np.random.default_rng(0).normal(size=(len(ids), 3)))
    (tmp_path / "v.txt").write_text("\n".join(ids))
    key = steps.embed(workspace, str(tmp_path / "v.npy")).key
    for on in (key, f"features+{key}"):
        found = known_changes(workspace, on)
        assert found.details["ladders"] is None
        assert "brought along" in found.details["why_not"]
        assert found.key.startswith("ladders not run")
    assert known_changes(workspace, "nothing").details["ladders"] is None
