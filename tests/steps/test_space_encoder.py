"""Some images in a saved space, and the centres of clusters there, without a table of all."""

from pathlib import Path

import numpy as np
import pytest

from contrast_engine import steps
from contrast_engine.errors import UnknownName
from contrast_engine.imageset import ImageIds
from contrast_engine.placing import evenly
from contrast_engine.randomness import generator
from contrast_engine.results import UNASSIGNED, Clustering
from contrast_engine.steps.structure.space_encoder import SpaceEncoder
from contrast_engine.steps.structure.spaces import in_space, space, space_of
from contrast_engine.store import Workspace

SAMPLES = sorted((Path(__file__).parents[2] / "sample_data").glob("*.jpg"))[::16]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Fifteen photographs, measured, and vectors of one's own of most of them."""
    folder = tmp_path_factory.mktemp("placing")
    workspace = Workspace(folder / "some.contrast")
    steps.gather(workspace, SAMPLES)
    ids = workspace.images.ids[:12]
    np.save(folder / "mine.npy", generator(0, "space tests").normal(size=(len(ids), 4)))
    (folder / "mine.txt").write_text("\n".join(ids))
    steps.embed(workspace, str(folder / "mine.npy"), anyway=True)
    return workspace


def keys(workspace: Workspace) -> list[str]:
    embedding = workspace.artifacts("embeddings")[0].key
    on = ("features", embedding, f"features+{embedding}")
    return [space(workspace, one, save=True).key for one in on]


def test_some_images_in_a_space_are_rows_of_the_whole_of_it(workspace: Workspace) -> None:
    asked = ImageIds(workspace.images.ids.numbers[[14, 3, 0, 7]])
    for key, n in zip(keys(workspace), (4, 3, 3), strict=True):
        whole, some = space_of(workspace, key).vectors, in_space(workspace, key, asked)
        assert some.ids == asked.among(whole.images)
        assert len(some) == n
        assert np.array_equal(some.values, whole.take(some.ids).values)
        assert some.columns == whole.columns


def test_centres_are_the_means_of_the_members_wherever_ids_are_missing(
    workspace: Workspace,
) -> None:
    encoder = SpaceEncoder(workspace, keys(workspace)[0])
    ids = workspace.images.ids
    cluster = np.array([4, 0, UNASSIGNED] * 5)
    found = encoder.centres(Clustering(ids, cluster, np.zeros(15)))
    known = encoder.known()
    for row, name in zip(found, (0, 4), strict=True):
        of = ImageIds(ids.numbers[cluster == name])
        assert row == pytest.approx(known.take(of).values.mean(axis=0), rel=1e-12)
    stranger = ImageIds(ids.numbers + np.uint64(1))
    with pytest.raises(UnknownName, match="no row for image"):
        encoder.centres(Clustering(stranger, cluster, np.zeros(15)))


def test_blocks_of_columns_weigh_the_same_whatever_their_number() -> None:
    weights = evenly([40, 10])
    assert 40 * weights[0] ** 2 == pytest.approx(10 * weights[1] ** 2)
    assert 40 * weights[0] ** 2 + 10 * weights[1] ** 2 == pytest.approx(50)
