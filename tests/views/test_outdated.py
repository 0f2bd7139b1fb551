"""Every kind of result against every kind of change: out of date or not."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from contrast_engine import steps
from contrast_engine.features import feature_names
from contrast_engine.steps.collection.measured_rows import STEP
from contrast_engine.steps.encoders.embed import STEP as EMBEDDED
from contrast_engine.steps.structure.name_clustering import name_clustering
from contrast_engine.store import Artifact, Workspace
from contrast_engine.store.collection import ImageFile
from contrast_engine.vectors import ImageId, Vectors
from contrast_engine.views.outdated import outdated, why_outdated
from tests.few_draws import draw_few

N = 32
pytestmark = pytest.mark.usefixtures("few_draws")

ENCODER, AGAIN = "e" * 16, "f" * 16
LEARNT = {"predictions", "calibration"}
TOLD = {"reports", "exported"}
SAID = {*LEARNT, *TOLD}
MADE = {"maps", "clusterings", *SAID}


def ids(count: int) -> tuple[ImageId, ...]:
    return tuple(ImageId(f"{row + 1:016x}") for row in range(count))


def scan(workspace: Workspace, count: int) -> None:
    workspace.save_files(
        ImageFile(f"/p/{i}.jpg", "/p", id=i, width=40, height=30) for i in ids(count)
    )


def measure(workspace: Workspace, count: int, seed: int = 0) -> None:
    names = feature_names()
    values = np.random.default_rng(seed).normal(size=(count, len(names)))
    values[: count // 2] += 3
    table = Vectors(ids(count), np.abs(values) + 0.1, names)
    recipe = {"seed": seed} if seed else {}
    key = workspace.save(Artifact("features", STEP, recipe, ids(count)), table)
    workspace.make_current("features", key)


def embed(workspace: Workspace, count: int, encoder: str = ENCODER) -> str:
    values = np.random.default_rng(1).normal(size=(count, 4)).astype(np.float32)
    table = Vectors(ids(count), values, ("a", "b", "c", "d"))
    artifact = Artifact("embeddings", EMBEDDED, {"model": encoder}, ids(count))
    key = workspace.save(artifact, table, {"name": "an embedding"})
    workspace.make_current("embeddings", key)
    return key


def train(workspace: Workspace, key: str) -> None:
    recipe = {"step": "train@1", "encoder": "simclr", "options": {"size": 32}, "seed": 0}
    workspace.models.save(key, {"w": np.zeros(1)}, recipe)


def label(workspace: Workspace, image: int, name: str) -> None:
    workspace.labels.add([ids(N)[image]], name, "anna")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("outdated") / "w"
    workspace = Workspace(root)
    scan(workspace, N)
    measure(workspace, N)
    train(workspace, ENCODER)
    embed(workspace, N)
    for image in range(0, N, 4):
        label(workspace, image, "high" if image < N // 2 else "low")
    with pytest.MonkeyPatch.context() as patch:
        draw_few(patch)
        steps.cluster(workspace, options={"n_clusters": 2})
        steps.project(workspace)
        steps.pseudo_label(workspace, method="cluster_vote")
        steps.validate(workspace)
    steps.export(workspace, root.parent / "table.csv")
    workspace.close()
    return root


def add_images(workspace: Workspace) -> None:
    scan(workspace, N + 3)


def measure_new_images(workspace: Workspace) -> None:
    scan(workspace, N + 3)
    measure(workspace, N + 3)


def give_and_undo(workspace: Workspace) -> None:
    label(workspace, 1, "low")
    workspace.labels.undo("anna")


def cluster_otherwise(workspace: Workspace) -> None:
    steps.cluster(workspace, options={"n_clusters": 3})


def rename(workspace: Workspace) -> None:
    key = str(workspace.current("clusterings"))
    workspace.labels.name_cluster(key, 0, "dark", "anna")
    name_clustering(workspace, key, "mine", "anna")


def merge(workspace: Workspace) -> None:
    steps.edit_clusters(workspace, "move", images=ids(1), into=0, who="anna")
    steps.edit_clusters(workspace, "exclude", images=ids(2)[1:], who="anna")


CHANGES: dict[str, tuple[Callable[[Workspace], object], set[str]]] = {
    "nothing": (lambda workspace: None, set()),
    "images added": (add_images, {"features", "embeddings", "exported"}),
    "images added and measured": (measure_new_images, {"embeddings", *MADE}),
    "images removed": (
        lambda workspace: scan(workspace, N - 1), {"features", "embeddings", "exported"},
    ),
    "features measured again": (lambda workspace: measure(workspace, N, seed=1), MADE),
    "a label given": (lambda workspace: label(workspace, 1, "low"), SAID),
    "a label taken away": (lambda w: w.labels.add(ids(1), None, "anna"), SAID),
    "a label given and undone": (give_and_undo, set()),
    "another clustering looked at": (
        lambda w: steps.cluster(w, options={"n_clusters": 3}, use=False), set(),
    ),
    "another clustering in use": (cluster_otherwise, SAID),
    "clusters edited": (merge, SAID),
    "clusters renamed": (rename, {"exported"}),
    "another map in use": (lambda workspace: steps.project(workspace, "two-features"), TOLD),
    "another model in use": (
        lambda workspace: steps.pseudo_label(workspace, method="one_nn"), TOLD,
    ),
    "pairs compared": (lambda w: w.comparisons.add(ids(1)[0], ids(2)[1], "left"), {"reports"}),
    "encoder trained again": (lambda workspace: train(workspace, AGAIN), {"embeddings"}),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_result_is_out_of_date_where_what_it_rests_on_changed(
    change: str, made: Path, tmp_path: Path
) -> None:
    act, expected = CHANGES[change]
    workspace = Workspace(shutil.copytree(made, tmp_path / "w"))
    act(workspace)
    found = outdated(workspace)
    assert set(found) == expected, found
    assert all(words and not words[0].isupper() and words[-1] != "." for words in found.values())
    workspace.close()


def test_what_rests_on_an_embedding_ages_with_its_encoder(made: Path, tmp_path: Path) -> None:
    workspace = Workspace(shutil.copytree(made, tmp_path / "w"))
    on = str(workspace.current("embeddings"))
    alone, both = (steps.project(workspace, on=where)
                   for where in (on, f"features+{on}"))  # fmt: skip
    assert [why_outdated(workspace, key) for key in (alone, both)] == ["", ""]
    measure(workspace, N, seed=1)
    assert [why_outdated(workspace, key) for key in (alone, both)] == [
        "", "the features were measured again",
    ]  # fmt: skip
    train(workspace, AGAIN)
    assert why_outdated(workspace, alone) == "its encoder was trained again"
    scan(workspace, N + 1)
    embed(workspace, N + 1)
    assert "1 image was added" in why_outdated(workspace, alone)
    workspace.close()
