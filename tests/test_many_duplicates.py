"""Near duplicates among very many pictures: the same groups as when all pairs are compared."""

import tracemalloc
from pathlib import Path

import cv2
import numpy as np
import pytest

from contrast_engine import steps
from contrast_engine.arrays import Bytes, Ints
from contrast_engine.duplicates import (
    Compact,
    Overlays,
    compact,
    grouped,
    grouped_many,
    signatures,
)
from contrast_engine.duplicates.compact import VERSION
from contrast_engine.duplicates.glance import may_be_one
from contrast_engine.duplicates.near_codes import near_pairs
from contrast_engine.duplicates.verification import LEAST
from contrast_engine.steps.structure import duplicates, near_table
from contrast_engine.store import Workspace
from contrast_engine.store.copies_in_pieces import let_go
from tests.test_duplicates import CHANGES, drawing, horizon, photograph, small


def pictures(n_others: int = 60) -> Bytes:
    shown = [photograph(0), photograph(1), drawing(0)]
    changes = [CHANGES[name] for name in ("brighter", "hazy", "cropped at one edge", "compressed")]
    changed = [change(one) for one in shown for change in changes]
    others = [drawing(seed) if seed % 2 else horizon(seed) for seed in range(1, n_others)]
    return small(*shown, *changed, *others)


def many(copies: Bytes) -> tuple[tuple[int, ...], ...]:
    return grouped_many(compact(copies), lambda rows: copies[rows])


def test_the_groups_are_those_of_comparing_every_pair():
    copies = pictures()
    found = many(copies)
    assert found == grouped(signatures(copies), copies)
    assert {len(group) for group in found} >= {5}
    assert many(copies) == found


def test_cells_lose_nothing_where_pictures_are_alike(monkeypatch):
    copies = pictures(200)
    whole = many(copies)
    monkeypatch.setattr("contrast_engine.duplicates.near_codes.SIZE", 8)  # 25 cells, of which 8
    assert many(copies) == whole


def test_a_glance_and_cells_lose_no_changed_copy_among_other_pictures(monkeypatch):
    shown = [photograph(seed) for seed in range(3)] + [drawing(seed) for seed in range(9)]
    changes = [CHANGES[name] for name in ("brighter", "hazy", "cropped at one edge", "compressed")]
    copies = small(*shown, *(change(one) for change in changes for one in shown))
    seen = signatures(copies)
    n = len(shown)
    one = [(row, row + n * (1 + which)) for which in range(len(changes)) for row in range(n)]
    overlays = Overlays(seen)
    pairs = []
    for row, other in one:
        agrees, starts = overlays.coarse(row, np.array([other]))
        if agrees[0] >= LEAST and overlays.fine(row, other, starts[0]).is_one_picture:
            assert overlays.is_one(row, other, starts[0])
            pairs.append((row, other))
    assert len(pairs) > 0.8 * len(one)
    fields = compact(copies).fields
    assert may_be_one(fields, np.array(pairs)).all()
    assert may_be_one(fields, np.array(pairs)[:, ::-1]).all()
    others = [(row, other) for row in range(3, n) for other in range(row + 1, n)]
    assert not may_be_one(fields, np.array(others)).all()
    monkeypatch.setattr("contrast_engine.duplicates.near_codes.SIZE", 4)  # 15 cells, of which 8
    near = {tuple(pair) for pair in near_pairs(compact(copies), np.arange(len(copies))).tolist()}
    codes = compact(copies).codes[:, 0].astype(float) / 127
    alike = [pair for pair in pairs if codes[pair[0]] @ codes[pair[1]] >= 0.7]
    assert len(set(alike) & near) >= 0.95 * len(alike)


def test_gathered_pairs_are_the_same_however_often_they_are_settled(monkeypatch):
    copies = pictures(200)
    whole = near_pairs(compact(copies), np.arange(len(copies)))
    monkeypatch.setattr("contrast_engine.duplicates.near_codes._PAIRS", 10)
    assert np.array_equal(near_pairs(compact(copies), np.arange(len(copies))), whole)


def test_reading_copies_gives_back_the_memory_that_their_pages_took(tmp_path):
    file = tmp_path / "copies.npy"
    np.save(file, np.ones((8_000, 64, 64, 3), np.uint8))
    mapped = np.load(file, mmap_mode="r")
    before = _resident()
    assert mapped[:].sum() == mapped.size
    held = _resident() - before
    let_go(mapped)
    assert _resident() - before < held / 2
    assert mapped[-1].sum() == mapped[-1].size
    let_go(np.ones((2, 64, 64, 3), np.uint8))  # an array that is not mapped stays as it is


def _resident() -> int:
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    except OSError:
        pytest.skip("this system does not say what a process holds")
    return int(pages)


def test_equal_copies_are_one_also_where_nothing_is_to_be_seen():
    plain = [np.full((64, 64, 3), code, np.uint8) for code in (0, 90, 90, 255)]
    assert many(np.array(plain)) == ((1, 2),)
    assert many(np.repeat(np.array(plain[:1]), 300, axis=0)) == (tuple(range(300)),)
    assert many(np.zeros((0, 64, 64, 3), np.uint8)) == ()
    assert many(np.array(plain[:1])) == ()


def test_a_group_of_five_thousand_near_copies_is_one_in_little_memory(monkeypatch):
    n = 5_000
    copy = small(photograph())
    one = compact(copy)
    noise = np.random.default_rng(0).integers(-2, 3, (n, *one.codes.shape[1:]))
    codes = np.clip(one.codes + noise, -127, 127).astype(np.int8)
    near = Compact(codes, np.repeat(one.fields, n, axis=0), np.zeros(n, np.bool_),
                   np.arange(n, dtype=np.uint64))  # fmt: skip
    tried: list[int] = []

    def is_one(self: object, row: int, *_: object) -> bool:
        tried.append(row)
        return True

    monkeypatch.setattr("contrast_engine.duplicates.many._Verified.is_one", is_one)

    def copies(rows: Ints) -> Bytes:
        return np.repeat(copy, len(rows), axis=0)

    tracemalloc.start()
    found = grouped_many(near, copies)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [len(group) for group in found] == [n]
    assert len(tried) == n - 1  # what is one already is not compared again
    assert peak < 150e6, f"{peak / 1e6:.0f} MB"  # a table of all pairs has 200 MB


@pytest.fixture
def some(tmp_path: Path) -> Workspace:
    for number in range(6):
        cv2.imwrite(
            str(tmp_path / f"{number}.png"), drawing(number // 2)[..., ::-1] // (1 + number % 2)
        )
    workspace = Workspace(tmp_path / "some.contrast")
    steps.gather(workspace, [tmp_path])
    return workspace


def test_of_many_the_step_says_the_same_and_learns_new_pictures_only(some, tmp_path, monkeypatch):
    few = duplicates.find_duplicates(some)
    assert few
    monkeypatch.setattr(duplicates, "MANY", 0)
    assert duplicates.find_duplicates(some) == few
    made: list[int] = []
    block = near_table._block

    def counted(pictures, rows, seen):
        made.append(len(rows))
        return block(pictures, rows, seen)

    monkeypatch.setattr(near_table, "_block", counted)
    assert duplicates.find_duplicates(some) == few
    assert made == []
    cv2.imwrite(str(tmp_path / "7.png"), drawing(9))
    steps.gather(some, [tmp_path])
    duplicates.find_duplicates(some)
    assert made == [1]
    for file in (some.root / "cache" / "near-duplicates").glob(f"{VERSION}-*"):
        file.write_bytes(b"broken")
    assert len(duplicates.find_duplicates(some)) == len(few)
    assert made == [1, 7]
