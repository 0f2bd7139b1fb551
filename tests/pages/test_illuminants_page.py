"""The Illuminants page: one button, then the collection, one image, and what was judged."""

import json

from contrast_engine.jobs import JobRunner
from contrast_engine.results import Report
from contrast_engine.steps.illuminants.estimate import estimate_illuminants
from contrast_engine.steps.illuminants.evaluate import STEP
from contrast_engine.store import Artifact, Workspace
from contrast_engine.views.illuminants.collection import casts
from tests.test_components import told
from tests.views.test_illuminants import report

PAGE = "illuminants/illuminants.py"


def written(app) -> str:
    parts = (*app.markdown, *app.caption, *app.success, *app.warning, *app.subheader)
    return "\n".join(str(part.value) for part in parts)


def tables(app) -> str:
    return "\n".join(json.dumps(str(one.proto)) for one in app.get("html"))


def judged(workspace: Workspace) -> None:
    """Keep a judgement of two images of the collection and one that is not in it."""
    first, second = workspace.images.ids[:2]
    details = report(images=[first, second, None])
    workspace.save(Artifact("reports", STEP, {}, (), 7), Report(()), details)


def test_before_anything_is_estimated_one_button_starts_it(at_stage, visit, finish) -> None:
    workspace = at_stage("measured")
    app = visit(PAGE)
    assert "white balance was applied already" in written(app)
    (button,) = app.button
    assert button.label == "Estimate the illuminant of all images"
    app = button.click().run()
    assert not app.exception, [e.message for e in app.exception]
    assert [job.step for job in JobRunner(workspace).jobs()] == ["estimate_illuminants"]
    finish(workspace)
    found = casts(workspace)
    assert found is not None
    assert found.lacking == 0


def test_the_collection_one_image_and_a_judgement_are_shown(at_stage, visit) -> None:
    workspace = at_stage("measured")
    estimate_illuminants(workspace)
    judged(workspace)
    found = casts(workspace)
    assert found is not None
    app = visit(PAGE)
    assert not app.exception, [e.message for e in app.exception]
    worst = told(app, "illuminants.worst")
    assert list(worst["ids"])[:3] == list(found.worst(3))
    assert app.metric[0].value == f"{len(found.strong.images)} of 30"
    assert "nineteen in twenty are within 14°" in written(app)

    image = workspace.images.ids[0]
    app = visit(PAGE, image=str(image), cct="3000", tint="0.004")
    assert not app.exception, [e.message for e in app.exception]
    assert [slider.value for slider in app.slider] == [3000.0, 0.004]
    for name in ("Grey-world", "Light put in", "True light", "Reproduction error"):
        assert name in tables(app), name
    assert "black or saturated" in written(app)
    app.slider[0].set_value(2500.0)
    app.slider[1].set_value(0.02).run()
    assert "outside sRGB" in written(app), "said, not drawn"

    app = visit(PAGE, view="judge")
    assert not app.exception, [e.message for e in app.exception]
    assert app.success[0].value == "Forest errs less; use it."
    assert "first seed 7" in written(app)
    assert list(app.dataframe[0].value["Offered"]) == ["use this", ""]
    assert list(app.dataframe[1].value["File"]) == ["c.png"], "it is not in the collection"
    app.text_input[0].set_value("/nowhere/at/all")
    app = next(b for b in app.button if b.label == "Judge the methods").click().run()
    assert not app.exception
    (job,) = JobRunner(workspace).jobs()
    assert job.params == {"folder": "/nowhere/at/all", "seeds": 3}
