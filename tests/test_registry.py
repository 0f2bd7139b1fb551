"""A thing that is called otherwise now is found by both names, and listed under one."""

import pytest

from contrast_engine.errors import UnknownName
from contrast_engine.features import features
from contrast_engine.projections import projections
from contrast_engine.registry import Registry
from contrast_engine.vectors import ImageId, Vectors, present_name


@pytest.fixture
def shapes():
    found = Registry("contrast_engine.images", "shape")
    found.add("disc", formerly="circle")("round")
    found.add("square")("four corners")
    return found


def test_the_former_name_finds_the_same_thing_and_is_not_listed(shapes):
    assert shapes["circle"] == shapes["disc"] == "round"
    assert "circle" in shapes
    assert list(shapes) == ["disc", "square"]
    assert len(shapes) == 2


def test_results_are_stored_under_the_first_name_and_shown_under_the_present_one(shapes):
    assert {shapes.stored_name(name) for name in ("circle", "disc")} == {"circle"}
    assert {shapes.present_name(name) for name in ("circle", "disc")} == {"disc"}
    assert shapes.stored_name("square") == shapes.present_name("square") == "square"
    assert shapes.present_name("nothing") == "nothing"


def test_nothing_else_can_take_a_former_name(shapes):
    with pytest.raises(ValueError, match="already is a shape 'circle'"):
        shapes.add("circle")("a ring")
    with pytest.raises(ValueError, match="already is a shape 'square'"):
        shapes.add("box", formerly="square")("four corners")
    with pytest.raises(UnknownName, match="did you mean 'disc'"):
        shapes["dics"]


def test_the_renamed_projection_and_feature_answer_to_both_names():
    assert projections["two-measures"] is projections["two-features"]
    assert "two-measures" not in list(projections)
    assert features["blur"] is features["sharpness"]
    assert features["sharpness"].direction == "sharper"
    assert "blur" not in list(features)


def test_a_column_is_found_by_the_name_it_had_before():
    table = Vectors((ImageId("a" * 16),), [[1.0, 2.0]], ("c_rms", "sharpness"))
    assert table.column("blur").tolist() == [2.0]
    assert table.select(["blur"]).values.tolist() == [[2.0]]
    own = Vectors((ImageId("a" * 16),), [[1.0, 2.0]], ("blur", "sharpness"))
    assert own.column("blur").tolist() == [1.0], "a column that has that name comes first"
    assert present_name("feature.blur") == "feature.sharpness"
    assert present_name("blurred") == "blurred"
