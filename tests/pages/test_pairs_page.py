"""The page that asks which of two images has more contrast."""

import pytest
from streamlit.testing.v1 import AppTest

from contrast_engine import steps
from contrast_engine.ranking import Pair
from contrast_engine.steps.labels.rank import rank_next, rank_show
from contrast_engine.store.team import as_pair
from contrast_engine.views.labels.pairs import back, pairs_card, waiting_pairs
from tests.test_components import log, say, told

PAGE = "labels/pairs.py"


def words(app: AppTest) -> str:
    return "\n".join(str(part.value) for part in (*app.markdown, *app.caption, *app.subheader))


def answer(app: AppTest, *answers: str) -> AppTest:
    """Answer the pairs that are shown, one after the other, as the browser would."""
    entries = []
    for seq, said in enumerate(answers, 1):
        pair = told(app, "pairs")["queue"][0]
        ends = {"left": "", "right": "", "answer": "", "action": "undo"}
        if said != "undo":
            ends = {
                "left": pair["left"],
                "right": pair["right"],
                "answer": said,
                "action": "answer",
            }
        entries.append({"seq": seq, **ends})
        app = say(app, "pairs", log("t", *entries))
    return app


@pytest.mark.parametrize(("stage", "next_thing"), [("empty", "Add"), ("scanned", "Measure")])
def test_without_measures_it_leads_to_where_they_are_made(
    stage, next_thing, at_stage, visit
) -> None:
    at_stage(stage)
    app = visit(PAGE)
    assert not app.exception
    (button,) = app.button
    assert button.label.startswith(next_thing)


def test_answers_are_kept_as_shown_and_the_ranking_follows(at_stage, visit) -> None:
    workspace = at_stage("measured")
    app = visit(PAGE, who="Ada")
    assert not app.subheader
    first = told(app, "pairs")["queue"][0]
    app = answer(app, "left", "tie", "undo", "right")
    assert not app.exception, [e.message for e in app.exception]
    said = workspace.comparisons.all()
    assert [one.answer for one in said] == ["left", "right"]
    assert (said[0].left, said[0].right, said[0].who) == (first["left"], first["right"], "Ada")
    assert told(app, "pairs")["answered"] == 2
    assert app.subheader[0].value == "Ranking"
    assert "from 20 comparisons on, there are 2" in words(app)


def test_an_answer_sent_twice_counts_once_and_undo_brings_its_pair_back(at_stage, visit) -> None:
    workspace = at_stage("measured")
    app = visit(PAGE)
    first = told(app, "pairs")["queue"][0]
    entry = {"seq": 1, "action": "answer", "answer": "left"} | {
        s: first[s] for s in ("left", "right")
    }
    app = say(app, "pairs", log("t", entry))
    app = say(app, "pairs", log("t", entry))
    assert len(workspace.comparisons.all()) == 1
    undo = {"seq": 2, "action": "undo", "answer": "", "left": "", "right": ""}
    app = say(app, "pairs", log("t", entry, undo))
    assert not workspace.comparisons.all()
    again = told(app, "pairs")["queue"][0]
    assert (again["left"], again["right"]) == (first["left"], first["right"])


def test_measures_are_held_against_people_from_twenty_answers_on(at_stage) -> None:
    workspace = at_stage("measured")
    assert pairs_card(workspace) is None
    table = workspace.load(workspace.current("features"))
    contrast = dict(zip(table.ids, table.column("c_rms"), strict=True))
    for pair in rank_next(workspace, 60, strategy="random"):
        more = "left" if contrast[pair.left] > contrast[pair.right] else "right"
        workspace.comparisons.add(pair.left, pair.right, more)
    card = pairs_card(workspace)
    assert card.judgements == 60
    best = card.features[0]
    assert "c_rms" in best["Feature"]
    assert best["Same order as annotators"].startswith("100%")
    assert "By chance the correlation is 0" in card.features_words
    first, last = card.ranking[0][0], card.ranking[-1][0]
    assert contrast[first] > contrast[last]
    assert len(card.chart.data[0].y) == len(card.ranking)


def test_new_pairs_follow_before_the_last_are_answered_and_count_on_them(at_stage) -> None:
    workspace = at_stage("measured")
    batch = waiting_pairs(workspace, (), "me")
    assert len(batch) == 10
    assert waiting_pairs(workspace, batch, "me") == batch, "enough of them wait"
    kept = batch[3:]
    more = waiting_pairs(workspace, kept, "me")
    assert more[:7] == kept, "those that wait stay where they are"
    assert len(more) == 17
    assert not {(p.left, p.right) for p in more[7:]} & {(p.left, p.right) for p in kept}
    assert more[7:] == rank_next(workspace, 10, waiting=kept)
    assert more[7:] != rank_next(workspace, 10), "what waits counts as if it were answered"
    assert steps.space(workspace).vectors.rows.keys() >= {batch[0].left, batch[0].right}


def test_a_model_is_held_against_people_beside_the_measures(at_stage) -> None:
    workspace = at_stage("trained")
    said = workspace.load(workspace.current("predictions"))
    place = said.probability @ range(3)
    while len(workspace.comparisons.all()) < 30:
        for pair in rank_next(workspace, 10):
            left, right = (place[said.rows[image]] for image in (pair.left, pair.right))
            workspace.comparisons.add(pair.left, pair.right, "left" if left > right else "right")
    name = "predicted label (ordinal)"
    found = {one.measure: one for one in rank_show(workspace).features}
    assert found[name].right == 1, "these people judge like the model"
    assert found[name].low < found[name].rho < found[name].high
    rhos = [one.rho for one in rank_show(workspace).features if one.rho is not None]
    assert rhos == sorted(rhos, reverse=True)
    assert name in {row["Feature"] for row in pairs_card(workspace).features}


def both(pair: Pair) -> frozenset[str]:
    return frozenset((pair.left, pair.right))


def test_two_who_compare_at_once_are_asked_about_different_pairs(at_stage) -> None:
    workspace = at_stage("measured")
    alone = waiting_pairs(workspace, (), "Ada")
    ada = waiting_pairs(workspace, (), "Ada", "a")
    assert ada == alone, "while nobody else is here nothing is different"
    bob = waiting_pairs(workspace, (), "Bob", "b")
    assert len(bob) >= 10
    assert not {both(p) for p in ada} & {both(p) for p in bob}
    for _ in range(25):  # as long as they go on
        for who, pairs in (("Ada", ada), ("Bob", bob)):
            said = pairs[0]
            workspace.comparisons.add(said.left, said.right, "left", who)
            left = waiting_pairs(workspace, pairs[1:], who, who[0].lower())
            ada, bob = (left, bob) if who == "Ada" else (ada, left)
        assert not {both(p) for p in ada} & {both(p) for p in bob}


def test_a_pair_that_was_taken_back_is_asked_again_whoever_has_it_now(at_stage) -> None:
    workspace = at_stage("measured")
    first, *rest = waiting_pairs(workspace, (), "Ada", "a")
    left = waiting_pairs(workspace, rest, "Ada", "a")  # the first is answered, and free
    workspace.team.hand_out_pairs(
        "Bob", "b", [as_pair(first.left, first.right)], most=1, there_are=99
    )
    again = waiting_pairs(workspace, (back(first.left, first.right), *left), "Ada", "a")
    assert both(again[0]) == both(first)


def test_who_finds_all_pairs_in_the_hands_of_others_gets_one_when_it_is_free(at_stage) -> None:
    workspace = at_stage("measured")
    ids = sorted(workspace.images.ids)[:3]
    steps.remove(workspace, images=[i for i in workspace.images.ids if i not in ids])
    ada = waiting_pairs(workspace, (), "Ada", "a")
    bob = waiting_pairs(workspace, (), "Bob", "b")
    cleo = waiting_pairs(workspace, (), "Cleo", "c")
    held = [{both(p) for p in pairs} for pairs in (ada, bob, cleo)]
    assert sum(map(len, held)) == 3 == len(set().union(*held))
    assert not waiting_pairs(workspace, (), "Dan", "d")
    workspace.team.give_back("Ada", "a")
    assert {both(p) for p in waiting_pairs(workspace, (), "Dan", "d")} <= held[0]
