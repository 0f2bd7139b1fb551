import numpy as np
import pytest

from contrast_engine.errors import NotEnoughData, OptionError, UnknownName
from contrast_engine.features import core_names
from contrast_engine.progress import Cancelled
from contrast_engine.steps import project, space
from contrast_engine.store import Artifact, Workspace
from contrast_engine.vectors import ImageId, Vectors
from contrast_engine.views.artifact_lookup import is_answered


def measured(folder, n=60, seed=0):
    """A workspace whose images have been measured, without the images."""
    workspace = Workspace(folder)
    values = np.random.default_rng(seed).gamma(2, size=(n, len(core_names())))
    ids = tuple(ImageId(f"{row:016x}") for row in range(n))
    key = workspace.save(
        Artifact("features", "measure@1", {}, ids), Vectors(ids, values, core_names())
    )
    workspace.make_current("features", key)
    return workspace


class Count:
    def __init__(self, stop=False):
        self.told, self.stop = 0, stop

    def tick(self, done, total, note="", **metrics):
        self.told += 1
        if self.stop:
            raise Cancelled


def test_a_map_is_saved_with_what_is_known_about_it_and_becomes_current(tmp_path):
    workspace = measured(tmp_path / "w.contrast")
    key = project(workspace)
    drawn, manifest = workspace.load(key), workspace.manifest(key)
    assert workspace.current("maps") == key
    assert drawn.columns == ("map_x", "map_y")
    assert drawn.ids == space(workspace).vectors.ids
    assert manifest.recipe == {"method": "pca", "options": {"n_components": 2}}
    kept = manifest.details["trustworthiness"]
    assert kept["n"] == 60
    assert kept["n_neighbors"] == 15
    assert 0.5 < kept["value"] < 1
    assert manifest.details["continuity"]["n"] == 60
    assert sum(manifest.details["explained"]) == pytest.approx(1)
    assert len(manifest.details["axes"]) == len(manifest.details["ends"]) == 2
    assert manifest.details["space"].startswith("20 contrast features")


def test_the_same_question_is_not_computed_again_and_another_seed_is_another_question(tmp_path):
    workspace = measured(tmp_path / "w.contrast")
    first, count = project(workspace, seed=1), Count()
    other = project(workspace, seed=2)
    assert other != first
    assert project(workspace, seed=1, progress=count) == first
    assert count.told == 0
    assert workspace.current("maps") == first


@pytest.mark.slow
def test_two_workspaces_with_the_same_images_get_the_same_bytes(tmp_path):
    options = {"n_iterations": 100}
    files = []
    for name in ("a", "b"):
        workspace = measured(tmp_path / name)
        key = project(workspace, "tsne", options=options, seed=4)
        files.append(
            [
                (workspace.root / "maps" / f"{key}{end}").read_bytes()
                for end in (".parquet", ".json")
            ]
        )
    assert files[0] == files[1]


def test_a_cancelled_map_leaves_nothing_behind(tmp_path):
    workspace = measured(tmp_path / "w.contrast")
    with pytest.raises(Cancelled):
        project(workspace, "tsne", progress=Count(stop=True))
    assert workspace.artifacts("maps") == []
    assert workspace.current("maps") is None


@pytest.mark.parametrize("n", [1, 2])
def test_one_or_two_images_have_a_map_too(tmp_path, n):
    workspace = measured(tmp_path / "w.contrast", n=n)
    key = project(workspace)
    assert len(workspace.load(key)) == n
    assert workspace.manifest(key).details["trustworthiness"] == {
        "value": 1.0, "n": n, "n_neighbors": 0,
    }  # fmt: skip


def test_what_cannot_be_drawn_is_said_in_words(tmp_path):
    workspace = measured(tmp_path / "w.contrast", n=3)
    with pytest.raises(NotEnoughData, match="t-SNE needs at least 7 different images, got 3"):
        project(workspace, "tsne")
    with pytest.raises(UnknownName, match="did you mean 'pca'"):
        project(workspace, "pcaa")
    with pytest.raises(OptionError, match="no option 'perplexity'"):
        project(workspace, "pca", options={"perplexity": 5})
    with pytest.raises(NotEnoughData, match="measure"):
        project(Workspace(tmp_path / "empty"))


def test_a_map_of_two_features_has_their_own_values_and_follows_what_was_measured(tmp_path):
    workspace = measured(tmp_path / "w.contrast")
    asked = {"across": "gcf", "up": "skew"}
    key = project(workspace, "two-features", options=asked)
    features = workspace.load(workspace.current("features"))
    assert np.array_equal(workspace.load(key).values, features.select(["gcf", "skew"]).values)
    assert workspace.manifest(key).details["trustworthiness"]["value"] < 1
    assert is_answered(workspace, "project", method="two-features", options=asked)
    measured(tmp_path / "w.contrast", n=70)
    assert not is_answered(workspace, "project", method="two-features", options=asked)
    assert len(workspace.load(project(workspace, "two-features", options=asked))) == 70
