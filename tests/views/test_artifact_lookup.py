"""Which maps and clusterings a workspace has already."""

import json
from pathlib import Path

import pytest

from contrast_engine import steps
from contrast_engine.errors import OptionError
from contrast_engine.store import Workspace
from contrast_engine.views.artifact_lookup import is_answered, last_method, last_options

SAMPLES = sorted((Path(__file__).parents[2] / "sample_data").glob("*.jpg"))[::16]


@pytest.fixture
def measured(tmp_path: Path) -> Workspace:
    """Fifteen sample photographs, scanned and measured."""
    workspace = Workspace(tmp_path / "some.contrast")
    steps.gather(workspace, SAMPLES)
    return workspace


@pytest.mark.slow
def test_an_answer_counts_only_for_its_options_and_the_images_of_now(
    measured: Workspace, tmp_path: Path
) -> None:
    def known(**options: int) -> bool:
        return is_answered(measured, "cluster", method="kmeans", options=options)

    assert not known()
    steps.cluster(measured, options={"n_clusters": 4})
    assert known(n_clusters=4)
    assert not known()
    assert last_method(measured, "clusterings") == "kmeans"
    assert last_options(measured, "clusterings", "kmeans")["n_clusters"] == 4
    assert last_options(measured, "clusterings", "hierarchical") == {}
    (tmp_path / "more.jpg").write_bytes(SAMPLES[0].read_bytes() + b"another")
    steps.gather(measured, [tmp_path / "more.jpg"])
    assert not known(n_clusters=4)
    with pytest.raises(OptionError):
        known(n_clusters=0)


@pytest.mark.slow
def test_options_that_the_method_does_not_take_are_left_out(measured: Workspace) -> None:
    key = steps.cluster(measured, options={"n_clusters": 4})
    path = measured.root / "clusterings" / f"{key}.json"
    value = json.loads(path.read_text())
    for wrong in ("x", None, [4], 10**30):
        value["recipe"]["options"] |= {"n_clusters": wrong, "of nobody": 1}
        path.write_text(json.dumps(value))
        assert not {"n_clusters", "of nobody"} & set(
            last_options(measured, "clusterings", "kmeans")
        )
    value["recipe"]["options"] = ["n_clusters"]
    path.write_text(json.dumps(value))
    assert measured.current("clusterings") is None
