"""Looking through folders: counts, and nothing outside of where one may look."""

from pathlib import Path

import pytest

from contrast_engine.store import Workspace, folder_browser, recent_places
from contrast_engine.store.folder_browser import look_into, starting_places
from contrast_engine.store.opening import near_collections, opening, place_for


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home with photographs, an archive, a collection, hidden things, and links that lead out."""
    home, outside = tmp_path / "home", tmp_path / "outside"
    for folder in (home / "trip" / "day", home / ".secret", home / "empty", outside / "private"):
        folder.mkdir(parents=True)
    for name in ("trip/a.jpg", "trip/B.PNG", "trip/day/c.jpg", "own.tif", ".secret/x.jpg"):
        (home / name).touch()
    (home / "notes.txt").touch()
    (home / "old.zip").touch()
    Workspace(home / "my.contrast")
    (home / "out").symlink_to(outside)
    (home / "inwards").symlink_to(home / "trip")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setattr(folder_browser, "_MOUNTS", ())
    return home


def test_a_folder_lists_what_can_be_gone_into_with_its_pictures(home):
    found = look_into(home, starting_places(None))
    assert [(one.name, one.kind, one.words) for one in found.entries] == [
        ("empty", "folder", "no images"),
        ("inwards", "folder", "2 images, 1 folder"),
        ("my.contrast", "collection", "a collection"),
        ("trip", "folder", "2 images, 1 folder"),
        ("old.zip", "archive", "archive"),
    ]
    assert (found.words, found.up, found.problem) == ("1 image", None, "")
    assert look_into(home / "trip", starting_places(None)).up == home


@pytest.mark.parametrize("way", ["..", "out", "out/private", "trip/../../outside", "/"])
def test_nothing_outside_of_where_one_may_look_is_shown(home, way):
    found = look_into(home / way, starting_places(None))
    assert (found.entries, found.images, found.up) == ((), 0, None)
    assert "cannot be looked through" in found.problem


def test_the_sources_of_a_collection_and_its_folder_may_be_looked_through(home, tmp_path):
    workspace = Workspace(tmp_path / "work" / "w.contrast")
    workspace.add_roots([str(tmp_path / "outside")])
    assert starting_places(workspace) == (home, tmp_path / "outside", tmp_path / "work")
    workspace.add_roots(["/"])
    assert Path("/") not in starting_places(workspace)


def test_a_folder_that_cannot_be_opened_is_said_to_be_so(home):
    assert "cannot be opened" in look_into(home / "gone", starting_places(None)).problem


def test_a_large_folder_is_not_counted_to_its_end(home, monkeypatch):
    monkeypatch.setattr(folder_browser, "MOST_COUNTED", 2)
    for number in range(4):
        (home / "trip" / f"{number}.jpg").touch()
    found = look_into(home / "trip", starting_places(None))
    assert found.is_more
    assert found.words.endswith("+ images")


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("hoilday.contrast", ["holiday.contrast"]),
        ("Holiday", ["holiday.contrast"]),
        ("holiday-2.contrast", ["holiday.contrast"]),
        ("weather.contrast", []),
        ("", ["holiday.contrast", "zebra.contrast"]),
        ("nofolder/holiday.contrast", ["holiday.contrast"]),
    ],
)
def test_a_misspelt_collection_is_found_beside_and_nothing_is_made(tmp_path, typed, near):
    for name in ("holiday", "zebra"):
        Workspace(tmp_path / f"{name}.contrast")
    found = opening(tmp_path / typed)
    assert not found.is_there
    assert [one.name for one in near_collections(tmp_path / typed)] == near
    assert sorted(one.name for one in tmp_path.iterdir()) == ["holiday.contrast", "zebra.contrast"]
    assert opening(tmp_path / "zebra.contrast").is_there


def test_the_places_used_last_come_first_and_only_while_they_are_there(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    for number in range(15):
        (tmp_path / str(number)).mkdir()
        recent_places.remember_place(tmp_path / str(number))
    recent_places.remember_place(tmp_path / "9")
    (tmp_path / "14").rmdir()
    found = [place.name for place in recent_places.recent_places()]
    assert found == ["9", "13", "12", "11", "10", "8", "7", "6", "5", "4", "3"]


@pytest.mark.parametrize(
    ("holds", "place"),
    [
        ("picture.JPG", "holiday.contrast"),
        ("monday/picture.png", "holiday.contrast"),
        ("notes.txt", None),
        (".hidden.png", None),
        ("images/monday/picture.png", "holiday.contrast"),
        ("a/b/c/picture.png", None),
    ],
)
def test_a_collection_of_photographs_is_made_beside_their_folder(
    tmp_path: Path, holds: str, place: str | None
) -> None:
    file = tmp_path / "holiday" / holds
    file.parent.mkdir(parents=True)
    file.touch()
    assert place_for(tmp_path / "holiday") == (tmp_path / place if place else None)
    assert place_for(tmp_path / "nowhere") is None
