import io
import json
import os
import sqlite3
import subprocess
import sys
import tarfile
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from contrast_engine import steps
from contrast_engine.errors import OptionError, WorkspaceError
from contrast_engine.progress import Cancelled
from contrast_engine.store import Artifact, Workspace
from contrast_engine.store.backups import check_backup, read_backup, write_backup
from contrast_engine.store.backups.entries import FIRST, LAST
from contrast_engine.store.collection import ImageFile
from contrast_engine.vectors import ImageId, Vectors

WEBP = b"RIFF\0\0\0\0WEBPsmall"
IDS = tuple(ImageId(f"{row:016x}") for row in range(6))


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Six images, a label on one, a table of features in use, a thumbnail."""
    made = Workspace(tmp_path / "one.contrast")
    made.save_files(ImageFile(f"/photos/{image}.jpg", "/photos", image) for image in IDS)
    made.add_roots(["/photos"])
    made.thumbs.put([(IDS[0], WEBP)])
    made.labels.add([IDS[0]], "low")
    key = made.save(Artifact("features", "measure@1"), Vectors(IDS, np.eye(6), tuple("abcdef")))
    made.use("features", key, who="ann")
    (made.root / "cache").mkdir()
    (made.root / "cache" / "64.npy").write_bytes(b"copies")
    (made.root / "jobs").mkdir(exist_ok=True)
    (made.root / "jobs" / "0.log").write_text("a log")
    (made.root / ".writing-abc").write_text("half")
    return made


def test_what_comes_back_is_the_same_workspace(workspace: Workspace, tmp_path: Path) -> None:
    report = steps.back_up(workspace, tmp_path / "backup.tar")
    steps.restore(tmp_path / "backup.tar", tmp_path / "two.contrast")
    names = {path.name for path in (tmp_path / "two.contrast").iterdir()}
    again = Workspace.open(tmp_path / "two.contrast")
    assert again.id == workspace.id
    assert tuple(again.images.ids) == IDS
    assert again.labels.current()[IDS[0]].label == "low"
    assert again.thumbs.get(IDS[0]) == WEBP
    key = again.current("features")
    assert key == workspace.current("features")
    assert np.array_equal(again.load(key).values, np.eye(6))
    assert [one.who for one in again.decisions("features")] == ["ann"]
    assert again.roots == ("/photos",)
    assert not names & {"cache", "jobs", ".writing-abc", "labels.sqlite-wal"}
    assert report.labels == workspace.labels.version()
    assert report.bytes == (tmp_path / "backup.tar").stat().st_size
    assert (tmp_path / "backup.tar").stat().st_mode & 0o077 == 0


def test_any_program_unpacks_it(workspace: Workspace, tmp_path: Path) -> None:
    steps.back_up(workspace, tmp_path / "backup.tar", with_cache=True)
    with tarfile.open(tmp_path / "backup.tar") as tar:
        tar.extractall(tmp_path / "by hand", filter="data")
    assert Workspace.open(tmp_path / "by hand").labels.current()[IDS[0]].label == "low"
    assert (tmp_path / "by hand" / "cache" / "64.npy").read_bytes() == b"copies"


def test_a_backup_replaces_nothing_and_never_lies_in_its_workspace(
    workspace: Workspace, tmp_path: Path
) -> None:
    target = tmp_path / "backup.tar"
    target.write_text("mine")
    with pytest.raises(OptionError, match="there already"):
        steps.back_up(workspace, target)
    assert target.read_text() == "mine"
    with pytest.raises(OptionError, match="in the workspace itself"):
        steps.back_up(workspace, workspace.root / "backup.tar")
    with pytest.raises(WorkspaceError, match="something at"):
        steps.restore(target, workspace.root)
    steps.back_up(workspace, target, overwrite=True)
    assert check_backup(target).files > 5


def test_a_backup_is_not_restored_into_a_workspace(workspace: Workspace, tmp_path: Path) -> None:
    steps.back_up(workspace, tmp_path / "backup.tar")
    before = sorted(workspace.root.rglob("*"))
    for place in (workspace.root / "again", workspace.root / "maps" / "a" / "again.contrast"):
        with pytest.raises(
            WorkspaceError, match=r"lies in the workspace .*name a folder elsewhere"
        ):
            steps.restore(tmp_path / "backup.tar", place)
    assert sorted(workspace.root.rglob("*")) == before


class AfterSome:
    """A progress by which something is done, or asked to stop, in the middle."""

    def __init__(self, act: Callable[[], None], ticks: int) -> None:
        self._act = act
        self._left = ticks

    def tick(self, done: int, total: int, note: str = "", **metrics: float) -> None:
        self._left -= 1
        if self._left == 0:
            self._act()


def cancel() -> None:
    raise Cancelled


@pytest.mark.parametrize("ticks", [1, 3, 6])
def test_stopped_it_leaves_nothing_behind(workspace: Workspace, tmp_path: Path, ticks: int) -> None:
    before = sorted(tmp_path.iterdir())
    with pytest.raises(Cancelled):
        steps.back_up(workspace, tmp_path / "backup.tar", progress=AfterSome(cancel, ticks))
    assert sorted(tmp_path.iterdir()) == before
    steps.back_up(workspace, tmp_path / "backup.tar")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(Cancelled):
        read_backup(tmp_path / "backup.tar", tmp_path / "two", AfterSome(cancel, ticks))
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("ticks", range(1, 12))
def test_what_is_named_in_the_copy_is_in_the_copy_whatever_is_written_meanwhile(
    workspace: Workspace, tmp_path: Path, ticks: int
) -> None:
    """A result is put into use, and the one before goes, while files are copied."""

    def change() -> None:
        table = Vectors(IDS, np.ones((6, 1)), ("other",))
        key = workspace.save(Artifact("features", "measure@2"), table)
        old = workspace.current("features")
        workspace.use("features", key, who="ben")
        for path in (workspace.root / "features").glob(f"{old}*"):
            path.unlink()

    target = tmp_path / "backup.tar"
    write_backup(workspace.root, target, progress=AfterSome(change, ticks))
    read_backup(target, tmp_path / "two.contrast")
    again = Workspace.open(tmp_path / "two.contrast")
    key = again.current("features")
    assert key is not None
    assert len(again.load(key)) == 6
    assert again.decisions("features")[-1].key == key


@pytest.mark.slow
def test_labels_given_meanwhile_are_in_it_up_to_one_moment(
    workspace: Workspace, tmp_path: Path
) -> None:
    stop = threading.Event()
    given: list[int] = []

    def label() -> None:
        while not stop.is_set():
            given.append(workspace.labels.add([IDS[len(given) % 6]], f"label {len(given)}"))

    thread = threading.Thread(target=label)
    thread.start()
    try:
        for number in range(8):
            held = len(given)
            target = tmp_path / f"{number}.tar"
            write_backup(workspace.root, target)
            read_backup(target, tmp_path / f"{number}.contrast")
            again = Workspace.open(tmp_path / f"{number}.contrast").labels
            events = [one.seq for one in again.history()]
            assert events == list(range(1, again.version() + 1)), "without a hole"
            assert held <= len(events) - 1 <= len(given)
    finally:
        stop.set()
        thread.join()


@pytest.mark.slow
def test_killed_while_it_writes_no_file_stands_at_the_target(
    workspace: Workspace, tmp_path: Path
) -> None:
    (workspace.root / "imports").mkdir()
    (workspace.root / "imports" / "large.bin").write_bytes(os.urandom(1 << 26))
    workspace.close()
    program = (
        "import os, sys\nfrom contrast_engine import steps, Workspace\n"
        "class Kill:\n"
        "    left = int(sys.argv[3])\n"
        "    def tick(self, *_, **__):\n"
        "        Kill.left -= 1\n"
        "        Kill.left or os.kill(os.getpid(), 9)\n"
        "steps.back_up(Workspace.open(sys.argv[1]), sys.argv[2], progress=Kill())\n"
    )
    for ticks in (2, 5, 8):
        words = [sys.executable, "-c", program, str(workspace.root), str(tmp_path / "b.tar")]
        assert subprocess.run([*words, str(ticks)], check=False).returncode == -9
        assert not (tmp_path / "b.tar").exists()


def test_a_damaged_log_is_said_and_not_copied_on(workspace: Workspace, tmp_path: Path) -> None:
    workspace.close()
    file = workspace.root / "labels.sqlite"
    data = bytearray(file.read_bytes())
    data[4096:8192] = b"\xff" * 4096
    file.write_bytes(data)
    with pytest.raises(WorkspaceError, match=r"labels\.sqlite"):
        write_backup(workspace.root, tmp_path / "backup.tar")
    assert not (tmp_path / "backup.tar").exists()


@pytest.mark.slow
def test_a_byte_changed_anywhere_or_a_file_cut_short_is_found(
    workspace: Workspace, tmp_path: Path
) -> None:
    write_backup(workspace.root, tmp_path / "backup.tar")
    whole = (tmp_path / "backup.tar").read_bytes()
    with tarfile.open(tmp_path / "backup.tar") as tar:
        held = [range(e.offset_data, e.offset_data + e.size) for e in tar if e.size]
    random = np.random.default_rng(0)
    for part in held:
        at = int(random.choice(part))
        bad = bytearray(whole)
        bad[at] ^= 1 << int(random.integers(8))
        (tmp_path / "bad.tar").write_bytes(bad)
        with pytest.raises(WorkspaceError):
            check_backup(tmp_path / "bad.tar")
    for end in [0, 1, 511, 512, 5000, len(whole) // 2, held[-1].stop - 1]:
        (tmp_path / "bad.tar").write_bytes(whole[:end])
        with pytest.raises(WorkspaceError):
            read_backup(tmp_path / "bad.tar", tmp_path / "two.contrast")
    assert not (tmp_path / "two.contrast").exists()


def entry(name: str, data: bytes = b"", **changes: object) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size = len(data)
    for field, value in changes.items():
        setattr(info, field, value)
    return info, data


HEAD = entry(FIRST, json.dumps({"backup": 1, "id": "0", "at": "now", "format": 1}).encode())
HOSTILE = {
    "up": entry("../out.txt", b"x"),
    "deep up": entry("features/../../out.txt", b"x"),
    "absolute": entry("/tmp/out.txt", b"x"),
    "empty part": entry("features//out.txt", b"x"),
    "dot": entry("./out.txt", b"x"),
    "windows": entry("..\\out.txt", b"x"),
    "control": entry("a\nb", b"x"),
    "long": entry("a" * 300, b"x"),
    "deep": entry("a/" * 40 + "a", b"x"),
    "link": entry("link", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
    "hard link": entry("link", type=tarfile.LNKTYPE, linkname="../out.txt"),
    "device": entry("null", type=tarfile.CHRTYPE, devmajor=1, devminor=3),
    "pipe": entry("pipe", type=tarfile.FIFOTYPE),
    "folder": entry("features", type=tarfile.DIRTYPE),
    "too large": (entry("a", b"")[0], b""),
}
HOSTILE["too large"][0].size = 1 << 50


@pytest.mark.parametrize("what", HOSTILE)
def test_a_file_from_a_stranger_writes_nothing_but_its_own(what: str, tmp_path: Path) -> None:
    file = tmp_path / "in" / "hostile.tar"
    file.parent.mkdir()
    with file.open("wb") as target:
        for info, data in (HEAD, HOSTILE[what]):
            target.write(info.tobuf(tarfile.PAX_FORMAT) + data + b"\0" * (-len(data) % 512))
        target.write(b"\0" * 1024)
    with pytest.raises(WorkspaceError, match=r"hostile\.tar"):
        read_backup(file, tmp_path / "in" / "two.contrast")
    assert [path.name for path in tmp_path.iterdir()] == ["in"]
    assert [path.name for path in (tmp_path / "in").iterdir()] == ["hostile.tar"]


def test_a_link_in_a_workspace_is_not_followed_into_a_backup(
    workspace: Workspace, tmp_path: Path
) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "key").write_text("private")
    (workspace.root / "features" / "link").symlink_to(tmp_path / "secret" / "key")
    (workspace.root / "more").symlink_to(tmp_path / "secret")
    write_backup(workspace.root, tmp_path / "backup.tar")
    assert b"private" not in (tmp_path / "backup.tar").read_bytes()


def rewritten(file: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """Change the entries of a backup, and write its list anew so that all hashes agree."""
    with tarfile.open(file) as tar:
        held = {e.name: tar.extractfile(e).read() for e in tar}  # type: ignore[union-attr]
    change(held)
    with tarfile.open(file, "w") as tar:
        for name, data in held.items():
            info, _ = entry(name, data)
            tar.addfile(info, io.BytesIO(data))


def test_a_newer_or_another_file_is_refused_in_words(workspace: Workspace, tmp_path: Path) -> None:
    target = tmp_path / "backup.tar"

    def newer(held: dict[str, bytes]) -> None:
        held[FIRST] = json.dumps(json.loads(held[FIRST]) | {"backup": 2}).encode()

    write_backup(workspace.root, target)
    rewritten(target, newer)
    with pytest.raises(WorkspaceError, match="newer version"):
        check_backup(target)
    write_backup(workspace.root, target)
    rewritten(target, lambda held: held.pop(LAST) and None)  # type: ignore[func-returns-value]
    with pytest.raises(WorkspaceError, match="cut short"):
        check_backup(target)
    write_backup(workspace.root, target)
    rewritten(target, lambda held: held.update({"models/extra": b"x"}))
    with pytest.raises(WorkspaceError, match="follows its list"):
        check_backup(target)
    for content in (b"", b"PK\x03\x04", b"text", os.urandom(4000)):
        target.write_bytes(content)
        with pytest.raises(WorkspaceError, match=r"backup\.tar"):
            check_backup(target)
    with pytest.raises(WorkspaceError, match="no file"):
        check_backup(tmp_path / "none.tar")


def test_a_backup_of_a_database_that_others_write_is_whole(
    workspace: Workspace, tmp_path: Path
) -> None:
    """What stands in the write-ahead log only is in it too."""
    with sqlite3.connect(workspace.root / "labels.sqlite") as other:
        other.execute("PRAGMA wal_autocheckpoint=0")
        for number in range(50):
            workspace.labels.add([IDS[1]], f"kind {number}")
        write_backup(workspace.root, tmp_path / "backup.tar")
    read_backup(tmp_path / "backup.tar", tmp_path / "two.contrast")
    found = Workspace.open(tmp_path / "two.contrast").labels.current()
    assert found[IDS[1]].label == "kind 49"
