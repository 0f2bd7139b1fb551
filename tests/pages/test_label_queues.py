"""Which images the label page asks for, by each of its strategies."""

from contrast_engine.pseudo_labels.selection import was_random
from contrast_engine.summaries.asking import drawn_queue, teaching_queue
from tests.test_components import log, say, told

PAGE = "label/label.py"


def test_a_fair_draw_is_offered_and_its_labels_are_known_as_such(at_stage, visit) -> None:
    workspace = at_stage("clustered")
    workspace.labels.define(["low", "high"], is_ordered=True)
    app = visit(PAGE, queue="random")
    assert not app.exception, [e.message for e in app.exception]
    queue = told(app, "labeller.random")["queue"]
    assert [card["id"] for card in queue] == [
        one.image for one in drawn_queue(workspace, "me", 0.2)
    ]
    entry = {"seq": 1, "id": queue[0]["id"], "action": "label", "label": "low"}
    app = say(app, "labeller.random", log("t", entry))
    (given,) = workspace.labels.current().values()
    assert was_random(given.why)
    again = told(app, "labeller.random")
    assert [card["id"] for card in again["queue"]] == [card["id"] for card in queue]
    assert again["position"] == 1


def test_what_teaches_most_is_unlabelled_and_offered_once_there_is_a_model(at_stage, visit) -> None:
    workspace = at_stage("labelled")
    app = visit(PAGE, queue="unsure")
    assert app.session_state["queue"] == "typical", "there is no model yet that could be taught"
    workspace = at_stage("trained")
    queue = told(visit(PAGE, queue="unsure"), "labeller.unsure")["queue"]
    assert [card["id"] for card in queue] == [one.image for one in teaching_queue(workspace)]
    assert not {card["id"] for card in queue} & set(workspace.labels.current())
    assert all(card["why"] for card in queue)
