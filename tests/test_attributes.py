"""Attributes stand beside the features everywhere, and images without one are said, not guessed."""

import numpy as np
import pytest

from contrast_engine.colouring import colouring
from contrast_engine.errors import UnknownName
from contrast_engine.features import core_names
from contrast_engine.map_file import colour_choices
from contrast_engine.steps import project, table
from contrast_engine.steps.attributes import attribute_tables, beside, keep
from contrast_engine.store import Artifact, ImageFile, Workspace
from contrast_engine.vectors import ImageId, Vectors
from contrast_engine.views.artifact_lookup import answer
from contrast_engine.views.collection.gallery import captions, ordered, orders
from contrast_engine.views.words import map_words

IDS = tuple(ImageId(f"{row:016x}") for row in range(30))
KNOWN = IDS[:24]


def attributed(workspace, step, column, values, recipe=None):
    rows = Vectors(KNOWN, np.asarray(values, float)[:, None], (column,))
    return keep(workspace, Artifact("attributes", step, recipe or {}, KNOWN), rows)


@pytest.fixture
def workspace(tmp_path):
    made = Workspace(tmp_path / "w.contrast")
    made.save_files([ImageFile(f"/p/{i}.jpg", "/p", id=i) for i in IDS])
    values = np.random.default_rng(0).gamma(2, size=(len(IDS), len(core_names())))
    key = made.save(Artifact("features", "measure@1", {}, IDS), Vectors(IDS, values, core_names()))
    made.make_current("features", key)
    return made


def test_nothing_is_listed_before_a_laboratory_ran(workspace):
    assert attribute_tables(workspace) == {}
    assert table(workspace).columns[-1] == "notes"


def test_the_newest_table_of_each_laboratory_counts(workspace):
    old = attributed(workspace, "a@1", "depth", range(24))
    new = attributed(workspace, "a@1", "depth", range(1, 25), {"seed": 1})
    other = attributed(workspace, "b@1", "warmth", range(24))
    assert attribute_tables(workspace) == {"depth": new, "warmth": other}
    attributed(workspace, "a@1", "depth", range(24))  # asked for again
    assert attribute_tables(workspace)["depth"] == old


def test_an_attribute_is_a_colour_an_order_and_a_column_of_the_export(workspace):
    key = attributed(workspace, "a@1", "depth", range(24, 0, -1))
    drawn = project(workspace)
    assert colour_choices(workspace, drawn)["feature.depth"] == ("depth", key)
    colours = colouring(workspace, IDS, f"feature.depth@{key}")
    assert np.isnan(colours.values).tolist() == [image not in KNOWN for image in IDS]
    assert "depth" in orders(None, attribute_tables(workspace))
    by_depth = ordered(workspace, workspace.load(key), IDS, "depth")
    assert by_depth[:24] == KNOWN[::-1]
    assert set(by_depth[24:]) == set(IDS) - set(KNOWN)
    assert captions(workspace, workspace.load(key), IDS, "depth")[IDS[29]] == "not measured"
    found = table(workspace)
    at = found.columns.index("depth")
    exported = {row[0]: row[at] for row in found.rows}
    assert exported[IDS[0]] == 24
    assert exported[IDS[29]] is None


def test_an_axis_may_be_an_attribute_and_says_how_many_images_lack_it(workspace):
    attributed(workspace, "a@1", "depth", range(24))
    asked = {"across": "c_rms", "up": "depth"}
    key = project(workspace, "two-features", options=asked)
    drawn, details = workspace.load(key), workspace.manifest(key).details
    assert drawn.ids == KNOWN
    assert drawn.column("map_y").tolist() == list(range(24))
    assert details["left_out"] == 6
    assert "6 images are left out" in map_words(details)
    assert answer(workspace, "project", method="two-features", options=asked) == key
    attributed(workspace, "a@1", "depth", range(1, 25), {"seed": 1})  # other depths, another map
    assert answer(workspace, "project", method="two-features", options=asked) is None
    assert project(workspace, "two-features", options=asked) != key


def test_an_axis_that_nothing_holds_is_refused(workspace):
    with pytest.raises(UnknownName, match="no column 'depth'"):
        project(workspace, "two-features", options={"across": "c_rms", "up": "depth"})


def test_only_images_with_all_the_attributes_asked_for_are_kept(workspace):
    attributed(workspace, "a@1", "depth", range(24))
    measured = workspace.load(workspace.current("features"))
    both = beside(measured, workspace, ("depth", "c_rms", "unheard"))
    assert both.ids == KNOWN
    assert both.columns == (*measured.columns, "depth")
    assert beside(measured, workspace, ("unheard",)) is measured


def test_a_column_of_an_older_answer_does_not_stand_beside_those_of_the_newest(workspace):
    attributed(workspace, "a@1", "guess", range(24), {"scores": "x"})
    new = attributed(workspace, "a@1", "depth", range(24))
    assert attribute_tables(workspace) == {"depth": new}
