"""Locks: one holder at a time among threads and processes, and none outlives its process."""

import errno
import os
import threading
import time

import pytest

from contrast_engine.errors import WorkspaceError
from contrast_engine.jobs import JobFiles
from contrast_engine.store import Workspace
from contrast_engine.store.atomic_files import locked


def test_threads_hold_a_lock_one_at_a_time(tmp_path):
    inside, most = [], []

    def work():
        for _ in range(5):
            with locked(tmp_path / "a.lock", "busy", 30):
                inside.append(1)
                most.append(len(inside))
                time.sleep(0.001)
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 20


def test_another_thread_may_end_what_one_began(tmp_path):
    held = locked(tmp_path / "a.lock", "busy")
    held.__enter__()
    thread = threading.Thread(target=held.__exit__, args=(None, None, None))
    thread.start()
    thread.join()
    with locked(tmp_path / "a.lock", "busy", 0):
        pass


@pytest.mark.parametrize("timeout", [0, 0.2])
def test_whoever_waits_in_vain_is_told_so_after_the_time_and_changes_nothing(tmp_path, timeout):
    path = tmp_path / "deep" / "a.lock"
    with locked(path, "first"):
        mark = path.stat().st_ino
        begin = time.monotonic()
        with (
            pytest.raises(WorkspaceError, match=r"^someone is at it$"),
            locked(path, "someone is at it", timeout),
        ):
            pytest.fail("two held the lock")
        assert time.monotonic() - begin >= timeout
        assert path.stat().st_ino == mark
    assert path.read_bytes() == b""  # it stays: who waits for it waits for this file
    with locked(path, "free again", 0):
        assert path.stat().st_ino == mark


def test_an_error_inside_lets_go_of_the_lock(tmp_path):
    with pytest.raises(ZeroDivisionError), locked(tmp_path / "a.lock", "busy"):
        1 / 0  # noqa: B018
    with locked(tmp_path / "a.lock", "busy", 0):
        pass


def test_a_lock_that_cannot_be_made_says_why(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with (
        pytest.raises(WorkspaceError, match=r"a\.lock could not be written: "),
        locked(tmp_path / "file" / "a.lock", "busy"),
    ):
        pytest.fail("nothing to lock")


@pytest.fixture
def job(tmp_path):
    files = JobFiles(Workspace(tmp_path / "w"), "0123456789abcdef")
    files.lock.parent.mkdir()
    return files


def test_a_job_lives_while_its_lock_is_held(job):
    assert not job.is_alive()
    with locked(job.lock, "busy"):
        assert job.is_alive()
    assert not job.is_alive()


def test_who_asks_whether_a_job_lives_is_not_taken_for_the_job(job):
    job.lock.write_bytes(b"")
    found = []

    def ask():
        found.extend(job.is_alive() for _ in range(40))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [False] * 320


@pytest.mark.parametrize("why", [errno.EACCES, errno.EROFS])
def test_a_job_in_a_folder_that_cannot_be_written_is_seen_to_live(job, why, monkeypatch):
    opened = os.open

    def refuse(path, flags, *more, **options):
        if flags & os.O_RDWR and path == job.lock:
            raise OSError(why, "read-only")
        return opened(path, flags, *more, **options)

    with locked(job.lock, "busy"):
        monkeypatch.setattr(os, "open", refuse)
        assert job.is_alive()
    assert not job.is_alive()
