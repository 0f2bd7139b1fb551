"""The gallery page: groups, pages with honest counts, selections with names."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from contrast_engine import server
from contrast_engine.views.collection.gallery import captions, ordered
from pages.common import thumbnails


def written(app: AppTest) -> str:
    return "\n".join(str(part.value) for part in (*app.markdown, *app.caption, *app.error))


def drawn(app: AppTest, key: str = "browse") -> dict:
    grid = next(c for c in app.get("bidi_component") if c.key == key)
    return json.loads(grid.proto.json)


def test_every_image_stands_on_one_page_and_the_count_says_which(
    at_stage, visit, monkeypatch
) -> None:
    monkeypatch.setattr(thumbnails, "PER_PAGE", 13)
    workspace = at_stage("measured")
    app = visit("collection/gallery.py", sort="c_rms", order="rising")
    seen = []
    for page, said in enumerate(("1 to 13 of 30", "14 to 26 of 30", "27 to 30 of 30"), start=1):
        app.session_state["browse.page"] = page
        app.run()
        assert f"Showing {said} images" in written(app)
        seen += drawn(app)["ids"]
    vectors = workspace.load(workspace.current("features"))
    assert sorted(seen) == sorted(workspace.images.ids)
    values = [vectors.row(image)["c_rms"] for image in seen]
    assert values == sorted(values)


def test_a_group_in_the_address_shows_exactly_its_images(at_stage, visit) -> None:
    workspace = at_stage("labelled")
    clustering = workspace.load(workspace.current("clusterings"))
    cluster = clustering.clusters[0]
    app = visit("collection/gallery.py", show=f"cluster.{cluster}")
    assert set(drawn(app)["ids"]) == set(clustering.members(cluster))
    part = next(part for part in app.get("bidi_component") if part.key == "selection.differences")
    found = server.blobs.get(json.loads(part.proto.json)["at"].rpartition("/")[2]).content
    assert f"the other {30 - len(clustering.members(cluster))}".encode() in found
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
    assert "Showing 5 of 5 selected images" in written(app)
    app = visit("collection/gallery.py", selection="0" * 16)
    assert not app.exception
    assert len(drawn(app)["ids"]) == 30


def test_a_selection_is_saved_renamed_deleted_and_brought_back(at_stage, visit) -> None:
    workspace = at_stage("clustered")
    app = visit(
        "collection/gallery.py", selection=workspace.selections.put(workspace.images.ids[:4])
    )
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
