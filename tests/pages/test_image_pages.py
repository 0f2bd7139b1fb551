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
    assert "picking" in [part.key for part in app.get("bidi_component")]
    gone = visit(page, image="0" * 16)
    assert "not in the collection" in gone.info[0].value
    assert len(workspace.images)


def sent(app: AppTest, key: str) -> dict:
    """What a component of the page got."""
    found = next(part for part in app.get("bidi_component") if part.key.startswith(key))
    return json.loads(found.proto.json)


@pytest.mark.parametrize(
    ("page", "tab", "is_changing"),
    [
        ("image/image.py", {}, False),
        ("image/image.py", {"tab": "whatif"}, True),
        ("image/what_if.py", {}, True),
        ("image/what_if.py", {"tab": "image"}, False),
        ("image/what_if.py", {"tab": "nonsense"}, True),
    ],
)
def test_both_addresses_show_the_tab_they_name_and_the_images_around(
    page, tab, is_changing, at_stage, visit
) -> None:
    workspace = at_stage("clustered")
    by_path = sorted(workspace.images.ids, key=lambda image: workspace.images.paths[image])
    app = visit(page, image=by_path[1], **tab)
    assert not app.exception
    assert bool(app.slider) == is_changing
    around = sent(app, "one.step")
    assert (around["place"], around["total"], around["words"]) == (1, len(by_path), "images")
    assert [near["id"] for near in around["near"]] == by_path[: len(around["near"])]


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
    assert [slider.value for slider in app.slider] == [
        knob.turned(neutral()[name]) for name, knob in KNOBS.items()
    ]
    before = app.dataframe[0].value
    assert (before["Before"] == before["After"]).all()
    app.slider[0].set_value(0.3).run()
    assert not app.exception
    moved = app.dataframe[0].value
    assert (moved["Before"] != moved["After"]).any()
    app.button(key="whatif.reset").click().run()
    again = app.dataframe[0].value
    assert (again["Before"] == again["After"]).all()


def test_the_flip_is_searched_along_the_slider_moved_last(at_stage, visit) -> None:
    workspace = at_stage("trained")
    app = visit("image/what_if.py", image=workspace.images.ids[1], until="label", turn="blur")
    assert "Blur" in app.button(key="flip.find").label
    app.slider(key="whatif.haze").set_value(0.1).run()
    assert "Haze" in app.button(key="flip.find").label
    app.button(key="flip.find").click().run()
    assert not app.exception
    assert "becomes label" in written(app) or "does not change anywhere" in written(app)
    assert "Haze" in written(app)


def test_an_image_is_taken_out_of_the_collection_and_put_back(at_stage, visit) -> None:
    workspace = at_stage("clustered")
    image, n = workspace.images.ids[0], len(workspace.images)
    nobody = visit("image/image.py", image=image, who="")
    assert "image.out" not in {one.key for one in nobody.button}, "first it asks who does it"
    app = visit("image/image.py", image=image)
    app = app.button(key="image.out").click().run()
    assert not app.exception, [e.message for e in app.exception]
    assert image not in workspace.images
    assert len(workspace.images) == n - 1
    assert workspace.removals.all()[-1].who == "me"
    again = visit("image/image.py", image=image)  # somebody else, later
    assert "It was taken out by me; its file was not touched." in again.info[0].value
    app = app.button(key="picking.back").click().run()
    assert not app.exception, [e.message for e in app.exception]
    assert len(workspace.images) == n
    assert app.button(key="image.out"), "the page shows it again"
