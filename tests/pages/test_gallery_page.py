"""The gallery page: groups, one scroll with an honest count, selections with names."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from contrast_engine import server
from contrast_engine.views.collection.gallery import (
    captions,
    neighbours,
    ordered,
    ordered_numbers,
)
from pages.common import thumbnails
from tests.test_components import log, say


def written(app: AppTest) -> str:
    return "\n".join(str(part.value) for part in (*app.markdown, *app.caption, *app.error))


def drawn(app: AppTest, key: str = "browse") -> dict:
    grid = next(c for c in app.get("bidi_component") if c.key == key)
    return json.loads(grid.proto.json)


def fetched(address: str) -> bytes:
    return server.blobs.get(address.rpartition("/")[2]).content


def test_all_images_stand_in_one_scroll_the_first_at_once_the_others_by_address(
    at_stage, visit, monkeypatch
) -> None:
    monkeypatch.setattr(thumbnails, "FIRST", 13)
    workspace = at_stage("measured")
    app = visit("collection/gallery.py", sort="c_rms", order="rising")
    app.query_params["page"] = "2"
    app.run()
    assert drawn(app, f"filter.{workspace.id}")["total"] == 30
    found = drawn(app)
    whole = fetched(found["rest"]).hex()
    ids = [whole[at : at + 16] for at in range(0, len(whole), 16)]
    assert (found["n"], found["ids"]) == (30, ids[:13])
    assert sorted(ids) == sorted(workspace.images.ids)
    vectors = workspace.load(workspace.current("features"))
    values = [vectors.row(image)["c_rms"] for image in ids]
    assert values == sorted(values)
    below = json.loads(fetched(found["below"]))
    assert [float(text) for text in below] == pytest.approx(values, rel=0.01)
    assert found["start"] == 60, "an address of before, with a page, begins at its place"
    assert "page" not in app.query_params


def test_a_group_in_the_address_shows_exactly_its_images(at_stage, visit) -> None:
    workspace = at_stage("labelled")
    clustering = workspace.load(workspace.current("clusterings"))
    cluster = clustering.clusters[0]
    app = visit("collection/gallery.py", show=f"cluster.{cluster}")
    assert set(drawn(app)["ids"]) == set(clustering.members(cluster))
    app = visit("collection/gallery.py", show="label.low")
    given = {i for i, said in workspace.labels.current().items() if said.label == "low"}
    assert set(drawn(app)["ids"]) == given


@pytest.mark.slow
def test_an_address_with_a_selection_restores_it_in_a_new_tab(at_stage, visit) -> None:
    workspace = at_stage("clustered")
    chosen = workspace.images.ids[3:8]
    key = workspace.selections.put(chosen)
    app = visit("collection/gallery.py", selection=key)
    assert set(drawn(app)["ids"]) == set(chosen)
    assert "5 selected" in written(app)
    app = visit("structure/map.py", selection=key)
    assert set(drawn(app)["ids"]) == set(chosen)
    assert "5 of 30 images" in written(app)
    app = visit("collection/gallery.py", selection="0" * 16)
    assert not app.exception
    assert len(drawn(app)["ids"]) == 30


def test_a_selection_is_saved_renamed_deleted_and_brought_back(at_stage, visit) -> None:
    workspace = at_stage("labelled")
    app = visit("structure/map.py", selection=workspace.selections.put(workspace.images.ids[:4]))
    assert not [b for b in app.button if b.label == "Save under this name"], "not yet opened"
    app.session_state["saved.menu"] = True
    app.run()
    save = next(b for b in app.button if b.label == "Save under this name")
    app.text_input(key="saved.name").set_value("")
    app = save.click().run()
    assert "needs a name" in written(app)
    app.text_input(key="saved.name").set_value("few")
    app = next(b for b in app.button if b.label == "Save under this name").click().run()
    assert "needs a name" not in written(app)
    assert [(s.name, s.size) for s in workspace.selections.saved()] == [("few", 4)]
    app.text_input(key="saved.new.few").set_value("some")
    app = app.button(key="saved.rename").click().run()
    assert [s.name for s in workspace.selections.saved()] == ["some"]
    app = app.button(key="saved.delete").click().run()
    assert workspace.selections.saved() == ()
    app.button(key="saved.restore").click().run()
    assert [(s.name, s.size) for s in workspace.selections.saved()] == [("some", 4)]


def test_a_selection_of_which_nothing_is_left_is_no_group(at_stage, visit) -> None:
    at_stage("clustered")
    app = visit("collection/gallery.py")
    app.session_state["selected"] = ("0" * 16,)
    app.run()
    assert not app.exception
    assert len(drawn(app)["ids"]) == 30


def test_images_that_were_not_measured_come_last_and_say_so(at_stage) -> None:
    workspace = at_stage("measured")
    vectors = workspace.load(workspace.current("features"))
    fewer = vectors.take(vectors.ids[5:])
    found = ordered(workspace, fewer, workspace.images.ids, "gcf", is_falling=True)
    assert set(found[-5:]) == set(vectors.ids[:5])
    assert captions(workspace, fewer, found[-1:], "gcf") == {found[-1]: "not measured"}


def test_before_and_after_an_image_stand_its_neighbours_in_the_order_of_the_gallery(at_stage):
    workspace = at_stage("measured")
    vectors = workspace.load(workspace.current("features"))
    order = ordered(workspace, vectors, workspace.images.ids, "gcf", is_falling=True)
    numbers = ordered_numbers(workspace, vectors, workspace.images.ids, "gcf", is_falling=True)
    around = [neighbours(numbers, image) for image in order]
    assert around == list(zip((None, *order[:-1]), (*order[1:], None), strict=True))
    assert neighbours(numbers, "f" * 16) == (None, None)


def test_images_that_are_not_measured_yet_are_looked_at_all_the_same(at_stage, visit) -> None:
    workspace = at_stage("scanned")
    app = visit("collection/gallery.py")
    assert "not measured yet" in written(app)
    assert set(drawn(app)["ids"]) == set(workspace.images.ids)
    assert not [c for c in app.get("bidi_component") if c.key == "splitter"], "there is no map yet"


def test_ticking_selects_on_whichever_page_and_all_of_what_is_shown_at_once(
    at_stage, visit
) -> None:
    workspace = at_stage("labelled")
    first, second = workspace.images.ids[:2]
    app = visit("structure/map.py", show="label.low")
    low = set(drawn(app)["ids"])
    say(app, "browse", log("t", {"seq": 1, "added": first + second}))
    assert set(app.session_state["selected"]) == {first, second}
    say(app, "browse", log("t", {"seq": 2, "removed": first}))
    say(app, "browse", log("t", {"seq": 3, "all": True}))
    assert set(app.session_state["selected"]) == {second} | low
    say(app, "browse", log("t", {"seq": 4, "cleared": True}))
    assert set(app.session_state["selected"]) == {second} - low


def test_the_share_of_the_map_stands_in_the_address_and_at_home_in_none(at_stage, visit) -> None:
    at_stage("clustered")
    app = visit("structure/map.py", split="3")
    assert not [c for c in app.get("bidi_component") if c.key.startswith("map.")], "closed"
    say(app, "splitter", log("t", {"seq": 1, "share": 45}))
    assert app.query_params["split"] == "45"
    assert [c for c in app.get("bidi_component") if c.key.startswith("map.")]
    say(app, "splitter", log("t", {"seq": 2, "share": 60}))
    assert "split" not in app.query_params
