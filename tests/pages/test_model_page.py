"""The model page: which method, how far its probabilities hold, whether more labels help."""

import pytest
from streamlit.testing.v1 import AppTest

from contrast_engine import steps
from contrast_engine.pseudo_labels import classifiers, gather, stratified
from contrast_engine.steps.structure.spaces import space
from contrast_engine.views.models.calibration import (
    calibration_card,
    choice_card,
    classifier_titles,
)
from contrast_engine.views.models.confusion import confusion_matrix

PAGE = "models/model.py"


def words(app: AppTest) -> str:
    return "\n".join(str(part.value) for part in (*app.markdown, *app.caption, *app.subheader))


@pytest.mark.slow
def test_what_held_out_labels_say_is_drawn_with_its_basis(at_stage, visit) -> None:
    workspace = at_stage("trained")
    key = workspace.current("predictions")
    details = workspace.manifest(key).details
    found = calibration_card(workspace, key)
    _, dots = found.reliability.data
    assert list(dots.y) == [one["accuracy"] for one in details["calibration"]["bins"]]
    assert list(found.curve.data[-1].x) == [point["labels"] for point in details["curve"]]
    assert f"{details['calibration']['ece']:.0%} away" in found.reliability_words
    assert "n = 24 held-out labels" in found.reliability_words
    app = visit(PAGE)
    assert not app.exception, [e.message for e in app.exception]
    assert "How far stated probabilities can be believed." in words(app)
    assert details["promise"]["words"] in words(app)
    assert found.direction in words(app)
    assert "Wrong answers" in {metric.label for metric in app.metric}


@pytest.mark.slow
def test_the_method_chosen_is_the_one_that_learns(at_stage, visit, finish) -> None:
    workspace = at_stage("trained")
    assert set(classifier_titles()) == {"auto", *classifiers}
    app = visit(PAGE, classifier="one_nn")
    next(button for button in app.button if button.label.startswith("Train")).click().run()
    finish(workspace)
    before = workspace.current("predictions")
    assert workspace.manifest(before).details["method"] != "one_nn", "it is only looked at"
    app.run()
    assert "You are looking at" in app.info[0].value
    next(button for button in app.button if button.label == "Use this").click().run()
    key = workspace.current("predictions")
    assert workspace.manifest(key).details["method"] == "one_nn"


@pytest.mark.slow
def test_every_method_is_named_in_words(at_stage, visit) -> None:
    workspace = at_stage("labelled")
    for method in classifiers:
        steps.pseudo_label(workspace, method=method)
        assert f"{method}, learnt" not in words(visit(PAGE))


def test_every_label_is_in_the_cell_of_what_models_that_never_saw_it_said(at_stage) -> None:
    workspace = at_stage("labelled")
    for place, image in enumerate(list(workspace.labels.current())[::3]):  # some are nonsense
        workspace.labels.add([image], ("low", "medium", "high")[place % 3])
    key = steps.pseudo_label(workspace, method="one_nn")  # knows every label it has seen
    given = {image: label.label for image, label in workspace.labels.current().items()}
    found = confusion_matrix(workspace, key)
    images = [image for cell in found.cells for image, _ in cell.images]
    assert sorted(images) == sorted(given), "every labelled image once"
    assert all(given[image] == cell.truth for cell in found.cells for image, _ in cell.images)
    order = ("low", "medium", "high")
    labelled = gather(space(workspace).vectors, given, order, is_ordered=True)
    folds = stratified(labelled.codes, seed=0)
    *_, final = classifiers["one_nn"]().fit(labelled, folds)
    unseen = folds.assemble(final.held_out).mean(axis=0).argmax(axis=1)
    said = {labelled.space.ids[r]: order[c] for r, c in zip(labelled.rows, unseen, strict=True)}
    assert all(said[image] == cell.predicted for cell in found.cells for image, _ in cell.images)
    assert sum(len(cell.images) for cell in found.cells if cell.truth != cell.predicted) > 3
    counts = [[len(found.cells[3 * row + column].images) for column in range(3)]
              for row in range(3)]  # fmt: skip
    assert [[int(text) for text in row] for row in found.chart.data[0].text] == counts


@pytest.mark.slow
def test_the_page_says_what_was_compared_and_shows_the_images_behind_a_cell(
    at_stage, visit
) -> None:
    workspace = at_stage("trained")
    key = workspace.current("predictions")
    card = choice_card(workspace, key)
    app = visit(PAGE)
    assert not app.exception, [e.message for e in app.exception]
    assert card.reason in words(app)
    found = confusion_matrix(workspace, key)
    menu = next(box for box in app.selectbox if "behind a cell" in box.label)
    assert menu.value == found.worst
    menu.set_value(0).run()
    assert not app.exception
    steps.pseudo_label(workspace, method="one_nn")
    assert choice_card(workspace, workspace.current("predictions")) is None, "it was named"


@pytest.mark.slow
def test_new_labels_show_what_they_would_teach_before_anything_is_kept(at_stage, visit) -> None:
    workspace = at_stage("trained")
    assert "What the present labels would give" not in words(visit(PAGE))
    rest = [i for i in workspace.images.ids if i not in workspace.labels.current()]
    workspace.labels.add([rest[0]], "low")
    app = visit(PAGE)
    assert not app.exception, [e.message for e in app.exception]
    assert "What the present labels would give" in words(app)
    assert "25 labels →" in words(app)


@pytest.mark.slow
def test_people_who_do_not_agree_are_told_that_no_model_can_be_validated(at_stage, visit) -> None:
    workspace = at_stage("trained")
    other = {"low": "high", "medium": "low", "high": "medium"}
    for image, label in workspace.labels.current().items():
        workspace.labels.add([image], other[label.label], "bob")
    said = [warning.value for warning in visit(PAGE).warning]
    assert any("no model can be validated" in text for text in said)
