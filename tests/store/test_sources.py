"""Folders, archives and tables: every image found once, nothing trusted, nothing hangs."""

import os
import socket
import stat
import struct
import warnings
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from contrast_engine.errors import CollectionError, WorkspaceError
from contrast_engine.store import sources
from contrast_engine.store.sources import archives, root_of, search


@pytest.fixture
def photo(tmp_path, photographs):
    return photographs(tmp_path / "one", 1)[0].read_bytes()


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "photos"
    made.mkdir()
    return made


def look(tmp_path, *roots):
    found = search(tuple(root_of(root) for root in roots), tmp_path / "imports", lambda note: None)
    fine = {Path(f.location).name for f in found.files.values() if f.problem is None}
    problems = {Path(f.location).name: f.problem for f in found.files.values() if f.problem}
    return fine, problems, {Path(path).name for path in found.ignored}


def pack(path, entries, **options):
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w", **options) as archive:
        warnings.simplefilter("ignore")  # one name twice is meant
        for name, data in entries:
            archive.writestr(name, data)
    return path


# folders


def test_files_are_images_by_name_or_by_content_and_others_are_passed_over(tmp_path, folder, photo):
    for name in ("a.jpg", "B.JPEG", "no ending", "liar.txt", "deep/er/c.png"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(photo)
    (folder / "notes.txt").write_text("hello")
    (folder / "text.jpg").write_text("hello")
    fine, problems, ignored = look(tmp_path, folder)
    assert fine == {"a.jpg", "B.JPEG", "no ending", "liar.txt", "c.png", "text.jpg"}
    assert problems == {}
    assert ignored == {"notes.txt"}


def test_hidden_folders_and_workspaces_are_not_entered(tmp_path, folder, photo):
    for name in (".cache/a.jpg", "__MACOSX/._b.jpg", "other.contrast/c.jpg", "seen/d.jpg"):
        (folder / name).parent.mkdir()
        (folder / name).write_bytes(photo)
    (folder / "other.contrast" / "workspace.json").write_text("{}")
    fine, problems, ignored = look(tmp_path, folder)
    assert (fine, problems) == ({"d.jpg"}, {})
    assert ignored == {".cache", "__MACOSX", "other.contrast"}


def test_links_out_of_the_folder_to_folders_and_in_circles_are_problems(tmp_path, folder, photo):
    (folder / "real.jpg").write_bytes(photo)
    (tmp_path / "secret.jpg").write_bytes(photo)
    (tmp_path / "private").mkdir()
    (folder / "inside.jpg").symlink_to(folder / "real.jpg")
    (folder / "out.jpg").symlink_to(tmp_path / "secret.jpg")
    (folder / "folder").symlink_to(tmp_path / "private")
    (folder / "self").symlink_to(folder)
    (folder / "ring1.jpg").symlink_to("ring2.jpg")
    (folder / "ring2.jpg").symlink_to("ring1.jpg")
    (folder / "nowhere.jpg").symlink_to("gone.jpg")
    fine, problems, _ = look(tmp_path, folder)
    assert fine == {"real.jpg", "inside.jpg"}
    assert set(problems) == {"out.jpg", "folder", "self", "ring1.jpg", "ring2.jpg", "nowhere.jpg"}
    assert "a link to a file outside the folder is not followed" in problems["out.jpg"]
    assert "a link to a folder is not followed" in problems["self"]


def test_pipes_sockets_and_devices_do_not_hang(tmp_path, folder, monkeypatch):
    os.mkfifo(folder / "pipe.jpg")
    os.mkfifo(folder / "pipe")
    monkeypatch.chdir(folder)  # a socket's name must be short
    listener = socket.socket(socket.AF_UNIX)
    listener.bind("socket.png")
    try:
        fine, problems, ignored = look(tmp_path, folder)
    finally:
        listener.close()
    assert fine == set()
    assert problems == {
        "pipe.jpg": "pipe.jpg is a named pipe, not a file",
        "socket.png": "socket.png is a socket, not a file",
    }
    assert ignored == {"pipe"}


def test_a_file_too_large_for_any_photograph_is_not_opened(tmp_path, folder):
    with (folder / "sparse.jpg").open("wb") as file:
        file.truncate(3 << 30)
    assert "larger than 1024 MiB" in look(tmp_path, folder)[1]["sparse.jpg"]


def test_odd_names_are_found_and_kept_apart(tmp_path, folder, photo):
    names = [
        "new\nline.jpg", "quote'\".jpg", "<b>bold.jpg", "📷.jpg", "-rf.jpg", " .jpg", "a,b;c.jpg",
        "x" * 251 + ".jpg", os.fsdecode(b"caf\xe9.jpg"), "con.jpg", "..jpg", "per%20cent.jpg",
    ]  # fmt: skip
    for name in names:
        (folder / name).write_bytes(photo)
    assert look(tmp_path, folder)[0] == set(names)


def test_a_folder_of_images_under_an_image_name_is_walked(tmp_path, folder, photo):
    (folder / "album.jpg").mkdir()
    (folder / "album.jpg" / "a.jpg").write_bytes(photo)
    assert look(tmp_path, folder)[0] == {"a.jpg"}


@pytest.mark.parametrize("name", ["none", "nu\0ll", "x" * 300, os.fsdecode(b"\xff")])
def test_a_root_that_is_not_there_is_refused(tmp_path, name):
    with pytest.raises(CollectionError, match="there is no file or folder"):
        root_of(tmp_path / name)


def test_a_workspace_and_a_pipe_are_no_roots(tmp_path, folder):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(CollectionError, match="neither a file nor a folder"):
        root_of(tmp_path / "pipe")
    (folder / "workspace.json").write_text("{}")
    with pytest.raises(CollectionError, match="is a workspace"):
        root_of(folder)


# tables


def test_a_table_finds_its_files_from_its_own_folder(tmp_path, folder, photo):
    for name in ("a.jpg", "deep/b", os.fsdecode(b"\xe9.jpg")):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(photo)
    outside = tmp_path / "c.jpg"
    outside.write_bytes(photo)
    (folder / "list.csv").write_bytes(
        b"\xef\xbb\xbfname;Path\r\n1;a.jpg\r\n2;deep/b\r\n3;\xe9.jpg\r\n4;"
        + bytes(outside) + b"\r\n5;gone.jpg\r\n6;\r\n7\r\n8;a.jpg\r\n9;deep\r\n"
    )  # fmt: skip
    fine, problems, _ = look(tmp_path, folder / "list.csv")
    assert fine == {"a.jpg", "b", os.fsdecode(b"\xe9.jpg"), "c.jpg"}
    assert problems == {
        "gone.jpg": "gone.jpg: there is no such file",
        "list.csv:row 6": "row 6 of the table has no path",
        "list.csv:row 7": "row 7 of the table has no path",
        "deep": "deep is a folder, not a file",
    }


def test_a_parquet_table_finds_its_files_too(tmp_path, folder, photo):
    (folder / "a.jpg").write_bytes(photo)
    table = pa.table({"x": [1, 2, 3], "path": ["a.jpg", "gone.jpg", None]})
    pq.write_table(table, folder / "list.parquet")
    fine, problems, _ = look(tmp_path, folder / "list.parquet")
    assert fine == {"a.jpg"}
    assert set(problems) == {"gone.jpg", "list.parquet:row 3"}


def test_odd_paths_in_a_table_are_problems_of_their_own(tmp_path, folder):
    rows = ["path", '"nu\0ll.jpg"', "x" * 5000, "https://example.org/a.jpg", "/dev/zero"]
    (folder / "list.csv").write_text("\n".join(rows))
    fine, problems, _ = look(tmp_path, folder / "list.csv")
    assert fine == set()
    assert len(problems) == 4
    assert problems["zero"] == "zero is a device, not a file"


@pytest.mark.parametrize("text", ["name,label\na.jpg,low\n", "", "\n\n", "a.jpg\n"])
def test_a_table_without_a_column_of_paths_says_what_to_add(tmp_path, folder, text):
    (folder / "list.csv").write_text(text)
    with pytest.raises(CollectionError, match=r"has no column 'path' \(its columns: .*add one"):
        look(tmp_path, folder / "list.csv")


def test_a_parquet_table_without_that_column_or_damaged_is_refused(tmp_path, folder):
    pq.write_table(pa.table({"name": ["a.jpg"]}), folder / "list.parquet")
    with pytest.raises(CollectionError, match=r"no column 'path' \(its columns: name\)"):
        look(tmp_path, folder / "list.parquet")
    (folder / "list.parquet").write_bytes(b"PAR1")
    with pytest.raises(CollectionError, match="not a readable parquet table"):
        look(tmp_path, folder / "list.parquet")


# archives


def test_an_archive_gives_its_images_and_passes_over_the_rest(tmp_path, folder, photo):
    entries = [("a.jpg", photo), ("deep/b", photo), ("read.me", b"hi"), ("__MACOSX/._a.jpg", b"x")]
    archive = pack(folder / "photos.zip", entries)
    fine, problems, ignored = look(tmp_path, archive)
    assert (fine, problems) == ({"a.jpg", "b"}, {})
    assert ignored == {"read.me", "._a.jpg"}


def test_names_that_lead_out_of_an_archive_write_nothing_there(tmp_path, folder, photo):
    evil = ["../evil.jpg", "../../evil.jpg", "/evil.jpg", "a/../../evil.jpg", "..\\evil.jpg",
            "C:\\evil.jpg", "C:evil/../../evil.jpg", "\\\\server\\evil.jpg"]  # fmt: skip
    archive = pack(folder / "slip.zip", [(name, photo) for name in evil] + [("good.jpg", photo)])
    before = {p for p in tmp_path.rglob("*") if "imports" not in p.parts}
    fine, problems, _ = look(tmp_path, archive)
    assert fine == {"good.jpg"}
    found = search((str(archive),), tmp_path / "imports", lambda note: None)
    assert len([f for f in found.files.values() if f.problem]) == len(evil)
    assert all("leads outside the archive" in why for why in problems.values())
    assert {p for p in tmp_path.rglob("*") if "imports" not in p.parts} == before
    assert not Path("/evil.jpg").exists()
    inside = [p for p in (tmp_path / "imports").rglob("*") if p.is_file() and p.suffix != ".json"]
    assert [p.name for p in inside] == ["good.jpg"]


def test_links_devices_and_encrypted_entries_in_an_archive_are_problems(tmp_path, folder, photo):
    entries = []
    for name, mode in (("link.jpg", stat.S_IFLNK), ("device.jpg", stat.S_IFCHR)):
        entry = zipfile.ZipInfo(name)
        entry.create_system = 3
        entry.external_attr = (mode | 0o777) << 16
        entries.append((entry, b"/etc/passwd"))
    archive = pack(folder / "odd.zip", [*entries, ("locked.jpg", photo), ("good.jpg", photo)])
    data = bytearray(archive.read_bytes())
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.index(b"locked.jpg", data.index(signature) if at == 6 else data.rindex(photo))
        data[data.rindex(signature, 0, start) + at] |= 1  # the flag that says encrypted
    archive.write_bytes(data)
    fine, problems, _ = look(tmp_path, archive)
    assert fine == {"good.jpg"}
    assert problems == {
        "link.jpg": "link.jpg in the archive: a link is not followed",
        "device.jpg": "device.jpg in the archive: not a file",
        "locked.jpg": "locked.jpg in the archive: it is encrypted; unpack it with its password first",
    }
    assert not any(p.is_symlink() for p in (tmp_path / "imports").rglob("*"))


def declare(archive, size):
    """Make the first entry of an archive declare another unpacked size."""
    data = bytearray(archive.read_bytes())
    central = data.index(b"PK\x01\x02")
    data[central + 24 : central + 28] = struct.pack("<I", size)
    archive.write_bytes(data)


@pytest.mark.parametrize("size", [1 << 30, (1 << 32) - 2])
def test_a_bomb_is_refused_before_it_unpacks(tmp_path, folder, photo, size):
    archive = pack(folder / "bomb.zip", [("bomb.jpg", photo), ("good.jpg", photo)])
    declare(archive, size)
    fine, problems, _ = look(tmp_path, archive)
    assert fine == set()
    assert "a zip bomb" in problems["bomb.zip"]
    assert not list((tmp_path / "imports").glob("*/*"))


def test_an_entry_that_declares_less_than_it_holds_is_a_problem(tmp_path, folder, photo):
    archive = pack(folder / "liar.zip", [("liar.jpg", photo * 50), ("good.jpg", photo)],
                   compression=zipfile.ZIP_DEFLATED)  # fmt: skip
    declare(archive, 100)
    fine, problems, _ = look(tmp_path, archive)
    assert fine == {"good.jpg"}
    assert "damaged" in problems["liar.jpg"]
    sizes = [p.stat().st_size for p in (tmp_path / "imports").rglob("*.jpg")]
    assert sizes == [len(photo)]


def test_no_room_on_the_disk_is_said_before_anything_is_unpacked(
    tmp_path, folder, photo, monkeypatch
):
    archive = pack(folder / "photos.zip", [("a.jpg", photo)])
    monkeypatch.setattr(archives, "SPARE", 1 << 60)
    with pytest.raises(WorkspaceError, match=r"unpacks to .* free some space"):
        look(tmp_path, archive)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 and no more", b"x" * 9999])
def test_a_damaged_archive_is_one_problem(tmp_path, folder, data):
    (folder / "broken.zip").write_bytes(data)
    fine, problems, _ = look(tmp_path, folder / "broken.zip")
    assert fine == set()
    assert "broken.zip: the archive is damaged" in problems["broken.zip"]


def test_an_archive_cut_in_the_middle_is_one_problem(tmp_path, folder, photo):
    archive = pack(folder / "cut.zip", [(f"{n}.jpg", photo) for n in range(9)])
    archive.write_bytes(archive.read_bytes()[:-200])
    assert set(look(tmp_path, archive)[1]) == {"cut.zip"}


def test_odd_names_in_an_archive_are_unpacked_or_listed(tmp_path, folder, photo):
    entries = [
        ("same.jpg", photo), ("same.jpg", photo + b"x"), ("a/b/c/d/e/f.jpg", photo),
        ("<b>\"'\n.jpg", photo), ("📷.jpg", photo), ("./dot.jpg", photo), ("-rf.jpg", photo),
        ("é" * 200 + ".jpg", photo), ("thing", photo), ("thing/inner.jpg", photo),
    ]  # fmt: skip
    archive = pack(folder / "odd.zip", entries)
    fine, problems, ignored = look(tmp_path, archive)
    assert {
        "same.jpg",
        "same~2.jpg",
        "f.jpg",
        "_b__'_.jpg",
        "📷.jpg",
        "dot.jpg",
        "-rf.jpg",
    } < fine
    assert len(fine) + len(problems) + len(ignored) == len(entries)
    assert "too long" in problems["é" * 200 + ".jpg"]


def test_an_archive_is_unpacked_once_and_again_only_when_it_changed(tmp_path, folder, photo):
    archive = pack(folder / "photos.zip", [("a.jpg", photo), ("../b.jpg", photo)])
    first = look(tmp_path, archive)
    unpacked = next((tmp_path / "imports").rglob("a.jpg"))
    stamp = unpacked.stat().st_mtime_ns
    assert look(tmp_path, archive) == first
    assert unpacked.stat().st_mtime_ns == stamp
    pack(archive, [("c.jpg", photo)])
    assert look(tmp_path, archive)[0] == {"c.jpg"}


def test_unpacking_that_was_interrupted_starts_again(tmp_path, folder, photo):
    archive = pack(folder / "photos.zip", [(f"{n}.jpg", photo) for n in range(60)])

    class StopError(Exception):
        pass

    def stop(note):
        if "50 of" in note:
            raise StopError

    with pytest.raises(StopError):
        sources.search((str(archive),), tmp_path / "imports", stop)
    assert len(look(tmp_path, archive)[0]) == 60
    assert not list((tmp_path / "imports").glob("*.part"))
