"""The Issues page: kinds with counts, limits in words that are moved, kept and taken back."""

from contrast_engine.steps.collection.issue_thresholds import chosen_thresholds
from contrast_engine.views.collection.issues import issue_rows

PAGE = "collection/issues.py"


def words(app) -> str:
    return " ".join(str(text.value) for text in (*app.markdown, *app.caption))


def test_a_limit_is_moved_kept_and_given_back_and_says_what_it_means(at_stage, visit) -> None:
    workspace = at_stage("measured")
    usual = issue_rows(workspace)["low_contrast"]
    app = visit(PAGE, issue="low_contrast")
    assert not app.exception, [e.message for e in app.exception]
    assert f"{usual.count} of 30 images" in words(app)
    assert "less than 10.0 L*" in words(app).replace("\\", "")
    assert "Calibrated, the same for every collection" in words(app)
    app.slider(key="limit.low_contrast").set_value(50.0).run()
    assert "30 of 30 images" in words(app)
    assert issue_rows(workspace)["low_contrast"].count == usual.count, "looking is not deciding"
    app.button(key="limit.use").click().run()
    assert issue_rows(workspace)["low_contrast"].count == 30
    assert chosen_thresholds(workspace)["low_contrast"].threshold == 1.0
    assert "chose a limit of their own on" in words(app)
    app.button(key="limit.back").click().run()
    assert not chosen_thresholds(workspace)
    assert f"{usual.count} of 30 images" in words(app)


def test_what_nobody_has_looked_for_says_so_with_a_button(at_stage, visit) -> None:
    at_stage("measured")
    app = visit(PAGE, issue="strong_cast")
    assert "Nobody has looked for strong colour cast" in words(app)
    assert app.button(key="issue.look").label == "Look for strong colour cast"


def test_a_collections_own_worst_is_a_choice_that_says_so(at_stage, visit) -> None:
    workspace = at_stage("measured")
    app = visit(PAGE, issue="flat")
    app.session_state["how.flat"] = "worst"
    app.run()
    app.slider(key="worst.flat").set_value(10.0).run()
    app.button(key="limit.use").click().run()
    assert "this collection's own worst 10 %" in words(app)
    assert 0 < issue_rows(workspace)["flat"].count <= 3
