"""The section "Tiers" of the model page, and the button that writes the model file."""

from pathlib import Path

import pytest

from contrast_engine.predict import Predictor
from contrast_engine.views.models.tiers import (
    COLUMNS,
    commands,
    suggested_file,
    tiers_card,
    written_words,
)


@pytest.mark.slow
def test_the_model_page_writes_the_file_and_says_what_each_tier_costs(
    at_stage, visit, finish, tmp_path: Path
) -> None:
    workspace = at_stage("trained")
    key = workspace.current("predictions")
    assert tiers_card(workspace, key).rows == ()
    file = tmp_path / "nightly.contrast"
    app = visit("models/model.py")
    assert not app.exception, [e.message for e in app.exception]
    field = next(one for one in app.text_input if one.label == "File on this computer")
    assert field.value == suggested_file(workspace)
    field.set_value(str(file))
    next(one for one in app.button if one.label == "Write the model file").click().run()
    finish(workspace)
    assert Predictor.load(file).model.key == key
    card = tiers_card(workspace, key)
    assert [row["Tier"] for row in card.rows] == ["fast", "full", "cascade"]
    assert all(tuple(row) == COLUMNS for row in card.rows)
    assert any("Cascade" in words for words in card.words)
    app.run()
    assert not app.exception, [e.message for e in app.exception]
    said = "\n".join(str(part.value) for part in (*app.caption, *app.success))
    assert "nightly" in said
    assert "hands on" in said
    assert f"contrast serve {file}" in "\n".join(str(part.value) for part in app.code)


def test_nothing_written_is_nothing_said() -> None:
    assert written_words(None) == ""
    assert commands(None) == ""
    assert written_words({"file": "a.model", "bytes": 2_000_000}) == "Written: a.model (2.0 MB)."
