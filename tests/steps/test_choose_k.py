import numpy as np
import pytest

from contrast_engine import steps
from contrast_engine.errors import OptionError
from contrast_engine.features import core_names
from contrast_engine.steps.structure.choose_k import choose_k_artifact
from contrast_engine.store import Artifact, Workspace
from contrast_engine.vectors import ImageId, Vectors


@pytest.fixture
def workspace(tmp_path):
    """Forty images in two groups that have nothing between them."""
    random = np.random.default_rng(0)
    values = random.normal(size=(40, len(core_names()))) + 20 * (np.arange(40) % 2)[:, None]
    ids = tuple(ImageId(f"{row:016x}") for row in range(40))
    made = Workspace(tmp_path / "w.contrast")
    artifact = Artifact("features", "measure@1", {}, ids)
    made.make_current("features", made.save(artifact, Vectors(ids, values, core_names())))
    return made


@pytest.mark.slow
@pytest.mark.usefixtures("few_draws")
def test_choosing_is_kept_as_a_report_that_is_not_the_current_one(workspace):
    key = steps.choose_k(workspace)
    details = workspace.manifest(key).details
    assert details["verdict"] == "groups"
    assert details["recommended_k"] == 2
    assert [point["k"] for point in details["curve"]] == list(range(2, 11))
    assert {"k", "stability", "silhouette", "null_mean", "z"} <= set(details["curve"][0])
    (finding,) = workspace.load(key).of("choose_k")
    assert finding.value == 2
    assert finding.note.endswith(".")
    assert workspace.current("reports") is None
    assert choose_k_artifact(steps.space(workspace)).key == key
    assert steps.choose_k(workspace, options={"n_clusters": 7}) == key


def test_a_method_that_finds_the_number_itself_is_refused(workspace):
    with pytest.raises(OptionError, match="hdbscan finds the number of clusters itself"):
        steps.choose_k(workspace, "hdbscan")
