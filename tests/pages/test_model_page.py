"""The model page: which method, how far its probabilities hold, whether more labels help."""

from streamlit.testing.v1 import AppTest

from contrast_engine import steps
from contrast_engine.pseudo_labels import classifiers
from contrast_engine.summaries.trust import classifier_titles, trust

PAGE = "train/model.py"


def words(app: AppTest) -> str:
    return "\n".join(str(part.value) for part in (*app.markdown, *app.caption, *app.subheader))


def test_what_held_out_labels_say_is_drawn_with_its_basis(at_stage, visit) -> None:
    workspace = at_stage("trained")
    key = workspace.current("predictions")
    details = workspace.manifest(key).details
    found = trust(workspace, key)
    _, dots = found.reliability.data
    assert list(dots.y) == [one["accuracy"] for one in details["calibration"]["bins"]]
    assert list(found.curve.data[-1].x) == [point["labels"] for point in details["curve"]]
    assert f"{details['calibration']['ece']:.0%} away" in found.reliability_words
    assert "n = 24 held-out labels" in found.reliability_words
    app = visit(PAGE)
    assert not app.exception, [e.message for e in app.exception]
    assert "How sure it is, and how right" in words(app)
    assert "no error rate is promised" in words(app)


def test_the_method_chosen_is_the_one_that_learns(at_stage, visit, finish) -> None:
    workspace = at_stage("trained")
    assert set(classifier_titles()) == {"auto", *classifiers}
    app = visit(PAGE, classifier="one_nn")
    next(button for button in app.button if button.label.startswith("Train")).click().run()
    finish(workspace)
    key = workspace.current("predictions")
    assert workspace.manifest(key).details["method"] == "one_nn"


def test_every_method_is_named_in_words(at_stage, visit) -> None:
    workspace = at_stage("labelled")
    for method in classifiers:
        steps.pseudo_label(workspace, method=method)
        assert f"{method}, learnt" not in words(visit(PAGE))
