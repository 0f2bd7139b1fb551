"""Which images the label page asks for, by each of its strategies."""

import pytest

from contrast_engine.pseudo_labels.active_learning import was_random
from contrast_engine.views.labels.queue_strategies import (
    BLIND,
    coverage_queue,
    informative_queue,
    random_queue,
)
from tests.test_components import log, say, told

PAGE = "labels/label.py"


@pytest.mark.slow
def test_a_fair_draw_is_offered_and_its_labels_are_known_as_such(at_stage, visit) -> None:
    workspace = at_stage("clustered")
    workspace.labels.define(["low", "high"], is_ordered=True)
    app = visit(PAGE, queue="random")
    assert not app.exception, [e.message for e in app.exception]
    queue = told(app, "labeller.random")["queue"]
    assert [card["id"] for card in queue] == [
        one.image for one in random_queue(workspace, "me", 0.2)
    ]
    entry = {"seq": 1, "id": queue[0]["id"], "action": "label", "label": "low"}
    app = say(app, "labeller.random", log("t", entry))
    (given,) = workspace.labels.current().values()
    assert was_random(given.why)
    again = told(app, "labeller.random")
    assert [card["id"] for card in again["queue"]] == [card["id"] for card in queue]
    assert again["position"] == 1


@pytest.mark.slow
def test_what_teaches_most_is_unlabelled_and_offered_once_there_is_a_model(at_stage, visit) -> None:
    workspace = at_stage("labelled")
    app = visit(PAGE)
    queue = told(app, "labeller.cover")["queue"]
    assert [card["id"] for card in queue] == [one.image for one in coverage_queue(workspace)]
    assert any("than after random ones" in caption.value for caption in app.caption), (
        "what it was worth"
    )
    app = visit(PAGE, queue="unsure")
    assert app.session_state["queue"] == "cover", "there is no model yet that could be taught"
    workspace = at_stage("trained")
    queue = told(visit(PAGE), "labeller.unsure")["queue"]
    assert [card["id"] for card in queue] == [one.image for one in informative_queue(workspace)]
    assert not {card["id"] for card in queue} & set(workspace.labels.current())
    assert all(card["why"] for card in queue)


@pytest.mark.slow
def test_a_whole_cluster_is_labelled_at_once_and_taken_back_at_once(at_stage, visit) -> None:
    workspace = at_stage("clustered")
    workspace.labels.define(["low", "high"], is_ordered=True)
    members = workspace.load(workspace.current("clusterings")).members(1)
    first = members[0]
    workspace.labels.add([first], "low")
    app = visit(PAGE, queue="cluster", group="1", view="grid")
    assert not app.exception, [e.message for e in app.exception]
    press = {button.label: button for button in app.button}
    app = press["Select those without a label"].click().run()
    next(b for b in app.button if b.label == "high").click().run()
    given = {image: label.label for image, label in workspace.labels.current().items()}
    assert given == {**dict.fromkeys(members, "high"), first: "low"}
    app = visit(PAGE, queue="cluster", group="1", view="grid")
    app = next(b for b in app.button if b.label == "Select all shown").click().run()
    next(b for b in app.button if b.label == "Undo").click().run()
    assert {i: label.label for i, label in workspace.labels.current().items()} == {first: "low"}
    app = next(b for b in app.button if b.label == "Redo").click().run()
    assert len(workspace.labels.current()) == len(members)


@pytest.mark.slow
def test_blind_hides_what_others_said_and_survives_a_reload(at_stage, visit) -> None:
    workspace = at_stage("trained")
    app = visit(PAGE, queue="typical", who="bob")
    assert any(card["label"] for card in told(app, "labeller.typical")["queue"])
    app = visit(PAGE, queue="typical", who="bob", blind="1")
    shown = told(app, "labeller.typical")
    assert not any(card["label"] for card in shown["queue"])
    assert {card["why"] for card in shown["queue"]} == {BLIND}
    assert shown["names"] == ""
    text = "\n".join(str(part.value) for part in (*app.caption, *app.markdown))
    assert "The labels of others are not shown" in text
    assert "Predictions on the map" not in text, "nor what the model predicts"
    entry = {"seq": 1, "id": shown["queue"][0]["id"], "action": "unsure", "label": ""}
    app = say(app, "labeller.typical", log("t", entry))
    assert workspace.labels.by_person()["bob"] == {shown["queue"][0]["id"]: None}
    assert told(app, "labeller.typical")["queue"][0]["is_unsure"]
    again = visit(PAGE, queue="typical", who="bob", blind="1")
    assert told(again, "labeller.typical")["queue"][-1]["id"] == entry["id"], "it comes back last"
