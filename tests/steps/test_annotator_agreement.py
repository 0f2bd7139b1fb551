from contrast_engine.steps.labels.annotator_agreement import ratings
from contrast_engine.store import Workspace
from contrast_engine.vectors import ImageId

A, B = (ImageId(letter * 16) for letter in "ab")


def test_the_last_word_of_each_person_counts_unless_it_was_taken_back(tmp_path):
    workspace = Workspace(tmp_path / "w.contrast")
    labels = workspace.labels
    labels.define(["low", "high"], is_ordered=True)
    labels.add([A, B], "low", "ann")
    labels.add([A], "high", "ann")
    labels.add([B], "high", "bob")
    labels.add([B], "low", "bob")
    labels.undo("bob")
    labels.add([A], "low", "cid")
    labels.add([A], None, "cid")
    found = ratings(workspace)
    assert found.is_ordered
    assert (found.ids, found.people, found.labels) == ((A, B), ("ann", "bob"), ("low", "high"))
    assert found.codes.tolist() == [[1, -1], [0, 1]]


def test_a_workspace_without_labels_has_no_ratings(tmp_path):
    assert len(ratings(Workspace(tmp_path / "w.contrast")).ids) == 0
