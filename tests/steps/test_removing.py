"""Removing: images and sources leave the collection with their labels, and all of it comes back."""

import shutil

import pytest

from contrast_engine.errors import CollectionError, UnknownName, WorkspaceError
from contrast_engine.steps import gather, put_back, remove, scan
from contrast_engine.steps.collection.remove import images_below
from contrast_engine.store import Workspace


@pytest.fixture
def two(tmp_path, photographs):
    """A workspace of two sources: a holds 4 images, b 3, of which one is in a too."""
    photographs(tmp_path / "a", 4)
    photographs(tmp_path / "b", 2, seed=9)
    shutil.copy(tmp_path / "a" / "photo_0000.jpg", tmp_path / "b" / "same.jpg")
    workspace = Workspace(tmp_path / "w.contrast")
    gather(workspace, [tmp_path / "a", tmp_path / "b"], workers=1)
    return workspace


def counts(workspace):
    """Images, rows of features, and labels that count."""
    table = workspace.load(workspace.current("features"))
    return len(workspace.images), len(table), len(workspace.labels.current())


def test_removed_images_leave_every_count_and_come_back_with_their_labels(two):
    ids = two.images.ids
    two.labels.add(ids[:3], "low", "ann")
    key = two.current("features")
    report = remove(two, ids[:2], who="ann")
    assert (report.named, report.images, report.labelled, report.left) == (2, 2, 2, 4)
    assert counts(two) == (4, 4, 1)
    assert two.removed == set(ids[:2])
    assert {image for one in two.labels.history() for image in one.images} == set(ids[:3])
    assert two.labels.by_person() == {"ann": {ids[2]: "low"}}
    back = put_back(two)
    assert (back.seq, back.images, back.labelled, back.left) == (report.seq, 2, 2, 6)
    assert counts(two) == (6, 6, 3)
    assert two.current("features") == key
    assert [(one.who, one.holds) for one in two.removals.all()] == [("ann", False)]


@pytest.mark.parametrize("again", ["known sources", "the source by name", "another program"])
def test_a_scan_does_not_bring_removed_images_back(two, tmp_path, again):
    gone = two.images.find(tmp_path / "b" / "photo_0000.jpg")
    remove(two, [gone])
    workspace = Workspace(two.root) if again == "another program" else two
    paths = [tmp_path / "b"] if again == "the source by name" else []
    (tmp_path / "b" / "photo_0000.jpg").touch()
    assert gather(workspace, paths, workers=1).scanned.images == 5
    assert gone not in workspace.images
    assert counts(put_back(workspace) and workspace) == (6, 6, 0)


def test_a_removed_source_leaves_what_another_source_holds_too(two, tmp_path):
    both = two.images.find(tmp_path / "b" / "same.jpg")
    report = remove(two, source=str(tmp_path / "a"))
    assert (report.source, report.named, report.images, report.left) == (
        str(tmp_path / "a"),
        4,
        3,
        3,
    )
    assert both in two.images
    assert two.roots == (str(tmp_path / "b"),)
    assert scan(two, workers=1).images == 3
    remove(two, source=str(tmp_path / "b"))
    assert len(two.images) == 0
    put_back(two, report.seq)
    assert two.roots == (str(tmp_path / "a"),)
    assert counts(two) == (4, 4, 0)


@pytest.mark.parametrize("removed", ["outer", "inner"])
def test_a_source_inside_another_keeps_its_images_while_one_of_the_two_is_left(
    tmp_path, photographs, removed
):
    photographs(tmp_path / "outer" / "inner", 2)
    workspace = Workspace(tmp_path / "w.contrast")
    places = {"outer": tmp_path / "outer", "inner": tmp_path / "outer" / "inner"}
    for place in places.values():
        scan(workspace, [place], workers=1)
    remove(workspace, source=str(places.pop(removed)))
    assert len(workspace.images) == 2
    remove(workspace, source=str(*places.values()))
    assert len(workspace.images) == 0


def test_a_removed_source_that_is_added_again_is_there_again(two, tmp_path):
    remove(two, source=str(tmp_path / "a"))
    assert scan(two, [tmp_path / "a"], workers=1).images == 6
    assert not any(one.holds for one in two.removals.all())


def test_the_images_of_a_folder_below_a_source_can_be_named_together(two, tmp_path):
    assert set(images_below(two, tmp_path / "b")) == {
        two.images.find(file) for file in (tmp_path / "b").iterdir()
    }


def test_what_is_not_in_the_collection_is_not_removed(two, tmp_path):
    for what, fault in (
        ({"images": ["0" * 16]}, UnknownName),
        ({"source": str(tmp_path)}, UnknownName),
        ({}, CollectionError),
    ):
        with pytest.raises(fault):
            remove(two, **what)
    with pytest.raises(UnknownName, match="nothing to put back"):
        put_back(two)
    assert two.removals.all() == ()
    assert not (two.root / "removed.json").exists()


def test_a_damaged_record_of_removals_is_said_and_shows_nothing_as_there(two):
    remove(two, two.images.ids[:1])
    (two.root / "removed.json").write_text("{")
    with pytest.raises(WorkspaceError, match="delete that one file"):
        _ = Workspace(two.root).images


def test_a_source_inside_the_workspace_moves_with_it(tmp_path, photographs):
    photographs(tmp_path / "w.contrast" / "added" / "one", 2)
    (tmp_path / "w.contrast" / "jobs").mkdir()
    workspace = Workspace(tmp_path / "w.contrast")
    scan(workspace, [workspace.root / "added" / "one"], workers=1)
    photographs(tmp_path / "w.contrast" / "added" / "two", 1, seed=3)
    scan(workspace, [workspace.root / "added" / "two"], workers=1)
    remove(workspace, source=str(workspace.root / "added" / "two"))
    moved = Workspace(workspace.root.rename(tmp_path / "elsewhere.contrast"))
    assert moved.roots == (str(moved.root / "added" / "one"),)
    report = scan(moved, workers=1)
    assert (report.images, report.missing) == (2, 0)
    put_back(moved)
    assert (scan(moved, workers=1).images, len(moved.images.missing)) == (3, 0)
