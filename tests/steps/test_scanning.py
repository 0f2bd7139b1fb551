"""Scanning: every file becomes an image or a problem, once, whatever happens in between."""

import csv
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from pathlib import Path

import pytest

from contrast_engine.errors import CollectionError, WorkspaceError
from contrast_engine.progress import Cancelled
from contrast_engine.steps import scan
from contrast_engine.store import Workspace

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def workspace(tmp_path):
    return Workspace(tmp_path / "w.contrast")


@pytest.fixture
def folder(tmp_path, photographs):
    photographs(tmp_path / "photos", 6)
    return tmp_path / "photos"


class Stopper:
    """Cancels once so many files are done; remembers every tick."""

    def __init__(self, at=10**9):
        self.at = at
        self.ticks = []

    def tick(self, done, total, note="", **metrics):
        self.ticks.append((done, total))
        if total and done >= self.at:
            raise Cancelled


def counts(report):
    return report.images, report.added, report.known, report.missing, len(report.problems)


def test_a_folder_is_scanned_once_and_again_only_for_what_is_new(workspace, folder, photographs):
    assert counts(scan(workspace, [folder])) == (6, 6, 0, 0, 0)
    assert counts(scan(workspace, [folder])) == (6, 0, 6, 0, 0)
    photographs(folder / "more", 2, seed=5)
    assert counts(scan(workspace)) == (8, 2, 6, 0, 0)
    assert workspace.roots == (str(folder),)
    assert all(workspace.thumbs.get(image)[8:12] == b"WEBP" for image in workspace.images.ids)


def test_nothing_to_scan_says_what_to_do(workspace, tmp_path):
    with pytest.raises(CollectionError, match="name a folder of images"):
        scan(workspace)
    with pytest.raises(CollectionError, match="there is no file or folder"):
        scan(workspace, [tmp_path / "none"])
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt").write_text("x")
    with pytest.raises(CollectionError, match=r"no images in .*texts \(1 other files"):
        scan(workspace, [tmp_path / "texts"])
    assert workspace.roots == ()


def test_a_moved_file_keeps_its_id_and_its_label(workspace, folder):
    scan(workspace, [folder])
    image = workspace.images.ids[0]
    workspace.labels.add([image], "low")
    (folder / "sub").mkdir()
    Path(workspace.images.paths[image]).rename(folder / "sub" / "renamed.jpg")
    assert counts(scan(workspace)) == (6, 0, 6, 0, 0)
    assert workspace.images.paths[image] == str(folder / "sub" / "renamed.jpg")
    assert workspace.labels.current()[image].label == "low"


def test_a_file_moved_to_another_scanned_folder_is_the_same_image(workspace, folder, tmp_path):
    scan(workspace, [folder])
    image = workspace.images.ids[0]
    other = tmp_path / "other"
    other.mkdir()
    Path(workspace.images.paths[image]).rename(other / "a.jpg")
    assert counts(scan(workspace, [other])) == (6, 0, 1, 0, 0)
    assert workspace.images.facts(image).paths == (str(other / "a.jpg"),)


def test_a_vanished_file_is_missing_and_comes_back(workspace, folder, tmp_path):
    scan(workspace, [folder])
    image = workspace.images.ids[0]
    path = Path(workspace.images.paths[image])
    path.rename(tmp_path / "away.jpg")
    assert counts(scan(workspace)) == (6, 0, 5, 1, 0)
    assert workspace.images.facts(image).missing
    assert workspace.images.missing == {image}
    (tmp_path / "away.jpg").rename(path)
    assert counts(scan(workspace)) == (6, 0, 6, 0, 0)


def test_a_vanished_folder_makes_its_images_missing_and_loses_none(workspace, folder):
    scan(workspace, [folder])
    shutil.move(folder, folder.with_name("away"))
    assert counts(scan(workspace)) == (6, 0, 0, 6, 0)
    shutil.move(folder.with_name("away"), folder)
    assert counts(scan(workspace)) == (6, 0, 6, 0, 0)


def test_a_scan_of_one_folder_leaves_the_others_alone(workspace, folder, tmp_path, photographs):
    photographs(tmp_path / "second", 3, seed=9)
    scan(workspace, [folder, tmp_path / "second"])
    shutil.rmtree(folder)
    assert counts(scan(workspace, [tmp_path / "second"])) == (9, 0, 3, 0, 0)
    assert counts(scan(workspace)) == (9, 0, 3, 6, 0)


def test_the_same_bytes_twice_are_one_image_with_two_paths(workspace, folder):
    shutil.copy(folder / "photo_0000.jpg", folder / "copy.jpg")
    report = scan(workspace, [folder])
    assert (report.images, report.duplicates) == (6, 1)
    image = workspace.images.find(folder / "copy.jpg")
    names = [Path(path).name for path in workspace.images.facts(image).paths]
    assert names == ["copy.jpg", "photo_0000.jpg"]
    (folder / "copy.jpg").unlink()
    assert counts(scan(workspace)) == (6, 0, 6, 0, 0)
    assert workspace.images.paths[image] == str(folder / "photo_0000.jpg")


def test_a_changed_file_is_a_new_image(workspace, folder):
    scan(workspace, [folder])
    old = workspace.images.ids[0]
    path = Path(workspace.images.paths[old])
    path.write_bytes(path.read_bytes() + b"more")
    assert counts(scan(workspace)) == (6, 1, 5, 0, 0)
    assert old not in workspace.images


def test_unreadable_files_are_problems_once_each_and_heal_when_replaced(workspace, folder):
    (folder / "text.jpg").write_text("not an image")
    (folder / "empty.png").write_bytes(b"")
    report = scan(workspace, [folder])
    assert counts(report) == (6, 6, 0, 0, 2)
    assert [Path(p.path).name for p in report.problems] == ["empty.png", "text.jpg"]
    assert all(Path(p.path).is_absolute() and p.reason for p in report.problems)
    shutil.copy(folder / "photo_0000.jpg", folder / "text.jpg")
    (folder / "empty.png").unlink()
    assert counts(scan(workspace)) == (6, 0, 6, 0, 0)


def test_a_link_that_leads_nowhere_is_a_problem_until_it_leads_somewhere(workspace, folder):
    (folder / "later.jpg").symlink_to(folder / "not yet.jpg")
    assert len(scan(workspace, [folder]).problems) == 1
    shutil.copy(folder / "photo_0000.jpg", folder / "not yet.jpg")
    assert len(scan(workspace).problems) == 0


def test_names_that_are_no_utf8_are_read_kept_and_shown(workspace, folder):
    raw = os.fsencode(folder) + b"/caf\xe9.jpg"
    shutil.copy(folder / "photo_0000.jpg", raw)
    Path(os.fsdecode(raw)).write_bytes(Path(os.fsdecode(raw)).read_bytes() + b"x")
    (folder / os.fsdecode(b"bad\xff.png")).write_bytes(b"x")
    report = scan(workspace, [folder])
    assert (report.images, len(report.problems)) == (7, 1)
    shown = next(p for p in workspace.images.paths.values() if "caf" in p)
    assert shown.endswith("caf\\xe9.jpg")
    image = workspace.images.find(shown)
    assert os.fsencode(workspace.original(image)) == raw
    for problem in report.problems:
        (problem.path + problem.reason).encode()
    assert counts(scan(workspace)) == (7, 0, 7, 0, 1)


def test_an_archive_a_table_and_a_file_are_scanned_together(workspace, tmp_path, photographs):
    paths = photographs(tmp_path / "all", 6)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(paths[0], "deep/a.jpg")
        archive.writestr("../slip.jpg", b"x")
    (tmp_path / "list.csv").write_text(f"path\nall/{paths[1].name}\ngone.jpg\n")
    report = scan(workspace, [tmp_path / "a.zip", tmp_path / "list.csv", paths[2]])
    assert counts(report) == (3, 3, 0, 0, 2)
    again = scan(workspace)
    assert counts(again) == (3, 0, 3, 0, 2)
    (tmp_path / "a.zip").unlink()
    paths[1].unlink()
    paths[2].unlink()
    after = scan(workspace)
    assert (after.images, after.missing) == (3, 3)
    assert [Path(p.path).name for p in after.problems] == ["gone.jpg"]


def test_a_table_that_broke_since_is_one_problem_and_the_rest_is_scanned(
    workspace, folder, tmp_path, photographs
):
    other = photographs(tmp_path / "other", 1, seed=8)[0]
    (tmp_path / "list.csv").write_text(f"path\n{other}\n")
    scan(workspace, [folder, tmp_path / "list.csv"])
    (tmp_path / "list.csv").write_text("no such column\n")
    photographs(folder / "more", 1, seed=5)
    report = scan(workspace)
    assert counts(report) == (8, 1, 6, 1, 1)
    assert "has no column 'path'" in report.problems[0].reason
    with pytest.raises(CollectionError, match="no column 'path'"):
        scan(workspace, [tmp_path / "list.csv"])


FORBIDDEN = """
import os, sys, warnings
from contrast_engine.steps import scan
from contrast_engine.store import Workspace
place, photos = sys.argv[1:]
scan(Workspace(place + "/warm"), [photos + "/seen.jpg"])  # loads every module while it may
if os.geteuid() == 0:
    os.setuid(65534)
for problem in scan(Workspace(place + "/w"), [photos]).problems:
    print(os.path.basename(problem.path), "|", problem.reason)
"""


@pytest.mark.slow
def test_files_and_folders_that_may_not_be_read_are_problems_until_they_may(photographs):
    place = Path(tempfile.mkdtemp())
    try:
        photos = place / "photos"
        photographs(photos / "closed", 1, seed=1)
        photographs(photos, 2)[0].rename(photos / "seen.jpg")
        (photos / "photo_0001.jpg").rename(photos / "hidden.jpg")
        (place / "w").mkdir()
        place.chmod(0o777)
        (place / "w").chmod(0o777)
        (photos / "hidden.jpg").chmod(0)
        (photos / "closed").chmod(0)
        done = subprocess.run(
            [sys.executable, "-c", FORBIDDEN, place, photos],
            cwd=REPOSITORY, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        lines = dict(line.split(" | ") for line in done.stdout.splitlines())
        assert set(lines) == {"closed", "hidden.jpg"}
        assert "not permitted" in lines["closed"]
        assert "permission denied" in lines["hidden.jpg"]
        (photos / "hidden.jpg").chmod(0o644)
        (photos / "closed").chmod(0o755)
        assert counts(scan(Workspace(place / "w"))) == (3, 2, 1, 0, 0)
    finally:
        (place / "photos" / "closed").chmod(0o755)
        shutil.rmtree(place)


def test_images_from_an_archive_have_their_originals_in_the_workspace(workspace, tmp_path, folder):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(folder / "photo_0000.jpg", "a.jpg")
    scan(workspace, [tmp_path / "a.zip"])
    path = workspace.original(workspace.images.ids[0])
    assert path.is_relative_to(workspace.root / "imports")
    shutil.move(workspace.root, tmp_path / "moved")
    moved = Workspace(tmp_path / "moved")
    assert moved.original(moved.images.ids[0]).is_relative_to(tmp_path / "moved")


def test_the_workspace_may_lie_inside_the_scanned_folder(folder):
    workspace = Workspace(folder / "w.contrast")
    report = scan(workspace, [folder])
    assert report.images == 6
    assert report.ignored == (str(folder / "w.contrast"),)


def test_every_file_is_told_of_in_order(workspace, folder):
    progress = Stopper()
    scan(workspace, [folder], progress=progress)
    assert [done for done, total in progress.ticks if total] == list(range(7))


def test_a_cancelled_scan_keeps_what_it_read_and_goes_on(workspace, folder):
    with pytest.raises(Cancelled):
        scan(workspace, [folder], progress=Stopper(at=3))
    assert len(workspace.images) == 3
    assert counts(scan(workspace)) == (6, 3, 3, 0, 0)


def test_a_cancelled_second_scan_makes_nothing_missing(workspace, folder, photographs):
    scan(workspace, [folder])
    photographs(folder / "more", 6, seed=3)
    with pytest.raises(Cancelled):
        scan(workspace, progress=Stopper(at=8))
    assert (len(workspace.images), workspace.images.missing) == (8, frozenset())


def test_lost_thumbnails_are_made_again(workspace, folder):
    scan(workspace, [folder])
    workspace.close()
    for path in workspace.root.glob("thumbs.sqlite*"):
        path.unlink()
    assert counts(scan(workspace)) == (6, 0, 6, 0, 0)
    assert len(workspace.thumbs.ids()) == 6


def test_a_second_scan_waits_for_the_first(workspace, folder):
    is_held = threading.Event()

    def hold():
        with Workspace(workspace.root).lock("scan"):
            is_held.set()
            time.sleep(0.5)

    holder = threading.Thread(target=hold)
    holder.start()
    is_held.wait()
    begin = time.monotonic()
    assert scan(workspace, [folder]).images == 6
    assert time.monotonic() - begin > 0.3
    holder.join()


@pytest.mark.slow
def test_a_second_scan_that_waited_in_vain_says_that_one_is_running(workspace, folder, monkeypatch):
    patient = Workspace.lock
    with Workspace(workspace.root).lock("scan"), monkeypatch.context() as patched:
        patched.setattr(Workspace, "lock", lambda self, name: patient(self, name, timeout=0.3))
        with pytest.raises(WorkspaceError, match="another process is scanning"):
            scan(workspace, [folder])
    assert scan(workspace, [folder]).images == 6


def test_the_table_is_the_same_whatever_the_order_of_discovery(tmp_path, folder):
    tables = []
    for name, roots in (("a", [folder]), ("b", sorted(folder.iterdir(), reverse=True))):
        workspace = Workspace(tmp_path / name)
        scan(workspace, roots)
        tables.append([(f.location, f.id, f.width, f.height) for f in workspace.images.files])
    assert tables[0] == tables[1]


SCANNING = """
import importlib, sys
from contrast_engine.steps import scan
from contrast_engine.store import Workspace
scanning = importlib.import_module("contrast_engine.steps.collection.scan")
scanning._SAVE_EVERY = 10
scanning._SAVE_SHARE = 0
class Teller:
    def tick(self, done, total, note="", **metrics):
        print(done if total else 0, flush=True)
scan(Workspace(sys.argv[1]), [sys.argv[2]], progress=Teller())
"""


@pytest.mark.slow
@pytest.mark.parametrize("after", [1, 35, 101])
def test_a_scan_killed_at_any_moment_loses_at_most_the_last_shard(tmp_path, photographs, after):
    photographs(tmp_path / "many", 150)
    with subprocess.Popen(
        [sys.executable, "-c", SCANNING, tmp_path / "w", tmp_path / "many"],
        cwd=REPOSITORY, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        done = 0
        while done < after:
            done = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        done = max([done, *map(int, process.stdout.read().split())])
    workspace = Workspace(tmp_path / "w")
    assert len(workspace.images) >= done - 10
    assert all(workspace.thumbs.get(image) for image in workspace.images.ids)
    kept = len(workspace.images)
    assert counts(scan(workspace)) == (150, 150 - kept, kept, 0, 0)


@pytest.mark.slow
def test_the_second_scan_of_an_unchanged_folder_is_twenty_times_faster(
    workspace, tmp_path, photographs
):
    photographs(tmp_path / "many", 150, side=640)
    took = []
    for _ in range(3):
        begin = time.perf_counter()
        scan(workspace, [tmp_path / "many"])
        took.append(time.perf_counter() - begin)
    assert min(took[1:]) * 20 <= took[0]


@pytest.mark.slow
def test_hostile_real_files_load_or_are_problems_as_their_manifest_says(workspace, shared_data):
    folder = shared_data / "bad_inputs"
    with (folder / "manifest.csv").open(newline="") as file:
        expected = {row["file"]: row["expect"] for row in csv.DictReader(file)}
    report = scan(workspace, [folder])
    problems = {Path(problem.path).name for problem in report.problems}
    loaded = {Path(f.path).name for f in workspace.images.files if f.problem is None}
    assert problems | loaded == set(expected)
    assert not problems & loaded
    assert {name for name in problems if expected[name] == "load"} == set()
    assert {name for name in loaded if expected[name] == "reject"} == set()
