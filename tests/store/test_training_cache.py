import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from contrast_engine.errors import WorkspaceError
from contrast_engine.store.atomic_files import stamp
from contrast_engine.store.training_cache import TrainingCache
from contrast_engine.store.training_runs import TrainingRun
from contrast_engine.vectors import ImageId

IDS = tuple(ImageId(f"{i:016x}") for i in range(3))


def copies(n: int = 3, size: int = 8) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (n, size, size, 3), dtype=np.uint8)


def test_the_cache_gives_back_what_was_saved_memory_mapped(tmp_path: Path) -> None:
    cache = TrainingCache(tmp_path, 8)
    assert cache.ids() == ()
    cache.save(zip(IDS, copies(), strict=True), 5)
    opened = TrainingCache(tmp_path, 8).open(IDS)
    assert isinstance(opened, np.memmap)
    assert np.array_equal(opened, copies())
    assert np.array_equal(cache.open(IDS[::-2]), copies()[::-2])
    assert TrainingCache(tmp_path, 16).ids() == ()


def test_an_image_that_is_not_cached_is_an_error_with_the_number(tmp_path: Path) -> None:
    cache = TrainingCache(tmp_path, 8)
    cache.save(zip(IDS[:1], copies(1), strict=True), 1)
    with pytest.raises(WorkspaceError, match="lacks 2 images"):
        cache.open(IDS)


def test_a_cache_that_was_halved_or_lost_counts_as_empty(tmp_path: Path) -> None:
    cache = TrainingCache(tmp_path, 8)
    cache.save(zip(IDS, copies(), strict=True), 3)
    pixels = tmp_path / "cache" / "8.npy"
    pixels.write_bytes(pixels.read_bytes()[:-5])
    assert cache.ids() == ()
    cache.save(zip(IDS, copies(), strict=True), 3)
    assert cache.ids() == IDS
    pixels.unlink()
    assert cache.ids() == ()


def test_a_cache_that_fails_while_it_is_written_leaves_the_old_one(tmp_path: Path) -> None:
    cache = TrainingCache(tmp_path, 8)
    cache.save(zip(IDS, copies(), strict=True), 3)

    def broken():
        yield IDS[0], copies()[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cache.save(broken(), 3)
    assert np.array_equal(cache.open(IDS), copies())
    assert sorted(p.name for p in (tmp_path / "cache").iterdir()) == ["8.json", "8.npy"]


def test_copies_added_in_any_order_are_there_and_are_merged_in_order(tmp_path: Path) -> None:
    cache = TrainingCache(tmp_path, 8)
    cache.save([(IDS[1], copies()[1])], 1)
    for turn in ((2, 0), (0, 1)):
        with cache.adding() as part:
            for row in turn:
                part.add(IDS[row], copies()[row])
    assert cache.ids() == (IDS[1], IDS[2], IDS[0])
    assert cache.is_scattered
    assert np.array_equal(cache.open(IDS), copies())
    assert np.array_equal(np.array(cache.view(IDS[1:])), copies()[1:])
    cache.merge()
    assert not cache.is_scattered
    assert cache.ids() == IDS
    assert np.array_equal(cache.open(IDS), copies())
    assert sorted(p.name for p in (tmp_path / "cache").iterdir()) == ["8.json", "8.npy"]


def test_adding_a_few_writes_a_few(tmp_path: Path) -> None:
    cache = TrainingCache(tmp_path, 8)
    cache.save(zip(IDS[:2], copies(2), strict=True), 2)
    whole = (tmp_path / "cache" / "8.npy").stat()
    with cache.adding() as part:
        part.add(IDS[0], copies()[0])  # is there already
        part.add(IDS[2], copies()[2])
    assert (tmp_path / "cache" / "8.npy").stat() == whole
    (added,) = (tmp_path / "cache").glob("*.u8")
    assert added.stat().st_size == copies(1).nbytes


def test_a_part_counts_after_a_stop_but_not_when_it_was_halved(tmp_path: Path) -> None:
    cache = TrainingCache(tmp_path, 8)

    def stopped() -> None:
        with cache.adding() as part:
            part.add(IDS[2], copies()[2])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert cache.ids() == IDS[2:]
    (pixels,) = (tmp_path / "cache").glob("*.u8")
    pixels.write_bytes(pixels.read_bytes()[:-1])
    assert cache.ids() == ()
    cache.merge(zip(IDS, copies(), strict=True), 3)
    assert np.array_equal(cache.open(IDS), copies())
    with cache.adding():
        pass
    assert not cache.is_scattered


def test_few_new_copies_leave_the_file_as_it_is_and_many_go_into_it(tmp_path: Path) -> None:
    ids = tuple(ImageId(f"{number:016x}") for number in range(0, 400, 2))
    cache = TrainingCache(tmp_path, 8)
    pictures = np.random.default_rng(0).integers(0, 256, (500, 8, 8, 3), dtype=np.uint8)
    cache.save(((image, pictures[int(image, 16)]) for image in ids), len(ids))
    whole = stamp(tmp_path / "cache" / "8.npy")
    for number in range(1, 60, 2):
        with cache.adding() as part:
            part.add(ImageId(f"{number:016x}"), pictures[number])
        cache.tidy()
        assert len(list((tmp_path / "cache").glob("8-*.json"))) <= 16
    assert stamp(tmp_path / "cache" / "8.npy") == whole
    every = tuple(sorted(cache.ids()))
    wanted = pictures[[int(image, 16) for image in every]]
    found = cache.view(every)
    assert found.shape == wanted.shape
    assert found.nbytes == wanted.nbytes
    assert np.array_equal(found[np.array([7, 0, 229])], wanted[[7, 0, 229]])
    assert np.array_equal(found[3], wanted[3])
    assert np.array_equal(found[5:60], wanted[5:60])
    with cache.adding() as part:
        for number in range(401, 450):
            part.add(ImageId(f"{number:016x}"), pictures[number])
    cache.tidy()
    assert not cache.is_scattered
    assert cache.ids() == (*every, *(ImageId(f"{n:016x}") for n in range(401, 450)))


KILLED = """
import os, signal, sys
from pathlib import Path
import numpy as np
from contrast_engine.store.training_cache import TrainingCache
with TrainingCache(Path(sys.argv[1]), 8).adding() as part:
    part.add("0" * 16, np.zeros((8, 8, 3), np.uint8))
    print("added", flush=True)
    if sys.argv[2] == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    sys.stdin.read()
"""


def test_the_next_run_removes_what_a_killed_one_wrote_but_not_what_a_living_one_does(
    tmp_path: Path,
) -> None:
    def start(how: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(tmp_path), how],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "added\n"
        return process

    killed = start("die")
    killed.communicate()
    left = set((tmp_path / "cache").iterdir())
    assert left
    living = start("live")
    writing = set((tmp_path / "cache").iterdir())
    assert not left & writing
    with TrainingCache(tmp_path, 8).adding():
        pass
    assert set((tmp_path / "cache").iterdir()) == writing
    living.communicate("")
    assert sorted(p.suffix for p in (tmp_path / "cache").iterdir()) == [".json", ".u8"]


def test_a_run_keeps_its_checkpoint_curve_and_maps_until_it_is_over(tmp_path: Path) -> None:
    run = TrainingRun(tmp_path, "0" * 16)
    assert run.checkpoint() is None
    assert run.history() == []
    state = {"epoch": 1, "history": [{"epoch": 1, "loss": 0.5}]}
    run.save_checkpoint({"w": np.arange(3.0)}, state)
    arrays, kept = run.checkpoint() or ({}, {})
    assert kept == state
    assert np.array_equal(arrays["w"], np.arange(3.0))
    assert run.history() == state["history"]
    run.write_map_ids(list(IDS))
    run.write_map(1, np.ones((3, 2)))
    assert run.map_ids() == IDS
    assert np.array_equal(run.maps()[1], np.ones((3, 2)))
    run.forget_checkpoint()
    assert run.checkpoint() is None
    assert run.maps()


def test_a_wish_is_a_flag_that_lasts_until_another(tmp_path: Path) -> None:
    run = TrainingRun(tmp_path, "0" * 16)
    assert run.wish() == "go"
    run.ask("pause")
    assert TrainingRun(tmp_path, "0" * 16).wish() == "pause"
    run.ask("stop")
    assert run.wish() == "stop"
    run.ask("go")
    assert run.wish() == "go"


def test_a_file_that_a_reader_has_mapped_makes_way_where_the_system_lets_it_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = TrainingCache(tmp_path, 8)
    cache.save(zip(IDS[:2], copies(2), strict=True), 2)
    replace = Path.replace

    def as_on_windows(self: Path, target: Path) -> Path:
        if target.name == "8.npy":
            raise PermissionError(13, "mapped")
        return replace(self, target)

    with monkeypatch.context() as windows:
        windows.setattr(Path, "replace", as_on_windows)
        with pytest.raises(WorkspaceError, match="not permitted"):
            cache.save(zip(IDS, copies(), strict=True), 3)  # elsewhere it is a question of rights
        assert cache.ids() == ()  # and the old index is gone, so nothing halved is read
        windows.setattr("contrast_engine.store.atomic_files.OPEN_FILES_STAY", True)
        for _ in range(2):
            cache.save(zip(IDS, copies(), strict=True), 3)
            assert np.array_equal(TrainingCache(tmp_path, 8).open(IDS), copies())
    assert len(list((tmp_path / "cache").glob("8-*.npy"))) == 1  # the one before last is swept
    cache.save(zip(IDS, copies(), strict=True), 3)
    assert sorted(p.name for p in (tmp_path / "cache").iterdir()) == ["8.json", "8.npy"]
