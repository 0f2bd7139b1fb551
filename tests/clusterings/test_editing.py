import numpy as np
import pytest

from contrast_engine.clusterings.editing import Edit, checked, edited, largest
from contrast_engine.errors import OptionError
from contrast_engine.results import UNASSIGNED, Clustering
from contrast_engine.vectors import ImageId, Vectors

IDS = tuple(ImageId(f"{row:016x}") for row in range(6))
CLUSTERING = Clustering(IDS, np.array([0, 0, 0, 1, 1, 2]), np.arange(6.0))


def test_edits_are_applied_in_order_and_the_clustering_stays_as_it_was():
    edits = [
        Edit("merge", clusters=(1, 2), into=1),
        Edit("split", images=IDS[:1], into=3),
        Edit("move", images=IDS[1:2], into=1),
        Edit("exclude", images=IDS[5:]),
    ]
    assert edited(CLUSTERING, edits).cluster.tolist() == [3, 1, 0, 1, 1, UNASSIGNED]
    assert edited(CLUSTERING, edits[:1]).cluster.tolist() == [0, 0, 0, 1, 1, 1]
    assert edited(CLUSTERING, []).of == CLUSTERING.of
    assert CLUSTERING.cluster.tolist() == [0, 0, 0, 1, 1, 2]
    assert [Edit.of(edit.as_json()) for edit in edits] == edits


def test_a_later_edit_survives_when_the_one_it_built_on_is_taken_back():
    split, move = Edit("split", images=IDS[:1], into=3), Edit("move", images=IDS[1:2], into=3)
    assert edited(CLUSTERING, [split, move]).cluster.tolist() == [3, 3, 0, 1, 1, 2]
    assert edited(CLUSTERING, [move]).of == CLUSTERING.of
    gone = Edit("exclude", images=(ImageId("f" * 16),))
    assert edited(CLUSTERING, [gone]).of == CLUSTERING.of


def test_distances_are_measured_anew_where_the_space_is_given():
    space = Vectors(IDS, np.array([[0.0], [0], [0], [2], [4], [9]]), ("x",))
    merged = edited(CLUSTERING, [Edit("merge", clusters=(1, 2), into=1)], space)
    assert merged.distance.tolist() == [0, 0, 0, 3, 1, 4]
    without = edited(CLUSTERING, [Edit("exclude", images=IDS[5:])])
    assert without.distance.tolist() == [0, 1, 2, 3, 4, 0]


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (Edit("merge", clusters=(1,)), "at least two different clusters"),
        (Edit("merge", clusters=(1, 9)), "no cluster 9; there are: 0, 1, 2"),
        (Edit("split"), "no image was given to split"),
        (Edit("split", images=IDS[3:5]), "all images of cluster 1"),
        (Edit("move", images=IDS[:1], into=7), "no cluster 7"),
        (Edit("exclude", images=(ImageId("f" * 16),)), "is not in this clustering"),
        (Edit("paint"), "no edit 'paint'"),  # type: ignore[arg-type]
    ],
)
def test_an_edit_that_does_not_fit_is_refused_in_words(edit, said):
    with pytest.raises(OptionError, match=said):
        checked(CLUSTERING, edit)


def test_a_merger_keeps_the_id_of_the_largest_then_of_the_smallest_number():
    assert largest(CLUSTERING, (2, 0)) == 0
    assert largest(edited(CLUSTERING, [Edit("move", images=IDS[:1], into=2)]), (2, 1)) == 1
