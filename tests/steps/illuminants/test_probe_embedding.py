"""Embeddings of photographs probed: what follows the light is told from what follows the scene."""

from pathlib import Path

import pytest

from contrast_engine.illuminants.planckian import light
from contrast_engine.randomness import generator
from contrast_engine.steps import scan
from contrast_engine.steps.attributes import attribute_tables
from contrast_engine.steps.illuminants.estimate import estimate_illuminants
from contrast_engine.store import Artifact, Workspace
from contrast_engine.vectors import Vectors
from contrast_engine.views.illuminants.learned import followed
from tests.steps.illuminants.test_illuminant_steps import photograph


@pytest.mark.slow
def test_an_embedding_of_the_light_follows_it_and_one_of_noise_does_not(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    for row in range(24):
        photograph(folder / f"{row}.png", light(2800 + 250 * row), row)
    workspace = Workspace(tmp_path / "w.contrast")
    scan(workspace, [folder])
    estimate_illuminants(workspace)
    lights = attribute_tables(workspace)["illuminant_u"]
    table: Vectors = workspace.load(lights)
    noise = generator(1, "tests").normal(size=(len(table), 3))
    kept = {}
    for name, values in (("light", table.values[:, :2] + 1e-4 * noise[:, :2]), ("noise", noise)):
        columns = tuple(f"e{at}" for at in range(values.shape[1]))
        made = Vectors(table.ids, values, columns)
        kept[name] = workspace.save(Artifact("embeddings", f"{name}@1"), made, {})
    found = followed(workspace, kept["light"], lights)
    assert found.follows
    assert found.rows[0]["R²"] > 0.9 > found.rows[0]["By chance, at most (P95)"]
    assert found.rows[0]["n"] == 24
    assert "follows the light more than the scene" in found.words
    assert followed(workspace, kept["noise"], lights).rows[0]["R²"] < 0.5, "twenty-four at random"
