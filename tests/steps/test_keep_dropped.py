"""Files that came through the browser: kept in the workspace, with names that lead nowhere else."""

import io
import shutil
import zipfile
from collections import namedtuple

import pytest

from contrast_engine.errors import CollectionError, WorkspaceError
from contrast_engine.steps import scan
from contrast_engine.steps.collection.keep_dropped import Dropped, keep_dropped
from contrast_engine.store import Workspace
from contrast_engine.views.collection.dropped_words import dropped_words


@pytest.fixture
def workspace(tmp_path):
    return Workspace(tmp_path / "w.contrast")


@pytest.fixture
def picture(tmp_path, photographs):
    return photographs(tmp_path / "made", 1)[0].read_bytes()


def drop(*named):
    return [Dropped(name, len(content), io.BytesIO(content)) for name, content in named]


def inside(workspace):
    home = workspace.root / "added"
    return sorted(p.relative_to(home).as_posix() for p in home.rglob("*") if p.is_file())


def test_dropped_pictures_and_folders_are_a_source_that_is_scanned(workspace, picture):
    files = drop(("one.jpg", picture), ("trip/day/two.jpg", picture + b"x"), ("noending", picture))
    kept = keep_dropped(workspace, [*files, *drop(("notes.txt", b"words"))])
    assert (kept.files, kept.passed_over, kept.advice) == (3, ["notes.txt"], [])
    assert kept.paths == (kept.folder,)
    assert [name.partition("/")[2] for name in inside(workspace)] == [
        "noending", "one.jpg", "trip/day/two.jpg",
    ]  # fmt: skip
    assert scan(workspace, kept.paths, workers=1).images == 2
    assert "1 passed over as no image: notes.txt" in dropped_words(kept)


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("../../etc/passwd.jpg", "etc/passwd.jpg"),
        ("/abs/olute.jpg", "abs/olute.jpg"),
        ("..\\..\\up.jpg", "up.jpg"),
        ("C:\\me\\photo.jpg", "C_/me/photo.jpg"),
        ("a/./b//c.jpg", "a/b/c.jpg"),
        ("con.jpg", "_con.jpg"),
        ("new\nline<>.jpg", "new_line__.jpg"),
        (f"{'long' * 80}.jpg", f"{'long' * 29}.jpg"),
        ("/".join(["deep"] * 40 + ["x.jpg"]), "/".join(["deep"] * 12 + ["x.jpg"])),
    ],
)
def test_no_name_leads_out_of_the_folder(workspace, picture, name, place):
    kept = keep_dropped(workspace, drop((name, picture)))
    (found,) = inside(workspace)
    assert found.partition("/")[2] == place
    assert scan(workspace, kept.paths, workers=1).images == 1


def test_two_files_of_one_name_are_both_kept(workspace, picture):
    kept = keep_dropped(workspace, drop(("a.jpg", picture), ("A.jpg", picture), ("a.jpg", picture)))
    names = [name.rpartition("/")[2] for name in inside(workspace)]
    assert (kept.files, len({name.casefold() for name in names})) == (3, 3)


def test_an_archive_is_unpacked_with_the_care_of_any_archive(workspace, picture):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("good.jpg", picture)
        archive.writestr("../../slip.jpg", picture)
    kept = keep_dropped(workspace, drop(("some.zip", packed.getvalue()), ("x.jpg", picture + b"x")))
    assert len(kept.paths) == 2
    report = scan(workspace, kept.paths, workers=1)
    assert report.images == 2
    assert any("slip.jpg" in problem.path for problem in report.problems)
    assert not list(workspace.root.parent.glob("slip.jpg"))


@pytest.mark.parametrize(
    ("dropped", "words"),
    [
        ([("my.contrast/workspace.json", b"{}"), ("my.contrast/x.jpg", b"x")], "is a collection"),
        ([("model.contrast", b"x")], "is a model or a collection"),
        ([("list.csv", b"path\n")], "is a table"),
        ([("book.xlsx", b"PK")], "is a table"),
        ([("readme.txt", b"x"), (".git/a.jpg", b"x")], "none of the 2 files is an image"),
    ],
)
def test_what_cannot_come_in_this_way_is_told_where_to_go(workspace, dropped, words):
    with pytest.raises(CollectionError, match=words):
        keep_dropped(workspace, drop(*dropped))
    assert not (workspace.root / "added").exists()


def test_where_there_is_no_room_nothing_is_kept(workspace, picture, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(1, 1, 1 << 20))
    with pytest.raises(WorkspaceError, match="1 MiB left"):
        keep_dropped(workspace, drop(("a.jpg", picture)))
    assert inside(workspace) == []


def test_what_breaks_in_the_middle_leaves_no_half_source(workspace, picture):
    class Broken(io.BytesIO):
        def read(self, *_):
            raise OSError(5, "input/output error")

    files = [*drop(("a.jpg", picture)), Dropped("b.jpg", 10, Broken(b"x"))]
    with pytest.raises(WorkspaceError, match="could not be written"):
        keep_dropped(workspace, files)
    assert inside(workspace) == []
