"""A log of labels of an earlier version: read as it is, migrated whole by the first write."""

import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from contrast_engine.errors import WorkspaceError
from contrast_engine.store import LabelStore
from contrast_engine.store.database import Database, Migration

REPOSITORY = Path(__file__).parents[2]
A, B, C = (f"{i:016x}" for i in (1, 2, 3))

OLD_TABLES = """
CREATE TABLE events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL, who TEXT NOT NULL, at TEXT NOT NULL, why TEXT NOT NULL,
    label TEXT, undoes INTEGER UNIQUE, body TEXT, token TEXT UNIQUE);
CREATE TABLE said (
    image TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (image, seq)) WITHOUT ROWID;
CREATE INDEX said_seq ON said (seq);
CREATE INDEX events_who ON events (who, kind, seq);
PRAGMA user_version=1;
PRAGMA journal_mode=WAL;
"""

UNSURE, AGAIN, BOTH = '{"unsure": true}', '{"again": true}', '{"unsure": true, "again": true}'


def named(cluster, name, **more):
    return json.dumps({"clustering": "k1", "cluster": cluster, "name": name, **more})


OLD_EVENTS = (
    ("define", "ann", None, None, '{"labels": ["low", "high"], "is_ordered": true}', ()),  # 1
    ("say", "ann", "low", None, None, (A, B)),  # 2
    ("say", "bob", "high", None, None, (A,)),  # 3
    ("say", "bob", None, None, UNSURE, (A,)),  # 4
    ("undo", "bob", None, 4, None, ()),  # 5
    ("say", "bob", None, None, BOTH, (A,)),  # 6
    ("say", "ann", "high", None, None, (C,)),  # 7
    ("undo", "ann", None, 7, None, ()),  # 8
    ("say", "ann", "high", None, AGAIN, (C,)),  # 9
    ("undo", "ann", None, 9, None, ()),  # 10
    ("name", "ann", None, None, named(0, "soft"), ()),  # 11
    ("name", "ann", None, None, named(0, 'hörter; "unsure"'), ()),  # 12
    ("name", "bob", None, None, named(1, "hard"), ()),  # 13
    ("name", "ann", None, None, named(0, "soft", undoes=12), ()),  # 14
)


@pytest.fixture
def old(tmp_path):
    """A file as version 1 wrote it."""
    path = tmp_path / "labels.sqlite"
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript(OLD_TABLES)
    for seq, (kind, who, label, undoes, body, images) in enumerate(OLD_EVENTS, 1):
        connection.execute(
            "INSERT INTO events VALUES (?, ?, ?, '2026', '', ?, ?, ?, ?)",
            (seq, kind, who, label, undoes, body, f"t{seq}"),
        )
        connection.executemany("INSERT INTO said VALUES (?, ?)", [(i, seq) for i in images])
    connection.close()
    return path


def state(path):
    """Everything the log says, by a store that has not seen it before."""
    store = LabelStore(path)
    try:
        return (
            {image: (label.label, label.who) for image, label in store.current().items()},
            store.by_person(), store.history(), store.label_set(), store.cluster_names("k1"),
        )  # fmt: skip
    finally:
        store.close()


def version(path):
    connection = sqlite3.connect(path)
    try:
        return connection.execute("PRAGMA user_version").fetchone()[0]
    finally:
        connection.close()


def old_rows(path):
    connection = sqlite3.connect(path)
    try:
        wanted = "seq, kind, who, at, why, label, undoes, body, token"
        return connection.execute(f"SELECT {wanted} FROM events ORDER BY seq").fetchall()
    finally:
        connection.close()


def test_an_old_log_says_what_it_said(old):
    current, by_person, history, label_set, names = state(old)
    assert current == {A: ("low", "ann"), B: ("low", "ann")}
    assert by_person == {"ann": {A: "low", B: "low"}, "bob": {A: None}}
    assert [(one.seq, one.is_undone, one.is_unsure) for one in history] == [
        (2, False, False), (3, False, False), (4, True, True), (6, False, True),
        (7, True, False), (9, True, False),
    ]  # fmt: skip
    assert label_set.labels == ("low", "high")
    assert names == {0: "soft", 1: "hard"}


def test_reading_an_old_log_changes_no_file(old, tmp_path):
    before = old.read_bytes()
    state(old)
    assert old.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == [old.name]
    assert version(old) == 1


def test_the_first_write_migrates_and_says_the_same_with_every_old_row_as_it_was(old):
    before, rows = state(old), old_rows(old)
    store = LabelStore(old)
    store.name_cluster("other", 0, "elsewhere")
    assert version(old) == 3
    assert state(old) == before
    assert old_rows(old)[:-1] == rows


def test_what_a_running_program_of_before_goes_on_writing_is_read(old):
    running = sqlite3.connect(old)  # open before the migration, as its pool of connections is
    assert running.execute("SELECT count(*) FROM events").fetchone() == (len(OLD_EVENTS),)
    LabelStore(old).name_cluster("other", 0, "elsewhere")
    insert = "INSERT INTO events (kind, who, at, why, label, body) VALUES (?, 'ann', '', '', ?, ?)"
    seq = running.execute(insert, ("say", None, UNSURE)).lastrowid
    running.execute("INSERT INTO said (image, seq) VALUES (?, ?)", (B, seq))
    running.execute(insert, ("name", None, named(1, "harder")))
    running.commit()
    running.close()
    _, by_person, _, _, names = state(old)
    assert by_person["ann"] == {A: "low", B: None}
    assert names == {0: "soft", 1: "harder"}


@pytest.mark.parametrize("is_migrated", [False, True])
def test_taking_back_goes_on_across_the_migration(old, is_migrated):
    store = LabelStore(old)
    store.history()  # a connection that knew the old tables
    if is_migrated:
        LabelStore(old).name_cluster("other", 0, "elsewhere")
    assert store.redo("ann") == (C,), "what was undone after a redo is redone once more"
    assert store.current()[C].label == "high"
    assert store.undo("bob") == (A,)
    assert store.current()[A].label == "high", "not unsure any more, so bob's own label counts"
    assert store.undo_name("k1", "ann") == 0
    assert store.cluster_names("k1") == {1: "hard"}, "it had no name before the first"
    assert store.undo_name("k1", "ann") is None
    assert store.undo_name("k1", "bob") == 1
    assert store.cluster_names("k1") == {}


def test_a_name_goes_back_past_those_of_others_that_still_count(tmp_path):
    store = LabelStore(tmp_path / "labels.sqlite")
    for who, name in (("ann", "one"), ("bob", "two"), ("ann", "three")):
        store.name_cluster("k1", 4, name, who)
    assert store.undo_name("k1", "ann") == 4
    assert store.cluster_names("k1") == {4: "two"}
    assert store.undo_name("k1", "bob") == 4
    assert store.cluster_names("k1") == {4: "one"}
    assert store.undo_name("k2", "ann") is None


MANY = """
import sys
from contrast_engine.store import LabelStore
store = LabelStore(sys.argv[1])
store.history()
print("ready", flush=True)
sys.stdin.readline()
store.unsure([f"{int(sys.argv[2]):016x}"], f"who{sys.argv[2]}")
assert len(store.by_person()[f"who{sys.argv[2]}"]) == 1
"""


@pytest.mark.slow
def test_processes_that_write_first_at_once_migrate_once(old):
    before = state(old)[2]
    many = [
        subprocess.Popen(
            [sys.executable, "-c", MANY, str(old), str(number)],
            cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for number in range(10, 14)
    ]  # fmt: skip
    for process in many:
        assert process.stdout.readline() == "ready\n"
    for process in many:
        process.stdin.write("\n")
        process.stdin.close()
    for process in many:
        assert process.wait(timeout=60) == 0
        process.stdout.close()
    after = state(old)[2]
    assert after[: len(before)] == before
    assert sum(one.is_unsure for one in after[len(before) :]) == 4


STOPPED = """
import sys
from contrast_engine.store import label_schema
from contrast_engine.store.database import Database, Migration
endless = "; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
change = label_schema.MIGRATIONS[-1].change.rstrip().rstrip(";") + endless
store = Database(sys.argv[1], label_schema.SCHEMA, [Migration(change, "")])
print("ready", flush=True)
with store.writing():
    pass
"""


@pytest.mark.slow
def test_a_migration_that_is_killed_leaves_the_old_file(old):
    before, rows = state(old), old_rows(old)
    with subprocess.Popen(
        [sys.executable, "-c", STOPPED, str(old)], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.7)
        assert process.poll() is None
        process.send_signal(signal.SIGKILL)
    assert version(old) == 1
    assert state(old) == before
    LabelStore(old).add([B], "high", "bob")
    assert version(old) == 3
    assert old_rows(old)[:-1] == rows


def test_a_migration_that_fails_leaves_the_old_file(old):
    before = state(old)
    broken = Migration("ALTER TABLE events ADD COLUMN more TEXT; UPDATE nothing SET x = 1", "")
    with (
        pytest.raises(WorkspaceError, match="could not be written"),
        Database(old, "", [broken]).writing(),
    ):
        pass
    assert version(old) == 1
    assert state(old) == before


def test_a_file_of_a_later_version_is_refused_also_by_one_who_has_it_open(old):
    store = LabelStore(old)
    store.history()
    connection = sqlite3.connect(old)
    connection.execute("PRAGMA user_version=4")
    connection.close()
    with pytest.raises(WorkspaceError, match="newer version"):
        store.history()
    with pytest.raises(WorkspaceError, match="newer version"):
        store.add([A], "low")


READ_ONLY = """
import os, sys
import contrast_engine.store.counted_labels
from contrast_engine.store import LabelStore
if os.geteuid() == 0:
    os.setuid(65534)
store = LabelStore(sys.argv[1])
print(len(store.history()), store.cluster_names("k1"), store.by_person()["bob"])
"""


def test_an_old_log_that_cannot_be_written_is_read(old):
    folder = Path(tempfile.mkdtemp())
    try:
        shutil.copy(old, folder / "labels.sqlite")
        (folder / "labels.sqlite").chmod(0o444)
        folder.chmod(0o555)
        done = subprocess.run(
            [sys.executable, "-c", READ_ONLY, str(folder / "labels.sqlite")],
            cwd=REPOSITORY, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert done.stdout == f"6 {{0: 'soft', 1: 'hard'}} {{'{A}': None}}\n", done.stderr
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)
