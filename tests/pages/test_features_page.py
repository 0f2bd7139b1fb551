"""The Features page: a card per measure, agreement, issues with live counts, other tools."""

import re

import pytest

from contrast_engine.features import features
from contrast_engine.issues import ISSUES, find_issues

PAGE = "collection/features.py"


@pytest.mark.parametrize("family", ["global", "multiscale", "local", "frequency", "colour"])
def test_every_measure_has_a_card_with_its_formula(family, at_stage, visit) -> None:
    at_stage("measured")
    app = visit(PAGE, family=family)
    assert not app.exception, [e.message for e in app.exception]
    wanted = [known for known in features.values() if known.family == family]
    assert {str(formula.value).strip("$\n ") for formula in app.latex} == {
        known.formula for known in wanted
    }
    titles = " ".join(str(text.value) for text in app.markdown)
    assert all(f"({known.name})" in titles for known in wanted)


def test_agreement_says_its_n_and_its_space(at_stage, visit) -> None:
    at_stage("measured")
    app = visit(PAGE, view="together")
    assert not app.exception, [e.message for e in app.exception]
    words = " ".join(str(text.value) for text in app.caption)
    assert "over 30 images, each as it was measured" in words


def counts(app) -> list[int]:
    """How many images have each issue, as the page says."""
    said = (re.fullmatch(r"\*\*(\d+)\*\* of 30 images", str(m.value)) for m in app.markdown)
    return [int(found[1]) for found in said if found]


def test_moving_a_threshold_changes_the_count_and_can_be_taken_back(at_stage, visit) -> None:
    workspace = at_stage("measured")
    usual = find_issues(workspace.load(workspace.current("features")))[0]
    app = visit(PAGE, view="issues")
    assert not app.exception, [e.message for e in app.exception]
    assert len(app.slider) == len(ISSUES)
    assert app.slider(key="issue.low_contrast").value == usual.threshold
    assert counts(app)[0] == len(usual.images)
    app.slider(key="issue.low_contrast").set_value(1.0).run()
    assert counts(app)[0] == 30
    reset = next(b for b in app.button if b.label.startswith("Use the collection"))
    reset.click().run()
    assert counts(app)[0] == len(usual.images)


def test_other_tools_are_fooled_on_the_page_and_we_are_not(at_stage, visit) -> None:
    at_stage("measured")
    app = visit(PAGE, view="rivals")
    table = app.dataframe[0].value
    assert list(table["Whose"]) == ["other tools"] * 2 + ["this engine"] * 5
    assert table.iloc[0, 2].startswith("255")
    assert table.iloc[1, 3].startswith("0.471")
    assert list(app.dataframe[1].value.iloc[0, 2:]) == ["0.966", "0.750", "0"]
