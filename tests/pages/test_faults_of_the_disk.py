"""Every fault of the disk on the pages: a sentence stands there, and the same session goes on."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from contrast_engine.store import Workspace
from pages.common.faults import READ_ONLY
from tests import faults_of_disks as faults

SHELL = Path(__file__).parents[2] / "pages" / "_shell.py"
PAGES = re.findall(r'st\.Page\("([a-z_/]+\.py)", title=', SHELL.read_text(encoding="utf-8"))
OF_A_COLLECTION = [page for page in PAGES if not page.startswith("help/")]
FULL = "free some space on the disk that holds"
UNSAID = re.compile(r"Errno|Traceback|\w+Error\b|sqlite3")


def said(app: AppTest) -> str:
    """What stands on a page in red or yellow; never a traceback."""
    assert not app.exception, [e.message for e in app.exception]
    words = "\n".join(str(one.value) for one in [*app.error, *app.warning])
    words = words.replace("\\", "")  # what is typed or named is written as it is, not as marks
    assert not UNSAID.search(words), words
    return words


def send(app: AppTest, key: str, log: dict[str, Any]) -> AppTest:
    """Send what the browser would send of a component's log."""
    component = next(e for e in app.get("bidi_component") if e.key == key)
    states = app._tree.get_widget_states()
    changed = states.widgets.add()
    changed.id, changed.json_value = component.proto.id, json.dumps({"log": log})
    return app._run(states)


def told(app: AppTest, key: str) -> dict[str, Any]:
    """What a component is told."""
    component = next(e for e in app.get("bidi_component") if e.key == key)
    found: dict[str, Any] = json.loads(component.proto.json or component.proto.mixed.json)
    return found


def button(app: AppTest, label: str) -> Any:
    return next(one for one in app.button if one.label == label)


def test_every_page_opens_on_a_read_only_collection_and_says_so_once(at_stage, visit) -> None:
    workspace = at_stage("validated")
    app = visit(PAGES[0])
    assert READ_ONLY not in said(app)
    with faults.read_only(workspace.root):
        for page in OF_A_COLLECTION:
            app = app.switch_page(page).run()
            assert said(app).count(READ_ONLY) == 1, page
            assert not app.error, (page, said(app))
    assert READ_ONLY not in said(app.run())


FAULTS: dict[str, Callable[[Workspace], Any]] = {
    "full": lambda _: faults.full_disk(),
    "read-only": lambda w: faults.read_only(w.root),
}
WHY = {"full": FULL, "read-only": "it is not permitted; check who may read and write there"}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_key_that_cannot_be_saved_waits_in_the_labeller_and_is_saved_later(
    fault, at_stage, visit
) -> None:
    workspace = at_stage("clustered")
    workspace.labels.define(["low", "high"])
    app = visit("labels/label.py")
    key = "labeller.cover"
    image = told(app, key)["queue"][0]["id"]
    log = {"token": "t", "entries": [{"seq": 1, "id": image, "action": "label", "label": "low"}]}
    workspace.close()
    _let_go(workspace)
    with FAULTS[fault](workspace):
        app = send(app, key, log)
        said(app)
        assert WHY[fault] in told(app, key)["problem"]
        assert told(app, key)["acknowledged"] == {}
        assert workspace.labels.current() == {}
    app = send(app, key, log)
    assert told(app, key)["problem"] == ""
    assert told(app, key)["acknowledged"] == {"t": 1}
    assert {i: one.label for i, one in workspace.labels.current().items()} == {image: "low"}


@pytest.mark.parametrize("fault", FAULTS)
def test_an_answer_to_a_pair_waits_too(fault, at_stage, visit) -> None:
    workspace = at_stage("measured")
    app = visit("labels/pairs.py")
    pair = told(app, "pairs")["queue"][0]
    entry = {"seq": 1, "action": "answer", "answer": "left"}
    log = {"token": "t", "entries": [entry | {"left": pair["left"], "right": pair["right"]}]}
    with FAULTS[fault](workspace):
        app = send(app, "pairs", log)
        said(app)
        assert WHY[fault] in told(app, "pairs")["problem"]
        assert workspace.comparisons.all() == ()
    app = send(app, "pairs", log)
    assert told(app, "pairs")["problem"] == ""
    assert len(workspace.comparisons.all()) == 1


def _let_go(workspace: Workspace) -> None:
    """Close what the app has open: a file that is open already stays writable."""
    from contrast_engine import server

    server.workspaces()[workspace.id].close()


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_done_on_a_page_is_refused_in_its_place_and_done_later(
    fault, at_stage, visit
) -> None:
    workspace = at_stage("labelled")
    image = next(iter(workspace.images.paths))
    app = visit("image/image.py", image=image)
    acts = {
        "low": "The label was not saved.",
        "Unsure": "The label was not saved.",
        "Undo": "Nothing was taken back.",
    }
    before = len(workspace.labels.history())
    workspace.close()
    for label, unsaved in acts.items():
        _let_go(workspace)
        with FAULTS[fault](workspace):
            app = button(app, label).click().run()
            assert unsaved in said(app)
            assert WHY[fault] in said(app)
            assert app.title[0].value == "Image", "the rest of the page stays"
            assert len(workspace.labels.history()) == before
    app = button(app, "low").click().run()
    assert said(app) == ""
    assert len(workspace.labels.history()) == before + 1


@pytest.mark.parametrize("fault", FAULTS)
def test_names_edits_and_label_sets_are_refused_in_their_place(fault, at_stage, visit) -> None:
    workspace = at_stage("labelled")
    key = workspace.current("clusterings")
    app = visit("structure/clusters.py")
    name = next(field for field in app.text_input if field.label == "Name")
    workspace.close()
    _let_go(workspace)
    with FAULTS[fault](workspace):
        app = name.input("hazy").run()
        assert "The name was not saved" in said(app)
        assert WHY[fault] in said(app)
        merged = next(one for one in app.multiselect if one.label == "Merge clusters")
        app = merged.select(merged.options[0]).select(merged.options[1]).run()
        app = button(app, "Merge them").click().run()
        assert "The clusters were not changed." in said(app)
        assert workspace.labels.cluster_names(key) == {}
        assert workspace.edits.events("clusters") == ()
    app = button(app, "Merge them").click().run()
    assert "The clusters were not changed." not in said(app)
    app = app.switch_page("labels/label.py").run()
    _let_go(workspace)
    with FAULTS[fault](workspace):
        app = button(app, "Use these labels").click().run()
        assert "The labels were not changed." in said(app)
        assert WHY[fault] in said(app)
    app = button(app, "Use these labels").click().run()
    assert "not changed" not in said(app)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_job_that_cannot_be_started_says_why_and_is_started_later(
    fault, at_stage, visit, finish
) -> None:
    workspace = at_stage("labelled")
    app = visit("models/model.py")
    with FAULTS[fault](workspace):
        app = button(app, "Train").click().run()
        assert "Nothing was started." in said(app)
        assert WHY[fault] in said(app)
    app = button(app, "Train").click().run()
    assert "Nothing was started." not in said(app)
    finish(workspace)
    assert workspace.current("predictions")


@pytest.mark.parametrize("put", [faults.noise, faults.folder, faults.foreign_database])
@pytest.mark.parametrize("log", faults.LOGS)
def test_a_log_that_is_another_file_is_said_and_the_session_goes_on_with_the_right_one(
    log, put, at_stage, visit
) -> None:
    workspace = at_stage("labelled")
    image = next(iter(workspace.images.paths))
    workspace.comparisons.add(*sorted(workspace.images.paths)[:2], "left")
    workspace.selections.save("kept", [image])
    workspace.edits.append(
        "lessons", "me", dict.fromkeys(("labels", "accuracy", "kappa", "coverage"), 1)
    )
    workspace.close()
    page = {"comparisons.sqlite": "labels/pairs.py", "selections.sqlite": "collection/gallery.py"}
    app = visit(page.get(log, "labels/label.py"))
    assert said(app) == ""
    _let_go(workspace)
    with faults.in_its_place(workspace.root / log, put):
        app.run()
        if log != "thumbs.sqlite":
            assert log in said(app)
    assert said(app.run()) == ""


def unsure(seq: int, image: str) -> dict[str, Any]:
    """The key 0 on an image."""
    return {"seq": seq, "id": image, "action": "unsure", "label": ""}


def test_a_damaged_log_of_updates_does_not_stop_who_labels(at_stage, visit) -> None:
    workspace = at_stage("labelled")
    app = visit("labels/label.py", queue="random")
    key = "labeller.random"
    images = [card["id"] for card in told(app, key)["queue"]]
    app = send(app, key, {"token": "s", "entries": [unsure(1, images[0])]})
    assert len(workspace.edits.events("lessons")) == 1
    with faults.in_its_place(workspace.root / "edits.sqlite", faults.noise):
        for seq in (1, 2, 3):
            app = send(app, key, {"token": "t", "entries": [unsure(seq, images[seq])]})
            assert told(app, key)["problem"] == ""
        assert "3 model updates wait to be written" in said(app)
        assert "the labels themselves are saved" in said(app)
        assert "edits.sqlite could not be" in said(app)
    app = send(app, key, {"token": "t", "entries": [unsure(4, images[4])]})
    assert said(app) == ""
    assert len(workspace.edits.events("lessons")) > 1, "those that differ from the one before"


@pytest.mark.parametrize("page", ["structure/map.py", "labels/label.py", "output/export.py"])
def test_a_collection_that_was_moved_away_is_said_and_can_be_opened_where_it_is(
    page, at_stage, visit, tmp_path
) -> None:
    workspace = at_stage("validated")
    app = visit(page)
    there = tmp_path / "elsewhere.contrast"
    workspace.root.rename(there)
    app.run()
    assert "is not there any more (deleted, moved, or its disk is not attached)" in said(app)
    assert button(app, "Open a collection")
    app = app.switch_page("collection/collection.py").run()
    assert "is not there any more" in said(app)
    assert not workspace.root.exists(), "no empty one is made in its place"
    app.text_input[0].input(str(there))
    app = button(app, "Open").click().run()
    assert said(app) == ""
    assert app.metric[0].value == "30"


@pytest.mark.parametrize("put", [faults.nothing, faults.noise, faults.folder])
def test_a_photograph_that_is_gone_or_another_is_said_where_it_is_looked_at(
    put, at_stage, visit, tmp_path
) -> None:
    workspace = at_stage("measured")
    image, path = next(iter(workspace.images.paths.items()))
    with faults.in_its_place(Path(path), put):
        for page in ("image/image.py", "image/what_if.py"):
            app = visit(page, image=image)
            assert "scan the folder again" in said(app)
    assert said(visit("image/what_if.py", image=image)) == ""


def test_an_export_to_a_full_disk_says_so_and_is_written_later(at_stage, visit, tmp_path) -> None:
    at_stage("measured")
    app = visit("output/export.py")
    app.text_input[0].input(str(tmp_path / "table.csv"))
    with faults.full_disk():
        app = button(app, "Write the file").click().run()
        assert f"{FULL} {tmp_path}" in said(app)
    app = button(app, "Write the file").click().run()
    assert said(app) == ""
    assert (tmp_path / "table.csv").stat().st_size
