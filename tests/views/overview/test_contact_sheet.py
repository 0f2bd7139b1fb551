"""The contact sheet: every part of the space has its image, and a seed gives the same ones again."""

from pathlib import Path

import numpy as np
import pytest

from contrast_engine.arrays import Floats, Ints
from contrast_engine.imageset import ImageSet
from contrast_engine.randomness import generator
from contrast_engine.store import Workspace
from contrast_engine.store.image_file import ImageFile
from contrast_engine.vectors import ImageId, Vectors
from contrast_engine.views.overview import contact_sheet
from contrast_engine.views.overview.contact_sheet import SHOWN, ContactSheet, _strata, drawn


def vectors(n: int, columns: tuple[str, ...] = ("c_rms", "mean_y", "skew")) -> Vectors:
    values = generator(0, "sheet").normal(size=(n, len(columns))) * np.arange(len(columns), 0, -1)
    return Vectors(tuple(ImageId(f"{row:016x}") for row in range(n)), values, columns)


def test_a_seed_gives_the_same_images_whatever_the_order_of_the_rows() -> None:
    table = vectors(500)
    ids, _ = drawn(table, 3)
    assert len(set(ids)) == SHOWN
    assert drawn(table.take(table.ids[::-1]), 3)[0] == ids
    assert drawn(table, 4)[0] != ids


def test_every_stratum_is_equally_large_and_gives_one_image() -> None:
    along, across = generator(0, "strata").normal(size=(2, 1000))
    parts = _strata(along, across, SHOWN)
    assert len(parts) == SHOWN
    assert sorted(np.concatenate(parts)) == list(range(1000))
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


def test_every_image_is_drawn_equally_often() -> None:
    table = vectors(48)
    seen = [image for seed in range(400) for image in drawn(table, seed)[0]]
    counts = np.array([seen.count(image) for image in table.ids])
    assert abs(counts / 400 - 0.5).max() < 0.13, "5 deviations of a fair coin"


def test_the_order_runs_from_weak_to_strong_contrast_where_the_axis_is_one_of_contrast() -> None:
    table = vectors(20)
    ids, is_ordered = drawn(table, 0)
    assert is_ordered
    contrast = table.take(ids).column("c_rms")
    assert contrast[:5].mean() < contrast[-5:].mean()
    assert set(ids) == set(table.ids), "few images are all shown"


def test_one_image_and_equal_images_are_no_obstacle() -> None:
    assert drawn(vectors(1), 0) == (vectors(1).ids, False)
    same = Vectors(vectors(30).ids, np.ones((30, 3)), ("c_rms", "mean_y", "skew"))
    assert len(set(drawn(same, 0)[0])) == SHOWN


def test_of_a_large_collection_some_images_drawn_by_lot_make_the_strata(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    workspace, images = Workspace(tmp_path / "w.contrast"), vectors(500)
    gone = ImageSet(images.numbers[::5])
    read: list[int] = []

    class Table(Vectors):
        def at_rows(self, name: str, rows: Ints, *, is_last: bool = True) -> Floats:
            read.append(len(rows))
            return super().at_rows(name, rows, is_last=is_last)

    table = Table(images.ids, images.values, images.columns)
    files = [ImageFile(f"/{image}.png", "/", id=image) for image in images.ids if image not in gone]
    workspace._files.replace(files)
    monkeypatch.setattr(contact_sheet, "measured", lambda _: table)
    monkeypatch.setattr(contact_sheet, "MOST", 100)
    found = contact_sheet.contact_sheet(workspace)
    assert isinstance(found, ContactSheet)
    assert (len(set(found.images)), found.total) == (SHOWN, 400)
    assert not set(found.images) & set(gone)
    assert "24 of 400 measured images" in found.how
    assert "as 100 drawn by lot show it" in found.how
    assert set(read) == {100}, "no other row is read"
    assert contact_sheet.contact_sheet(workspace) == found
