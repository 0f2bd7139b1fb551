"""The Complexity page: measured, mapped patch by patch, judged on human scores."""

from contrast_engine.steps import STEPS

PAGE = "complexity/complexity.py"


def written(app) -> str:
    parts = (*app.markdown, *app.caption, *app.info, *app.error, *app.warning)
    return "\n".join(str(part.value) for part in parts)


def test_before_anything_is_measured_there_is_one_button_that_measures_everything(
    at_stage, visit
) -> None:
    at_stage("measured")
    app = visit(PAGE)
    assert not app.exception, [e.message for e in app.exception]
    assert app.markdown[0].value.startswith(
        "**How complex the images of this collection are is not"
    )
    assert [b.label for b in app.button] == ["Measure complexity"]


def test_measured_without_scores_the_page_first_says_that_nobody_has_judged(
    at_stage, visit
) -> None:
    workspace = at_stage("measured")
    STEPS["judge_complexity"](workspace)
    app = visit(PAGE)
    assert not app.exception, [e.message for e in app.exception]
    assert app.markdown[0].value.startswith("**No person has judged how complex these 30 images")
    assert [s.value for s in app.subheader] == [
        "Sorted by complexity", "Patch entropy", "Encoder", "Human scores",
    ]  # fmt: skip
    assert "different attributes" in written(app) or "go together" in written(app)
    assert "n = 30 images" in written(app)
    assert "64 patches of 16 pixels" in written(app)
    assert "Train the encoder" in [b.label for b in app.button]
