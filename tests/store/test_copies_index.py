"""Names of training copies: numbers where they are ids, and the same as their texts say."""

import json
from pathlib import Path

import numpy as np
import pytest

from contrast_engine.imageset import ImageIds
from contrast_engine.store import copies_index
from contrast_engine.store.atomic_files import write_json
from contrast_engine.store.copies_index import CopyNames, read_index
from contrast_engine.store.training_cache import TrainingCache
from contrast_engine.vectors import ImageId

PLAIN = [ImageId(f"{n * 0x9E3779B97F4A7C15 % 2**64:016x}") for n in range(50)]
MIXED = [*PLAIN[:9], ImageId(f"{PLAIN[3]}-0123456789abcdef"), *PLAIN[9:], ImageId("0" * 16 + "-a")]


@pytest.mark.parametrize("names", [PLAIN, MIXED, []])
def test_an_index_says_which_row_each_name_has(names: list[ImageId], tmp_path: Path) -> None:
    write_json(tmp_path / "8.json", {"ids": names, "size": 8})
    read, about = read_index(tmp_path / "8.json")
    assert about == {"size": 8}
    assert list(read) == names
    assert len(read) == len(names)
    asked = [*names[::-3], ImageId("f" * 16), ImageId("f" * 16 + "-b")]
    known = {name: row for row, name in enumerate(names)}
    assert read.rows(asked).tolist() == [known.get(name, -1) for name in asked]
    assert [names[row] for row in read.order] == sorted(names)
    assert "f" * 16 not in read


def test_ids_are_read_without_a_text_for_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_json(tmp_path / "8.json", {"file": "8-a.npy", "ids": PLAIN, "size": 8})
    monkeypatch.setattr(copies_index, "_slowly", lambda _: pytest.fail("they were read as texts"))
    read, about = read_index(tmp_path / "8.json")
    assert read.rows(ImageIds.of(PLAIN)).tolist() == list(range(50))
    assert about == {"file": "8-a.npy", "size": 8}


@pytest.mark.parametrize("damage", [
    lambda text: text[:-20], lambda text: text.replace("0", " "), lambda text: text.upper(),
    lambda text: text.replace('"', "'"), lambda _: "[]", lambda _: '{"ids": 3}',
])  # fmt: skip
def test_a_damaged_index_holds_nothing(damage, tmp_path: Path) -> None:
    (tmp_path / "8.json").write_text(damage(json.dumps({"ids": PLAIN[:4], "size": 8})))
    assert len(read_index(tmp_path / "8.json")[0]) == 0


def test_an_index_that_was_changed_is_read_again(tmp_path: Path) -> None:
    for names in (PLAIN[:3], PLAIN[:5]):
        write_json(tmp_path / "8.json", {"ids": names})
        assert list(read_index(tmp_path / "8.json")[0]) == names


def test_asking_for_a_few_copies_makes_no_text_of_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = TrainingCache(tmp_path, 8)
    pictures = np.random.default_rng(0).integers(0, 256, (50, 8, 8, 3), dtype=np.uint8)
    cache.save(zip(PLAIN, pictures, strict=True), 50)
    monkeypatch.setattr(CopyNames, "__iter__", lambda _: pytest.fail("all were gone through"))
    asked = [PLAIN[7], ImageId("f" * 16), PLAIN[2]]
    assert cache.held(asked).tolist() == [True, False, True]
    assert np.array_equal(cache.open(asked[::2]), pictures[[7, 2]])
    with cache.adding() as part:
        part.add(PLAIN[7], pictures[0])
        part.add(ImageId("f" * 16), pictures[1])
    assert np.array_equal(cache.open(asked), pictures[[7, 1, 2]])


def test_what_a_killed_process_wrote_goes_in_whatever_order_it_is_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cache").mkdir()
    for ending in (".alive", ".u8"):
        (tmp_path / "cache" / f".writing-8-0123{ending}").write_bytes(b"")
    listed = Path.glob
    monkeypatch.setattr(Path, "glob", lambda self, what: iter(sorted(listed(self, what))))
    TrainingCache(tmp_path, 8).remove_half_written()
    assert not list((tmp_path / "cache").iterdir())
