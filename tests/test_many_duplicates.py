"""Near duplicates among very many pictures: the same groups as when all pairs are compared."""

import tracemalloc
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pytest

from contrast_engine import steps
from contrast_engine.arrays import Bytes, Floats32, Ints
from contrast_engine.duplicates import (
    Compact,
    Overlays,
    compact,
    grouped,
    grouped_many,
    looked_at,
    near_codes,
    signatures,
)
from contrast_engine.duplicates.compact import VERSION
from contrast_engine.duplicates.glance import Glance, may_be_one
from contrast_engine.duplicates.near_codes import near_pairs
from contrast_engine.duplicates.verification import LEAST
from contrast_engine.progress import OVERALL
from contrast_engine.steps.structure import copies_described, duplicates, near_table
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
    monkeypatch.setattr("contrast_engine.duplicates.cells.SIZE", 8)  # 25 cells, of which 10
    assert many(copies) == whole


def nearness(copies: Bytes, pairs: Ints) -> Floats32:
    codes = compact(copies).codes.astype(np.float32) / 127
    one, other = codes[pairs[:, 0]], codes[pairs[:, 1]]
    products = [one[:, 0] * other[:, 0], one[:, 0] * other[:, 1], one[:, 1] * other[:, 0]]
    return np.max([product.sum(axis=1) for product in products], axis=0)


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
    others = [(row, other) for row in range(3, n) for other in range(row + 1, n)]
    for glance in (Glance(fields).may_be_one, partial(may_be_one, fields)):
        for some in (np.array(pairs), np.array(pairs)[:, ::-1]):
            assert glance(some, nearness(copies, some)).all()
        assert not glance(np.array(others), nearness(copies, np.array(others))).all()
    monkeypatch.setattr("contrast_engine.duplicates.cells.SIZE", 4)  # 15 cells, of which 10
    near = {tuple(pair) for pair in near_pairs(compact(copies), np.arange(len(copies)))[0].tolist()}
    codes = compact(copies).codes[:, 0].astype(float) / 127
    alike = [pair for pair in pairs if codes[pair[0]] @ codes[pair[1]] >= 0.7]
    assert len(set(alike) & near) >= 0.95 * len(alike)


def test_gathered_pairs_are_the_same_however_often_they_are_settled(monkeypatch):
    copies = pictures(200)
    monkeypatch.setattr("contrast_engine.duplicates.cells.SIZE", 8)  # there are other cells
    whole = near_pairs(compact(copies), np.arange(len(copies)))
    assert len(whole[0]) > 20
    monkeypatch.setattr("contrast_engine.duplicates.looked_at.MOST", 10)
    again = near_pairs(compact(copies), np.arange(len(copies)))
    assert all(np.array_equal(one, other) for one, other in zip(whole, again, strict=True))


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


class Heard:
    """Whoever listens to a part of a step."""

    def __init__(self) -> None:
        self.ticks: list[tuple[int, int, str, float]] = []

    def tick(self, done: int, total: int, note: str = "", **metrics: float) -> None:
        self.ticks.append((done, total, note, metrics[OVERALL]))


@pytest.mark.parametrize("most", [0, 20_000])
def test_the_count_of_groups_ends_with_all_of_them(some, monkeypatch, most):
    monkeypatch.setattr(duplicates, "MANY", most)
    heard = Heard()
    found = list(duplicates._near(some, heard))
    told = [tick for tick in heard.ticks if tick[2] == "describing the groups"]
    assert [done for done, *_ in told] == list(range(len(found) + 1))
    assert {total for _, total, *_ in told} == {len(found)} != {1}
    assert heard.ticks[-1][3] == pytest.approx(1)
    far = [overall for *_, overall in heard.ticks]
    assert far == sorted(far)


def test_within_a_large_group_it_is_said_how_far_the_whole_is(some, monkeypatch):
    monkeypatch.setattr(copies_described, "_SAID", 1)
    heard = Heard()
    assert len(duplicates._near(some, heard)) == 3
    told = [tick for tick in heard.ticks if tick[2] == "describing the groups"]
    assert len(told) == 3 + 3 + 1  # each of three pairs has one that is described
    assert len({overall for *_, overall in told}) == len(told)


def crowd(n: int, size: int) -> Compact:
    """Pictures that are all different, in groups of `size` with like codes."""
    random = np.random.default_rng(0)
    middles = np.repeat(random.normal(size=(n // size, 64)), size, axis=0)
    codes = middles + 0.6 * random.normal(size=middles.shape)
    codes *= 127 / np.linalg.norm(codes, axis=1, keepdims=True)
    fields = random.integers(-60, 60, (n, 16, 16, 2), dtype=np.int8)
    both = np.repeat(np.round(codes).astype(np.int8)[:, None], 2, axis=1)
    return Compact(both, fields, np.zeros(n, np.bool_), np.arange(n, dtype=np.uint64))


def test_what_is_multiplied_and_looked_at_grows_with_the_pictures_and_not_with_its_square(
    monkeypatch,
):
    multiplied: list[int] = []
    known = near_codes._Held.known
    asked = near_codes._Held.asked

    def counted_known(self: near_codes._Held, own: Ints, inner: Ints) -> Floats32:
        found = known(self, own, inner)
        self.pool = found.shape[1]  # type: ignore[attr-defined]
        return found

    def counted_asked(self: near_codes._Held, rows: Ints) -> Floats32:
        multiplied.append(len(rows) * self.pool)  # type: ignore[attr-defined]
        return asked(self, rows)

    monkeypatch.setattr(near_codes._Held, "known", counted_known)
    monkeypatch.setattr(near_codes._Held, "asked", counted_asked)
    for n in (2_000, 8_000):
        multiplied.clear()
        pairs, near = near_pairs(crowd(n, 40), np.arange(n))
        assert len(pairs) <= (looked_at.TRIED + looked_at.FIRST) * n
        assert (near >= near_codes.NEAR).all()
        assert sum(multiplied) < 3_200 * n  # all would be n * 2 n
    few = Glance(crowd(2_000, 40).fields).may_be_one(
        *near_pairs(crowd(2_000, 40), np.arange(2_000))
    )
    assert few.mean() < 0.2, "most are left out before any overlay is made"


def test_changed_copies_are_found_among_pictures_of_like_codes():
    n = 6_000
    crowded = crowd(n, 60)
    random = np.random.default_rng(1)
    noise = np.repeat(random.normal(size=(600, 1, 64)), 2, axis=1)
    changed = crowded.codes[:600] + 127 * 0.08 * noise
    changed *= 127 / np.linalg.norm(changed, axis=2, keepdims=True)
    codes = np.concatenate([crowded.codes, np.round(changed).astype(np.int8)])
    every = len(codes)
    found = Compact(codes, np.zeros((every, 16, 16, 2), np.int8), np.zeros(every, np.bool_),
                    np.arange(every, dtype=np.uint64))  # fmt: skip
    pairs, near = near_pairs(found, np.arange(every))
    there = {tuple(pair) for pair in pairs.tolist()}
    assert len(there) == len(pairs)
    assert sum((row, n + row) in there for row in range(600)) >= 0.99 * 600
    products = (codes[pairs[:, 0], 0].astype(int) * codes[pairs[:, 1], 0]).sum(axis=1) / 127**2
    assert np.allclose(near, products, atol=1e-6)  # both codes of a picture are the same here
