"""The page of named axes."""

import json

import pytest
from streamlit.testing.v1 import AppTest


def written(app: AppTest) -> str:
    return "\n".join(
        str(part.value) for part in (*app.markdown, *app.caption, *app.warning, *app.success)
    )


def strip(app: AppTest) -> dict:
    grid = next(c for c in app.get("bidi_component") if c.key == "axis.strip")
    return json.loads(grid.proto.json)


@pytest.mark.slow
def test_an_axis_shows_its_images_in_order_and_how_far_its_name_holds(at_stage, visit) -> None:
    workspace = at_stage("clustered")
    app = visit("structure/axes.py", axis="2")
    assert not app.exception
    text = written(app)
    assert "independent directions" in text
    assert "In 200 resamples of the images the name held in" in text
    sent = strip(app)
    places = [float(sent["captions"][i].replace("\N{MINUS SIGN}", "-")) for i in sent["ids"]]
    assert places == sorted(places)
    place = workspace.load(workspace.current("maps"))
    shown = [dict(zip(place.ids, place.values[:, 1], strict=True))[i] for i in sent["ids"]]
    assert shown == sorted(shown), "the second axis is the one that goes up on a PCA map"


def test_another_axis_shows_other_images_and_stands_in_the_address(at_stage, visit) -> None:
    at_stage("measured")
    app = visit("structure/axes.py")
    first = strip(app)["ids"]
    app.session_state["axis"] = "3"
    app.run()
    assert app.query_params["axis"] == ["3"] or app.query_params["axis"] == "3"
    assert strip(app)["ids"] != first
