"""The page of similar images and outliers."""

import json

import cv2
import numpy as np
import pytest

from contrast_engine.randomness import generator
from contrast_engine.views.structure.duplicates import Duplicates
from pages.structure import structure_loaders


def written(app) -> str:
    return "\n".join(str(part.value) for part in (*app.markdown, *app.caption, *app.text))


@pytest.mark.slow
def test_outliers_come_with_their_reason(at_stage, visit) -> None:
    at_stage("measured")
    app = visit("structure/outliers.py")
    assert not app.exception
    assert "Showing 1 to 12 of 30 images" in written(app)
    assert "deviations above the rest" in written(app) or "combination" in written(app)


def test_a_collection_without_duplicates_says_so(at_stage, visit) -> None:
    at_stage("measured")
    app = visit("structure/outliers.py", view="double")
    assert not app.exception
    assert app.info[0].value == "There are no duplicates."


@pytest.mark.slow
def test_every_group_of_duplicates_is_reached_and_counted(at_stage, visit, monkeypatch) -> None:
    workspace = at_stage("measured")
    groups = tuple(Duplicates((image,), f"group of {image}") for image in workspace.images.ids[:15])
    monkeypatch.setattr(structure_loaders, "duplicates", lambda _: groups)
    seen = []
    for page, span in ((1, "1 to 12"), (2, "13 to 15")):
        app = visit("structure/outliers.py", view="double")
        app.session_state["doubles.page"] = page
        app.run()
        assert f"Showing {span} of 15 groups" in written(app)
        keys = [c.key for c in app.get("bidi_component")]
        seen += [key.removeprefix("double.") for key in keys if key.startswith("double.")]
    assert seen == [group.images[0] for group in groups]


@pytest.mark.slow
def test_the_rest_of_a_group_is_selected_removed_and_put_back(at_stage, visit, monkeypatch) -> None:
    workspace = at_stage("measured")
    before = workspace.images.ids
    group = Duplicates(before[:3], "three of one picture", ("1.0 stops darker", "half the size"))
    monkeypatch.setattr(
        structure_loaders, "duplicates", lambda w: (group,) if group.rest[0] in w.images else ()
    )
    app = visit("structure/outliers.py", view="double", who="Ann")
    assert "1.0 stops darker" in written(app)
    assert "half the size" in written(app)
    app.button(key=f"double.{group.kept}.rest").click().run()
    assert set(app.session_state["selected"]) == set(group.rest)
    app.button(key=f"double.{group.kept}.remove").click().run()
    assert not app.exception
    assert set(before) - set(workspace.images.ids) == set(group.rest)
    assert not app.session_state["selected"]
    app.button(key="duplicates.undo").click().run()
    assert workspace.images.ids == before


@pytest.mark.slow
def test_a_file_from_outside_finds_its_like_or_says_why_not(at_stage, visit) -> None:
    at_stage("measured")
    noise = generator(5, "outside").integers(0, 256, (60, 80, 3)).astype(np.uint8)
    app = visit("structure/outliers.py", view="like")
    app.file_uploader[0].set_value(
        ("new.png", cv2.imencode(".png", noise)[1].tobytes(), "image/png")
    )
    app.run()
    assert not app.exception
    assert "The 12 nearest of 30 images" in written(app)
    app.file_uploader[0].set_value(("bad.png", b"nothing", "image/png"))
    app.run()
    assert app.error


@pytest.mark.slow
def test_either_judge_can_be_asked_alone_and_every_page_is_reached(at_stage, visit) -> None:
    at_stage("measured")
    orders = []
    for by in ("distance", "isolation"):
        app = visit("structure/outliers.py", by=by)
        assert not app.exception
        app.session_state["odd.page"] = 3
        app.run()
        assert "Showing 25 to 30 of 30 images" in written(app)
        orders.append([c.key for c in app.get("bidi_component")])
    assert orders[0] != orders[1]


def test_the_like_of_an_image_in_the_address_leave_it_out_itself(at_stage, visit) -> None:
    workspace = at_stage("measured")
    image = workspace.images.ids[4]
    app = visit("structure/outliers.py", view="like", image=image)
    assert not app.exception
    grid = next(c for c in app.get("bidi_component") if c.key == "like.near")
    shown = json.loads(grid.proto.json)["ids"]
    assert len(shown) == 12
    assert image not in shown


def test_a_copy_of_an_image_finds_that_image_first(at_stage, visit) -> None:
    workspace = at_stage("measured")
    image = workspace.images.ids[9]
    app = visit("structure/outliers.py", view="like")
    app.file_uploader[0].set_value(("copy.png", workspace.original_bytes(image), "image/png"))
    app.run()
    grid = next(c for c in app.get("bidi_component") if c.key == "like.near")
    sent = json.loads(grid.proto.json)
    assert sent["ids"][0] == image
    assert sent["captions"][image] == "0.00"
