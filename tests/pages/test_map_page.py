"""The map page: what a click, a lasso, a menu and an address do."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from contrast_engine import server, steps
from contrast_engine.vectors import ImageId


def written(app: AppTest) -> str:
    return "\n".join(str(part.value) for part in (*app.markdown, *app.caption, *app.info))


def drawn(app: AppTest, workspace: str) -> dict:
    """What the server sends to the map."""
    found = next(c for c in app.get("bidi_component") if c.key == f"map.{workspace}")
    return json.loads(found.proto.json)


def menu(app: AppTest, label: str):
    return next(box for box in app.selectbox if box.label == label)


@pytest.mark.slow
def test_the_address_decides_projection_colour_and_open_image(at_stage, visit) -> None:
    workspace = at_stage("trained")
    steps.project(workspace, "tsne")
    image = workspace.images.ids[3]
    app = visit("structure/map.py", method="tsne", colour="predicted", image=image)
    assert not app.exception
    assert menu(app, "Projection").value == "tsne"
    assert menu(app, "Colour by").value == "predicted"
    name = workspace.images.paths[image].rpartition("/")[2].removesuffix(".png")
    assert name in written(app).replace("\\", "")


@pytest.mark.slow
def test_a_choice_is_written_into_the_address_by_its_name(at_stage, visit) -> None:
    at_stage("clustered")
    app = visit("structure/map.py")
    app = menu(app, "Colour by").set_value("feature.gcf").run()
    assert app.query_params["colour"] == "feature.gcf"
    assert not app.exception


@pytest.mark.slow
def test_an_address_that_names_nothing_known_shows_the_usual_map(at_stage, visit) -> None:
    at_stage("measured")
    app = visit("structure/map.py", method="pcaa", colour="predicted", image="0" * 16)
    assert not app.exception
    assert menu(app, "Projection").value == "pca"
    assert menu(app, "Colour by").value == "feature.c_rms"
    assert "not in the collection any more" in written(app)


@pytest.mark.slow
def test_the_options_of_a_method_stand_in_the_address_and_come_from_it(at_stage, visit) -> None:
    workspace = at_stage("measured")
    key = steps.project(workspace, "tsne", options={"perplexity": 7.0})
    steps.project(workspace, "tsne")
    steps.project(workspace, "pca")
    address = {"method": "tsne", "tsne.perplexity": "7.0", "umap.n_neighbors": "9"}
    app = visit("structure/map.py", **address)
    assert not app.exception
    assert f"/map/{key}/xy" in drawn(app, workspace.id)["urls"]["xy"]
    assert "umap.n_neighbors" not in app.query_params
    assert not visit("structure/map.py", **(address | {"tsne.perplexity": "many"})).exception


@pytest.mark.slow
def test_colours_are_only_offered_for_what_exists(at_stage, visit) -> None:
    at_stage("measured")
    offered = menu(visit("structure/map.py"), "Colour by").options
    assert not any("Predicted" in title or title == "Cluster" for title in offered)
    at_stage("trained")
    offered = menu(visit("structure/map.py"), "Colour by").options
    assert "Cluster" in offered
    assert "Predicted label" in offered


@pytest.mark.slow
def test_the_map_says_how_far_to_believe_it_and_on_how_many_images(at_stage, visit) -> None:
    at_stage("measured")
    text = written(visit("structure/map.py"))
    assert "Trustworthiness 0." in text
    assert "on 30 images" in text
    assert "Continuity 0." in text


@pytest.mark.slow
def test_a_selection_shows_its_size_and_is_labelled_at_once(at_stage, visit) -> None:
    workspace = at_stage("labelled")
    chosen = tuple(workspace.images.ids[:4])
    app = visit("structure/map.py", selection=workspace.selections.put(chosen))
    assert "4 of 30 images" in written(app)
    app.button(key="selection.label.high").click().run()
    given = workspace.labels.current()
    assert {given[ImageId(image)].label for image in chosen} == {"high"}
    app.button(key="selection.label.undo").click().run()
    assert {workspace.labels.current()[i].label for i in chosen} != {"high"}


@pytest.mark.slow
def test_a_selection_says_in_one_sentence_why_it_is_different(at_stage, visit) -> None:
    workspace = at_stage("clustered")
    kept = workspace.selections.put(workspace.images.ids[::3])
    app = visit("structure/map.py", selection=kept)
    assert not app.exception
    part = next(c for c in app.get("bidi_component") if c.key == "selection.differences")
    at = json.loads(part.proto.json)["at"]
    found = json.loads(server.blobs.get(at.rpartition("/")[2]).content)
    assert "Compared with the other 20 images" in found["sentence"]
    assert found["bars"]


@pytest.mark.slow
def test_a_label_given_on_the_map_page_recolours_the_map(at_stage, visit) -> None:
    workspace = at_stage("clustered")
    workspace.labels.define(["low", "high"])
    app = visit("structure/map.py", colour="label")
    app.session_state["selected"] = tuple(workspace.images.ids[:7])
    app.run()
    before = drawn(app, workspace.id)
    app.button(key="selection.label.high").click().run()
    after = drawn(app, workspace.id)
    assert [entry[2] for entry in after["legend"]["entries"]] == [0, 7]
    assert after["urls"]["colour"] != before["urls"]["colour"]


@pytest.mark.slow
def test_two_features_are_chosen_as_axes_and_stand_in_the_address(at_stage, visit) -> None:
    workspace = at_stage("measured")
    app = visit("structure/map.py", method="two-features", across="gcf")
    assert not app.exception
    axes = drawn(app, workspace.id)["axes"]
    assert axes["ticks"]
    assert not axes["equal"]
    assert "(gcf)" in axes["x"]
    app = menu(app, "Upwards").set_value("entropy").run()
    assert app.query_params["up"] == "entropy"
    assert "(entropy) (bits)" in drawn(app, workspace.id)["axes"]["y"]


@pytest.mark.slow
def test_an_address_shared_before_the_names_changed_opens_what_it_meant(at_stage, visit) -> None:
    workspace = at_stage("measured")
    app = visit("structure/map.py", method="two-measures", across="blur", colour="feature.blur")
    assert not app.exception
    drawing = drawn(app, workspace.id)
    assert "(sharpness)" in drawing["axes"]["x"]
    assert "(sharpness)" in drawing["legend"]["title"]
    assert app.query_params["method"] == "two-features"


def test_the_map_can_show_where_it_misleads_and_says_what_the_colours_mean(at_stage, visit) -> None:
    workspace = at_stage("measured")
    app = visit("structure/map.py", colour="strangers")
    assert not app.exception
    legend = drawn(app, workspace.id)["legend"]
    assert legend["title"] == "False neighbours"
    assert "0: the images drawn beside it are the most similar ones" in legend["note"]
    assert "30 images" in legend["note"]
