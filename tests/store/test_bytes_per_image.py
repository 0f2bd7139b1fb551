"""What is held of each image of very many, counted in bytes at two small sizes."""

import gc
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from contrast_engine.imageset import ImageId, ImageIds, ImageSet
from contrast_engine.steps.structure import space_files
from contrast_engine.steps.structure.space_files import keep_rows, kept_rows
from contrast_engine.store import Artifact, Workspace, stored_results
from contrast_engine.store.collection import ImageFile
from contrast_engine.vectors import Vectors

SMALL, LARGE = 20_000, 40_000


def numbers_of(n: int) -> "np.ndarray[tuple[int], np.dtype[np.uint64]]":
    """Different ids, in no order."""
    return np.random.default_rng(n).permutation(n).astype(np.uint64) * np.uint64(10**9)


def bytes_per_image(hold: Callable[[int], object]) -> float:
    """Bytes that one image more costs, of Python, NumPy and Arrow, while something is held."""
    found = {}
    for n in (SMALL, LARGE):
        gc.collect()
        tracemalloc.start()
        arrow = pa.total_allocated_bytes()
        kept = hold(n)
        gc.collect()
        found[n] = tracemalloc.get_traced_memory()[0] + pa.total_allocated_bytes() - arrow
        tracemalloc.stop()
        del kept
    return (found[LARGE] - found[SMALL]) / (LARGE - SMALL)


def in_files(root: Path, n: int, *, twice: int = 0) -> Path:
    """A workspace of images in files, some of them in a second one."""
    home = root / f"{n}.contrast"
    if not home.exists():
        workspace = Workspace(home)
        ids = [ImageId(f"{int(one):016x}") for one in numbers_of(n)]
        names = [*ids, *ids[:twice]]
        workspace.save_files(
            ImageFile(f"/p/{at:08d}.jpg", "/p", image, 9, 9, 1200, 900, "JPEG")
            for at, image in enumerate(names)
        )
        workspace.close()
    return home


def asked_everything(home: Path) -> object:
    """A collection of which a server has asked all that its pages ask."""
    images = Workspace.open(home).images
    assert images.places(images.images).max() == len(images) - 1
    assert images.rows(images.ids)[0] == 0
    assert images.path(images.ids[1])
    assert images.ids.images == images.images
    return images


@pytest.mark.parametrize("twice", [0, 9])
def test_a_collection_holds_a_hundred_bytes_of_an_image(tmp_path: Path, twice: int) -> None:
    for n in (SMALL, LARGE):
        in_files(tmp_path, n, twice=twice)
    path = len("/p/00000000.jpg") + 4
    found = bytes_per_image(lambda n: asked_everything(tmp_path / f"{n}.contrast"))
    assert found < path + (75 if not twice else 95)


def rows(n: int) -> Vectors:
    return Vectors(ImageIds(numbers_of(n)), np.zeros((n, 20)), tuple("abcdefghijklmnopqrst"))


def test_kept_rows_of_a_space_are_read_and_not_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(space_files, "KEPT_FROM", 10)
    workspace = Workspace(tmp_path / "w.contrast")
    for n in (SMALL, LARGE):
        keep_rows(workspace, f"s-{n}", "a", rows(n))

    def hold(n: int) -> object:
        here = kept_rows(workspace, f"s-{n}", "a")
        assert here is not None
        assert here.values.sum() == 0
        assert len(here.take(here.ids[:9])) == 9
        return here

    assert bytes_per_image(hold) < 2 * 8 + 8 + 4  # ids as they stand and in order, and their rows


def test_a_table_goes_on_to_hold_few_of_its_columns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored_results, "MOST_HELD", 4 * 8 * LARGE)
    workspace = Workspace(tmp_path / "w.contrast")
    keys = {n: workspace.save(Artifact("features", f"test@{n}"), rows(n)) for n in (SMALL, LARGE)}

    def hold(n: int) -> object:
        table = workspace.load(keys[n])
        for name in table.columns:
            assert not table.column(name).any()
        return table

    held = bytes_per_image(hold) * (LARGE - SMALL)
    assert held < (4 * 8 + 8 + 8) * (LARGE - SMALL)  # as many of both, and the ids


def test_one_set_of_ids_is_held_of_the_images_and_of_every_table_of_them(tmp_path: Path) -> None:
    workspace = Workspace.open(in_files(tmp_path, SMALL))
    ids = workspace.images.ids
    backwards = ImageIds(ids.numbers[::-1].copy())
    tables = (
        ("features", ImageIds(workspace.images.images.numbers.copy())), ("maps", backwards),
    )  # fmt: skip
    sets = [workspace.images.images.numbers, ids.images.numbers]
    for kind, some in tables:
        table = Vectors(some, np.zeros((SMALL, 2)), ("a", "b"))
        sets.append(
            workspace.load(workspace.save(Artifact(kind, "test@1"), table)).ids.images.numbers
        )
    assert len({id(one) for one in sets}) == 1
    assert isinstance(workspace.images.images, ImageSet)
