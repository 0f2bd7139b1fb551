"""Where images come from, in counts and words, and what a scan found, in words."""

import zipfile

import pytest

from contrast_engine.steps import remove, scan
from contrast_engine.store import Workspace
from contrast_engine.views.collection.scan_words import scan_words
from contrast_engine.views.collection.sources import removed, sources


@pytest.fixture
def mixed(tmp_path, photographs):
    """A workspace of a folder of 3, an archive of 1 of them and 1 more, a table, a dropped one."""
    files = photographs(tmp_path / "folder", 3)
    (tmp_path / "folder" / "broken.jpg").write_bytes(b"\xff\xd8 not really")
    (more,) = photographs(tmp_path / "more", 1, seed=4)
    with zipfile.ZipFile(tmp_path / "some.zip", "w") as archive:
        archive.write(files[0], "same.jpg")
        archive.write(more, "more.jpg")
    (tmp_path / "list.csv").write_text("path\nfolder/photo_0001.jpg\n", encoding="utf-8")
    workspace = Workspace(tmp_path / "w.contrast")
    photographs(workspace.root / "added" / "one", 1, seed=5)
    for name in ("folder", "some.zip", "list.csv", "w.contrast/added/one"):
        scan(workspace, [tmp_path / name], workers=1)
    return workspace


def test_every_source_says_what_it_holds_and_what_would_leave_with_it(mixed):
    found = {one.kind: (one.images, one.alone, one.problems) for one in sources(mixed)}
    assert found == {
        "folder": (3, 2, 1), "archive": (2, 1, 0), "table": (0, 0, 0), "dropped": (1, 1, 0),
    }  # fmt: skip
    assert all(one.since and one.is_there for one in sources(mixed))
    assert remove(mixed, source=sources(mixed)[1].root).images == 1
    # of the two that only the folder holds, the table lists one
    assert [remove(mixed, source=sources(mixed)[0].root).images, len(mixed.images)] == [2, 2]
    assert scan(mixed, workers=1).images == 2
    names = [one.words.rpartition("/")[2] for one in removed(mixed)]
    assert names == ["folder", "some.zip"]


def test_removed_images_are_named_by_their_file_or_counted(mixed):
    some, other, third = mixed.images.ids[:3]
    name = mixed.images.paths[some].rpartition("/")[2]
    remove(mixed, [some], who="ann")
    remove(mixed, [other, third])
    assert [(one.words, one.who) for one in removed(mixed)] == [
        ("2 images", ""), (f"The image {name}", "ann")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({}, "Nothing has changed: 12 images as before."),
        ({"added": 3}, "Found 3 new; 12 images in the collection now."),
        ({"added": 3, "changed": 1, "vanished": 2},
         "Found 3 new, 1 changed and 2 missing since; 12 images in the collection now."),
        ({"moved": 1, "returned": 4},
         "Found 1 moved to another place and 4 there again; 12 images in the collection now."),
        ({"read_again": 5}, "No file has changed; 5 were read again. 12 images as before."),
        ({"problems": [{}]}, "Nothing has changed: 12 images as before. 1 file cannot be used."),
    ],
)  # fmt: skip
def test_looking_for_changes_is_answered_in_words(counts, words):
    assert scan_words({"images": 12, **counts}) == words


def test_what_a_scan_counts_as_changed_moved_missing_and_there_again(tmp_path, photographs):
    files = photographs(tmp_path / "a", 4)
    workspace = Workspace(tmp_path / "w.contrast")
    scan(workspace, [tmp_path / "a"], workers=1)
    still = scan(workspace, workers=1)
    assert (still.changed, still.moved, still.vanished, still.returned) == (0, 0, 0, 0)
    (other,) = photographs(tmp_path / "b", 1, seed=7)
    other.replace(files[0])
    files[1].rename(tmp_path / "a" / "renamed.jpg")
    files[2].rename(tmp_path / "away.jpg")
    found = scan(workspace, workers=1)
    assert (found.added, found.changed, found.moved, found.vanished) == (1, 1, 1, 1)
    (tmp_path / "away.jpg").rename(files[2])
    again = scan(workspace, workers=1)
    assert (again.changed, again.vanished, again.returned) == (0, 0, 1)
