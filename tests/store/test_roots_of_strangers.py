"""Photographs are opened where this person said that they lie, and nowhere a stranger says so."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest
from PIL import Image

from contrast_engine import steps
from contrast_engine.errors import ContrastError, WorkspaceError
from contrast_engine.images import content_id
from contrast_engine.reproduce.collection import originals
from contrast_engine.store import Workspace, source_roots
from contrast_engine.store.folder_browser import starting_places
from contrast_engine.store.workspace_marker import read_mark
from contrast_engine.views.collection.sources import sources


@pytest.fixture
def own(tmp_path: Path, photographs, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A collection of four photographs, made by this person."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    photographs(tmp_path / "photos", 4, seed=7)
    workspace = Workspace(tmp_path / "w.contrast")
    steps.scan(workspace, [tmp_path / "photos"])
    return workspace


@pytest.fixture
def private(tmp_path: Path) -> Path:
    """A photograph of somebody that a stranger knows: its content, and where it lies."""
    folder = tmp_path / "private"
    folder.mkdir()
    Image.new("RGB", (48, 48), "red").save(folder / "me.png")
    return folder / "me.png"


def of_a_stranger(workspace: Workspace, file: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """The collection as somebody else would have made it, with a file of this person in it."""
    from dataclasses import replace

    rows = [
        replace(
            row, location=str(file), root=str(file.parent), id=content_id(file.read_bytes()),
            bytes=file.stat().st_size, mtime_ns=1,
        )
        for row in list(workspace.every_file())[:1]
    ]  # fmt: skip
    workspace.save_files(rows)
    mark = workspace.root / "workspace.json"
    facts = json.loads(mark.read_text()) | {"id": "57a26e10", "roots": [str(file.parent)]}
    mark.write_text(json.dumps(facts))
    workspace.close()
    return Workspace(workspace.root)


def test_what_was_scanned_here_is_opened(own: Workspace) -> None:
    assert own.doubtful_roots == ()
    assert [len(own.original_bytes(image)) > 100 for image in own.images.ids] == [True] * 4


def test_it_still_is_once_the_folder_of_the_collection_was_moved(
    own: Workspace, tmp_path: Path
) -> None:
    own.close()
    own.root.rename(tmp_path / "moved.contrast")
    moved = Workspace(tmp_path / "moved.contrast")
    assert moved.doubtful_roots == ()
    assert moved.original_bytes(moved.images.ids[0])


def test_a_collection_of_before_needs_no_word(
    own: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "empty"))
    mark = own.root / "workspace.json"  # nothing was remembered of this id, in this process or ever
    mark.write_text(json.dumps(json.loads(mark.read_text()) | {"id": "0ddba115"}))
    before = Workspace(own.root)
    assert before.original_bytes(before.images.ids[0])
    assert before.doubtful_roots == ()


def test_a_photograph_where_only_a_stranger_says_so_is_not_opened_until_its_owner_does(
    own: Workspace, private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    got = of_a_stranger(own, private, monkeypatch)
    (image,) = got.images.ids
    assert got.doubtful_roots == (str(private.parent),)
    with pytest.raises(WorkspaceError, match="--trust-roots"):
        got.original_bytes(image)
    got.trust_roots()
    assert got.original_bytes(image) == private.read_bytes()
    assert Workspace(got.root).doubtful_roots == ()


def test_what_is_not_trusted_is_neither_scanned_nor_looked_through(
    own: Workspace, private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    got = of_a_stranger(own, private, monkeypatch)
    with pytest.raises(WorkspaceError, match="was not made here"):
        steps.scan(got)
    assert private.parent not in starting_places(got)
    assert [one.is_there for one in sources(got)] == [False]


def test_its_small_pictures_and_numbers_are_shown_all_the_same(
    own: Workspace, private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_a_stranger(own, private, monkeypatch)
    assert own.thumbs.ids()


@pytest.mark.parametrize("root", ["/", "/etc", "/usr", "/home", "//server/share", "~", "a/../.."])
def test_a_place_of_which_anybody_knows_the_files_is_never_taken_for_known(
    root: str, own: Workspace
) -> None:
    from contrast_engine.store.confirmed_roots import are_of_here

    named = str(Path.home()) if root == "~" else root
    assert not are_of_here(own.every_file(), named)


def test_nothing_is_asked_of_a_place_on_another_machine(
    own: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    own.save_files(
        [type(row)(**{**_fields(row), "location": "//server/share/x.jpg", "root": "//server/share"})
         for row in own.every_file()]
    )  # fmt: skip
    mark = own.root / "workspace.json"
    facts = json.loads(mark.read_text()) | {"id": "5e12e120", "roots": ["//server/share"]}
    mark.write_text(json.dumps(facts))
    asked: list[str] = []
    for name in ("stat", "lstat", "open", "scandir"):
        real = getattr(os, name)

        def heard(path, *rest, real=real, **more):
            asked.append(str(path))
            return real(path, *rest, **more)

        monkeypatch.setattr(os, name, heard)
    got = Workspace(own.root)
    for image in got.images.ids:
        with pytest.raises(ContrastError):
            got.original(image)
    sources(got)
    assert asked
    assert [path for path in asked if "server" in path] == []


def _fields(row) -> dict[str, object]:
    return {name: getattr(row, name) for name in row.__dataclass_fields__}


def test_a_server_opens_the_folders_that_its_keeper_names_and_no_others(
    own: Workspace, tmp_path: Path, photographs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONTRAST_ROOTS", str(tmp_path / "allowed"))
    assert own.doubtful_roots == (str(tmp_path / "photos"),)
    with pytest.raises(WorkspaceError, match="CONTRAST_ROOTS"):
        own.original(own.images.ids[0])
    with pytest.raises(WorkspaceError, match="CONTRAST_ROOTS"):
        steps.scan(own, [tmp_path / "photos"])
    with pytest.raises(WorkspaceError, match="CONTRAST_ROOTS"):
        own.trust_roots()
    photographs(tmp_path / "allowed" / "new", 3, seed=3)
    steps.scan(own, [tmp_path / "allowed" / "new"])
    assert own.trusted_roots == (str(tmp_path / "allowed" / "new"),)


def test_a_link_in_an_allowed_folder_does_not_lead_out_of_it(
    own: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "allowed").mkdir()
    (tmp_path / "allowed" / "in").symlink_to(tmp_path / "photos")
    monkeypatch.setenv("CONTRAST_ROOTS", str(tmp_path / "allowed"))
    with pytest.raises(WorkspaceError, match="CONTRAST_ROOTS"):
        steps.scan(own, [tmp_path / "allowed" / "in"])


def test_a_copy_with_another_folder_of_links_is_opened_once_its_owner_says_so(
    own: Workspace, tmp_path: Path
) -> None:
    from contrast_engine.store.own_folder import trust_links

    own.close()
    copy = Path(copytree(own.root, tmp_path / "copy.contrast"))
    (tmp_path / "fast disk").mkdir()
    (copy / "cache").symlink_to(tmp_path / "fast disk")
    with pytest.raises(WorkspaceError, match="cache in it is a link that leads out"):
        Workspace(copy)
    assert trust_links(copy) == [str(tmp_path / "fast disk")]
    assert len(Workspace(copy).images.ids) == 4


def test_many_files_are_asked_about_at_the_cost_of_one(
    tmp_path: Path, photographs: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    photographs(tmp_path / "photos", 8)
    workspace = Workspace(tmp_path / "some.contrast")
    steps.scan(workspace, [tmp_path / "photos"])
    assert originals(workspace).files == 8
    read: list[Path] = []
    monkeypatch.setattr(
        source_roots, "read_mark", lambda root: (read.append(root), read_mark(root))[1]
    )
    assert originals(workspace).are_there
    assert len(read) < 8
