"""The pages about one image: taken apart, and changed."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from contrast_engine.counterfactual import KNOBS, neutral


def written(app: AppTest) -> str:
    return "\n".join(str(part.value) for part in (*app.markdown, *app.caption, *app.text))


@pytest.mark.slow
@pytest.mark.parametrize("page", ["image/image.py", "image/what_if.py"])
def test_without_an_image_the_page_offers_some_to_choose_from(page, at_stage, visit) -> None:
    workspace = at_stage("measured")
    app = visit(page)
    assert "Choose an image" in written(app)
    (grid,) = app.get("bidi_component")
    assert set(json.loads(grid.proto.json)["ids"]) == set(workspace.images.ids)
    assert "not in the collection" in visit(page, image="0" * 16).info[0].value


def test_the_image_page_says_what_the_image_is_and_what_is_like_it(at_stage, visit) -> None:
    workspace = at_stage("trained")
    image = next(iter(workspace.labels.current()))
    app = visit("image/image.py", image=image)
    assert not app.exception
    text = written(app)
    assert "compared with the collection" in text or "Close to the middle" in text
    assert "Label: " in text
    assert "Predicted: " in text
    assert "Slope" in text
    grid = next(c for c in app.get("bidi_component") if c.key == "image.similar")
    shown = json.loads(grid.proto.json)
    assert len(shown["ids"]) == 12
    assert image not in shown["ids"]


def test_a_file_that_is_gone_leaves_what_was_measured(at_stage, visit, photographs) -> None:
    workspace = at_stage("clustered")
    image = workspace.images.ids[2]
    workspace.original(image).rename(photographs / "elsewhere")
    try:
        app = visit("image/image.py", image=image)
        assert "cannot be opened" in app.warning[0].value
        assert "inspector.features" in [part.key for part in app.get("bidi_component")]
        assert "cannot be opened" in visit("image/what_if.py", image=image).warning[0].value
    finally:
        (photographs / "elsewhere").rename(workspace.images.paths[image])


def test_sliders_start_neutral_move_the_measures_and_go_back(at_stage, visit) -> None:
    workspace = at_stage("trained")
    app = visit("image/what_if.py", image=workspace.images.ids[1])
    assert not app.exception
    assert [slider.value for slider in app.slider] == [neutral()[name] for name in KNOBS]
    before = app.dataframe[0].value
    assert (before["Before"] == before["After"]).all()
    app.slider[0].set_value(0.3).run()
    assert not app.exception
    moved = app.dataframe[0].value
    assert (moved["Before"] != moved["After"]).any()
    app.button(key=f"whatif.{workspace.images.ids[1]}.reset").click().run()
    again = app.dataframe[0].value
    assert (again["Before"] == again["After"]).all()


def test_the_flip_of_a_slider_is_said_or_said_not_to_be(at_stage, visit) -> None:
    workspace = at_stage("trained")
    app = visit("image/what_if.py", image=workspace.images.ids[1], until="label")
    app.selectbox(key="turn").set_value("haze").run()
    app.button(key="flip.find").click().run()
    assert not app.exception
    said = [*app.success, *app.info]
    assert said
    assert "becomes label" in said[0].value or "does not flip" in said[0].value
