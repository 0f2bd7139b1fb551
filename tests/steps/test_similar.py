"""The like of an image in any space: itself first for a copy, neighbours by distance."""

from pathlib import Path

import numpy as np
import pytest

from contrast_engine import steps
from contrast_engine.errors import ImageError, ModelError, UnknownName
from contrast_engine.randomness import generator
from contrast_engine.steps.structure.similar import most_similar
from contrast_engine.store import Workspace

SAMPLES = sorted((Path(__file__).parents[2] / "sample_data").glob("*.jpg"))[::16]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Fifteen photographs, measured, and vectors of one's own beside them."""
    folder = tmp_path_factory.mktemp("comparing")
    workspace = Workspace(folder / "some.contrast")
    steps.gather(workspace, SAMPLES)
    ids = workspace.images.ids
    np.save(folder / "mine.npy", generator(0, "comparing tests").normal(size=(len(ids), 4)))
    (folder / "mine.txt").write_text("\n".join(ids))
    steps.embed(workspace, str(folder / "mine.npy"))
    return workspace


def spaces(workspace: Workspace) -> list[str]:
    embedding = workspace.artifacts("embeddings")[0].key
    return ["features", embedding, f"features+{embedding}"]


@pytest.mark.slow
def test_every_copy_finds_its_image_first_in_every_space(workspace: Workspace) -> None:
    for on in spaces(workspace):
        for image in workspace.images.ids:
            found = most_similar(workspace, workspace.original_bytes(image), on=on, k=3)
            assert found.near[0] == (image, 0.0)
            assert found.total == len(workspace.images.ids)


def test_neighbours_are_those_of_the_full_distance_table(workspace: Workspace) -> None:
    for on in spaces(workspace):
        where = steps.space(workspace, on)
        image = workspace.images.ids[5]
        row = where.vectors.values[where.vectors.rows[image]]
        far = np.linalg.norm(where.vectors.values - row, axis=1)
        wanted = [where.vectors.ids[k] for k in np.argsort(far, kind="stable")[1:5]]
        assert [i for i, _ in most_similar(workspace, image, on=on, k=4).near] == wanted


def test_a_file_from_outside_is_placed_where_it_can_be_and_else_says_why(
    workspace: Workspace,
) -> None:
    outside = (SAMPLES[0].parent / "astronaut-badge-soft.jpg").read_bytes()
    assert len(most_similar(workspace, outside, k=4).near) == 4
    with pytest.raises(ModelError, match="brought along"):
        most_similar(workspace, outside, on=spaces(workspace)[1])
    with pytest.raises(ImageError):
        most_similar(workspace, b"no picture")
    with pytest.raises(UnknownName):
        most_similar(workspace, "0" * 16)
