"""What a scan finds is added beside the table of files; readers see all of it or none."""

import os
import signal
import subprocess
import sys
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contrast_engine.errors import WorkspaceError
from contrast_engine.store import ImageFile, Workspace, stored_files, workspace_marker
from contrast_engine.store.stored_files import StoredFiles


def row(number, note="", root="/photos"):
    return ImageFile(
        f"/photos/{number:05d}.jpg", root, f"{number:016x}", notes=(note,) * bool(note)
    )


@pytest.fixture
def large(monkeypatch):
    """Have a table of ten rows count as a large one."""
    monkeypatch.setattr(stored_files, "SMALL", 10)


@pytest.fixture
def workspace(tmp_path, large):
    made = Workspace(tmp_path / "w.contrast")
    made.save_files(row(number) for number in range(100))
    return made


def parts(workspace):
    return sorted((workspace.root / "images").glob("*"))


def test_a_few_files_are_added_to_a_large_table_without_writing_it_anew(workspace):
    table = (workspace.root / "images.parquet").read_bytes()
    workspace.add_files([row(7, "again"), row(100)], ["/photos/00003.jpg", "/nowhere.jpg"])
    assert (workspace.root / "images.parquet").read_bytes() == table
    assert len(parts(workspace)) == 1
    wanted = [row(n, "again" if n == 7 else "") for n in range(101) if n != 3]
    for opened in (workspace, Workspace(workspace.root)):
        assert list(opened.images.files) == wanted


def test_a_small_table_is_one_file_that_programs_of_before_read(tmp_path):
    workspace = Workspace(tmp_path / "w.contrast")
    workspace.save_files(row(number) for number in range(100))
    workspace.add_files([row(100)], ["/photos/00003.jpg"])
    assert not parts(workspace)
    assert workspace_marker.read_mark(workspace.root)["format"] == 1
    assert [file.id for file in workspace.images.files] == [row(n).id for n in range(101) if n != 3]


def test_a_program_of_before_refuses_a_collection_with_parts(workspace, monkeypatch):
    workspace.add_files([row(100)])
    monkeypatch.setattr(workspace_marker, "FORMAT", 1)
    with pytest.raises(WorkspaceError, match="newer version"):
        Workspace.open(workspace.root)


def test_what_is_replaced_as_a_whole_holds_no_part_of_before(workspace):
    workspace.add_files([row(100)])
    workspace.save_files([row(1)])
    assert list(workspace.images.files) == [row(1)]
    assert not parts(workspace)
    workspace.add_files([row(2)])
    assert list(Workspace(workspace.root).images.files) == [row(1), row(2)]


def test_a_part_that_could_not_be_removed_counts_no_more(workspace):
    workspace.add_files([row(7, "of before")])
    (kept,) = parts(workspace)
    data = kept.read_bytes()
    workspace.save_files(row(number, "of now") for number in range(100))
    kept.write_bytes(data)
    assert list(Workspace(workspace.root).images.files) == [row(n, "of now") for n in range(100)]
    workspace.add_files([row(7, "of later")])
    assert Workspace(workspace.root).images.files[7] == row(7, "of later")


def test_parts_are_joined_before_they_are_many(workspace):
    for number in range(60):
        workspace.add_files([row(number % 7, f"{number}"), row(200 + number % 3)])
        assert len(parts(workspace)) <= 17
    assert len(workspace.every_file()) == 103
    assert workspace.images.files[3].notes == ("59",)


changes = st.lists(
    st.tuples(
        st.lists(st.tuples(st.integers(0, 40), st.sampled_from("ab")), max_size=6),
        st.lists(st.integers(0, 40), max_size=3),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(changes, st.integers(0, 30))
def test_any_history_of_changes_reads_as_if_a_dict_had_been_changed(
    tmp_path_factory, history, before
):
    workspace = Workspace(tmp_path_factory.mktemp("any") / "w.contrast")
    looking = StoredFiles(workspace.root)
    plain = {row(n).location: row(n) for n in range(before)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stored_files, "SMALL", 5)
        patch.setattr(stored_files, "_MOST_PARTS", 3)
        workspace.save_files(plain.values())
        held = None
        for new, gone in history:
            rows = {row(n).location: row(n, note) for n, note in new}
            dropped = [row(n).location for n in gone if row(n).location not in rows]
            workspace.add_files(rows.values(), dropped)
            plain = {place: file for place, file in plain.items() if place not in dropped} | rows
            held = looking.read()
            assert list(held) == [plain[place] for place in sorted(plain)]
    assert list(StoredFiles(workspace.root).read()) == [plain[place] for place in sorted(plain)]


def test_readers_see_every_change_whole_while_it_is_added_and_joined(workspace):
    wrong, stop = [], threading.Event()

    def look():
        table, last = StoredFiles(workspace.root), -1
        while not stop.is_set():
            notes = {file.notes for file in table.read() if file.notes and file.width == 0}
            # the rows of one change all say its number
            now = int(next(iter(notes))[0]) if notes else -1
            if len(notes) > 1 or now < last:
                wrong.append(notes)
            last = now

    readers = [threading.Thread(target=look) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(80):
        workspace.add_files([row(n, f"{number}") for n in range(5)])
        if number % 30 == 29:
            workspace.join_files()
    stop.set()
    for reader in readers:
        reader.join()
    assert not wrong


KILLED = """
import sys
from contrast_engine.store import ImageFile, Workspace, stored_files
stored_files.SMALL = 10
stored_files._MOST_PARTS = 4
workspace = Workspace(sys.argv[1])
number = int(sys.argv[2])
print("begun", flush=True)
while True:
    rows = [ImageFile(f"/photos/{n:05d}.jpg", "/photos", f"{n:016x}", notes=(str(number),))
            for n in range(5)]
    workspace.add_files(rows)
    print(number, flush=True)
    number += 1
"""


@pytest.mark.slow
def test_a_process_killed_while_it_adds_leaves_its_last_change_or_the_one_begun(workspace):
    said = 0
    for round_ in range(6):
        command = [sys.executable, "-c", KILLED, str(workspace.root), str(said + 1)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            for _ in range(3 + 3 * round_):
                line = process.stdout.readline().strip()
                said = int(line) if line.isdigit() else said
            os.kill(process.pid, signal.SIGKILL)
            said = max(
                [said, *(int(one) for one in process.stdout.read().split() if one.isdigit())]
            )
        files = Workspace(workspace.root).images.files
        assert len(files) == 100
        assert len({file.notes for file in files[:5]}) == 1
        found = int(files[0].notes[0])
        assert found in (said, said + 1)
        said = found
