"""The page that says whether people mean the same by their labels."""

import pytest
from streamlit.testing.v1 import AppTest

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
