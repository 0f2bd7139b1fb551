"""The page that says whether people mean the same by their labels."""

import pytest
from streamlit.testing.v1 import AppTest

from contrast_engine import access
from contrast_engine.access import Person, Role
from contrast_engine.views.labels.annotator_agreement import agreement_card

PAGE = "labels/agreement.py"


def words(app: AppTest) -> str:
    return "\n".join(str(part.value) for part in (*app.markdown, *app.caption))


@pytest.mark.parametrize("stage", ["empty", "scanned", "measured", "labelled"])
def test_without_a_second_person_it_says_what_is_missing(stage, at_stage, visit) -> None:
    at_stage(stage)
    app = visit(PAGE)
    assert not app.exception, [e.message for e in app.exception]
    assert not app.metric
    if stage == "labelled":
        assert "agreement needs at least 2 images" in words(app).lower()


def test_two_people_are_held_against_each_other_and_disputes_listed(at_stage, visit) -> None:
    workspace = at_stage("labelled")
    given = {image: label.label for image, label in workspace.labels.current().items()}
    disputed = sorted(given)[0]
    for image, label in given.items():
        other = "high" if given[disputed] == "low" else "low"
        workspace.labels.add([image], other if image == disputed else label, "Ada")
    card = agreement_card(workspace)
    assert [image for image, _ in card.disputed] == [disputed]
    assert "Ada" in card.disputed[0][1]
    assert 0.5 < float(card.alpha) < 1
    assert "n = 24 images" in card.interval
    app = visit(PAGE)
    assert not app.exception, [e.message for e in app.exception]
    assert app.metric[0].value == card.alpha
    assert "most disputed of 1" in words(app)


def button(app: AppTest, label: str):
    return next(one for one in app.button if one.label == label)


def test_an_owner_withdraws_a_persons_labels_and_gives_them_back(at_stage, visit) -> None:
    workspace = at_stage("labelled")
    given = {image: label.label for image, label in workspace.labels.current().items()}
    for image, label in given.items():
        workspace.labels.add([image], label, "Ada")
    app = visit(PAGE)
    assert "of the 6 images that everybody is asked about" in words(app)
    app.session_state["withdrawal.who"] = "Ada"
    app = button(app, "Withdraw a person's labels").click().run()
    assert not app.exception, [e.message for e in app.exception]
    assert "24 annotations of 24 images" in words(app)
    app = button(app, "Withdraw all 24 by Ada").click().run()
    assert "Ada" not in workspace.labels.by_person()
    app = visit(PAGE)
    assert "withdrawn by me on" in words(app)
    app = button(app, "Give them back").click().run()
    assert workspace.labels.by_person()["Ada"] == given


def test_an_annotator_sees_their_own_work_and_blind_nothing_of_the_others(at_stage, visit) -> None:
    workspace = at_stage("labelled")
    given = {image: label.label for image, label in workspace.labels.current().items()}
    for image, label in list(given.items())[:10]:
        workspace.labels.add([image], label, "Ada")
    access.judge(lambda: Person("Ada", Role.ANNOTATOR, is_known=True))
    try:
        app = visit(PAGE)
        assert not app.exception, [e.message for e in app.exception]
        assert "You labelled 10 images" in words(app)
        assert "you said what they say of 10: 100%" in words(app)
        assert "Withdraw a person's labels" not in [one.label for one in app.button]
        assert app.metric, "how far all agree"
        blind = visit(PAGE, blind="1")
        assert "You labelled 10 images" in words(blind)
        assert not blind.metric
    finally:
        access.judge(None)
