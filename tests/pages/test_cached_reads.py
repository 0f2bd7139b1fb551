"""What pages keep in memory and write: read anew once it has changed, and written only if asked."""

import shutil
from pathlib import Path

import cv2
import pytest

from contrast_engine import steps
from contrast_engine.randomness import generator
from contrast_engine.steps.models.live_model import train_live
from contrast_engine.steps.structure.spaces import space, space_of
from contrast_engine.store import Artifact, Workspace
from contrast_engine.vectors import Vectors
from contrast_engine.views.labels.queue import label_queue
from contrast_engine.views.models.live_model import learnt_on, live_model_card
from tests.pages.conftest import photograph
from tests.pages.test_every_page import changed, on_disk
from tests.test_components import log, say, told

LABEL = "labels/label.py"


def written(app) -> str:
    return "\n".join(str(part.value) for part in (*app.markdown, *app.caption, *app.text))


def own_space(workspace: Workspace) -> str:
    """An embedding in which images lie quite otherwise than by their features."""
    ids = workspace.load(workspace.current("features")).ids
    values = generator(3, "own space").normal(size=(len(ids), 4))
    brought = Vectors(ids, values, ("a", "b", "c", "d"))
    return workspace.save(Artifact("embeddings", "brought@1"), brought, {"name": "my vectors"})


@pytest.mark.slow
def test_a_file_swapped_for_another_leaves_no_stale_duplicates(
    at_stage, visit, photographs, tmp_path
) -> None:
    workspace = at_stage("measured")
    folder = Path(shutil.copytree(photographs, tmp_path / "swapped"))
    cv2.imwrite(str(folder / "extra.png"), photograph(100))
    steps.scan(workspace, [folder])
    app = visit("structure/outliers.py", view="double")
    assert "photo 03.png" in written(app), "each is there in two folders"
    assert "extra.png" not in written(app)
    files = len(workspace.images.files)
    shutil.copyfile(folder / "photo 03.png", folder / "extra.png")
    steps.scan(workspace, [folder])
    assert len(workspace.images.files) == files
    assert "extra.png" in written(visit("structure/outliers.py", view="double"))


@pytest.mark.slow
def test_typical_images_are_drawn_in_the_space_the_clusters_were_made_in(at_stage, visit) -> None:
    workspace = at_stage("clustered")
    workspace.labels.define(["low", "high"], is_ordered=True)
    key = steps.cluster(workspace, on=own_space(workspace))
    asked = [
        card["id"] for card in told(visit(LABEL, queue="typical"), "labeller.typical")["queue"]
    ]
    clustering = workspace.load(key)
    where = space_of(workspace, workspace.manifest(key).inputs[0])
    assert asked == [one.image for one in label_queue(where.vectors, clustering, {})]
    assert asked != [one.image for one in label_queue(space(workspace).vectors, clustering, {})]


def test_the_live_model_learns_in_the_space_of_the_current_model(at_stage, visit) -> None:
    workspace = at_stage("labelled")
    on = own_space(workspace)
    steps.pseudo_label(workspace, order=("low", "medium", "high"), method="one_nn", on=on)
    said = written(visit(LABEL))
    assert live_model_card(workspace, train_live(workspace, space(workspace, on))).words in said
    assert live_model_card(workspace, train_live(workspace, space(workspace))).words not in said


def test_the_live_model_follows_its_encoder_to_the_newest_embedding(at_stage) -> None:
    workspace = at_stage("labelled")
    ids = workspace.load(workspace.current("features")).ids
    keys = []
    for seed in (1, 2):
        vectors = Vectors(ids, generator(seed, "again").normal(size=(len(ids), 2)), ("a", "b"))
        made = Artifact("embeddings", "embed@1", {"model": "e" * 16}, seed=seed)
        keys.append(workspace.save(made, vectors, {"name": "mine"}))
        if seed == 1:
            steps.pseudo_label(
                workspace, order=("low", "medium", "high"), method="one_nn", on=keys[0]
            )
    assert learnt_on(workspace) == keys[1]


@pytest.mark.parametrize(
    "page",
    ["collection/gallery.py", "structure/axes.py", "structure/outliers.py", "image/image.py"],
)
def test_a_space_that_is_only_looked_at_is_not_saved(page, at_stage, visit) -> None:
    workspace = at_stage("measured")
    on = own_space(workspace)
    before = on_disk(workspace.root)
    app = visit(page, on=on, view="like", image=workspace.images.ids[0], selection="")
    assert not app.exception, [e.message for e in app.exception]
    assert changed(before, on_disk(workspace.root)) == []


def test_a_label_is_kept_also_where_its_model_update_cannot_be(at_stage, visit) -> None:
    workspace = at_stage("labelled")
    app = visit(LABEL, queue="random")
    rest = [card["id"] for card in told(app, "labeller.random")["queue"] if not card["label"]]
    log_of_edits = workspace.root / "edits.sqlite"
    for path in workspace.root.glob("edits.sqlite*"):
        path.unlink()
    log_of_edits.write_bytes(b"no database" * 100)
    entry = {"seq": 1, "id": rest[0], "action": "label", "label": "low"}
    app = say(app, "labeller.random", log("t", entry))
    assert Workspace(workspace.root).labels.current()[rest[0]].label == "low"


def test_a_label_writes_down_what_the_model_had_learnt_until_then(at_stage, visit) -> None:
    workspace = at_stage("labelled")
    app = visit(LABEL, queue="random")
    assert not workspace.edits.events("lessons")
    queue = told(app, "labeller.random")["queue"]
    rest = [card["id"] for card in queue if not card["label"]]
    for seq, image in enumerate(rest[:2], 1):
        entry = {"seq": seq, "id": image, "action": "label", "label": "low"}
        app = say(app, "labeller.random", log("t", entry))
    assert [event.body["labels"] for event in workspace.edits.events("lessons")] == [24, 25]
    assert "3 model updates so far" in written(app)
