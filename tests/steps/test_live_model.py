"""A live model and a stored one take the same way from labels to predictions."""

import numpy as np
import pytest

from contrast_engine import steps
from contrast_engine.steps.models.live_model import train_live
from contrast_engine.steps.structure.spaces import space
from contrast_engine.store import Artifact, Workspace
from contrast_engine.store.collection import ImageFile
from contrast_engine.vectors import ImageId, Vectors

N = 80


@pytest.fixture
def workspace(tmp_path) -> Workspace:
    """80 images whose label can be read off the embedding and not off the features."""
    workspace = Workspace(tmp_path / "w")
    ids = tuple(ImageId(f"{row:016x}") for row in range(N))
    workspace.save_files([ImageFile(f"/p/{i}.jpg", "/p", id=i, width=4, height=3) for i in ids])
    rng = np.random.default_rng(0)
    noise = Vectors(ids, rng.normal(size=(N, 3)), ("c_rms", "u_dr", "gcf"))
    workspace.make_current("features", workspace.save(Artifact("features", "test@1"), noise))
    learnt = Vectors(ids, rng.normal(size=(N, 2)), ("e0", "e1"))
    workspace.save(Artifact("embeddings", "test@1"), learnt, {"name": "learnt"})
    for image, (value, _) in zip(ids[:40], learnt.values[:40], strict=True):
        workspace.labels.add([image], "high" if value > 0 else "low")
    return workspace


@pytest.mark.parametrize("what", ["features", "embedding", "both"])
def test_a_live_model_learns_what_a_stored_one_learns_in_the_same_space(workspace, what) -> None:
    (made,) = workspace.artifacts("embeddings")
    on = {"features": "features", "embedding": made.key, "both": f"features+{made.key}"}[what]
    live = train_live(workspace, space(workspace, on))
    key = steps.pseudo_label(workspace, method=live.method, on=on)
    details = workspace.manifest(key).details
    assert np.array_equal(workspace.load(key).probability, live.predictions.probability)
    assert details["cross_validated"] == live.scores.as_json()
    assert [point["accuracy"] for point in details["curve"]] == [p.accuracy for p in live.curve]
    assert details["labels"] == live.labels == 40


def test_the_space_decides_what_a_live_model_can_learn(workspace) -> None:
    (made,) = workspace.artifacts("embeddings")
    learnt = train_live(workspace, space(workspace, made.key)).scores.kappa
    assert learnt > 0.7 > 0.4 > train_live(workspace, space(workspace)).scores.kappa
