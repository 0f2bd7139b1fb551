"""The Features page: a card per measure, agreement, other tools."""

import pytest

from contrast_engine.features import features

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


def test_other_tools_are_fooled_on_the_page_and_we_are_not(at_stage, visit) -> None:
    at_stage("measured")
    app = visit(PAGE, view="rivals")
    table = app.dataframe[0].value
    assert list(table["Whose"]) == ["other tools"] * 2 + ["this engine"] * 5
    assert table.iloc[0, 2].startswith("255")
    assert table.iloc[1, 3].startswith("0.471")
    assert list(app.dataframe[1].value.iloc[0, 2:]) == ["0.966", "0.750", "0"]
