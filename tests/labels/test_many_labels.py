"""Very many annotations go out and come in as columns: no object is kept for any of them."""

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contrast_engine.image_id import ImageId
from contrast_engine.imageset import ImageIds
from contrast_engine.randomness import generator
from contrast_engine.steps.labels import already_there, export_labels
from contrast_engine.steps.labels.export_labels import write_labels
from contrast_engine.steps.labels.import_labels import planned_import, take_labels
from contrast_engine.store import Workspace, new_annotations
from contrast_engine.store.collection import ImageFile
from contrast_engine.store.label_imports import NewAnnotation
from contrast_engine.store.new_annotations import NewAnnotations, Said

N_IMAGES, N = 1_000, 12_000
A, B = (ImageId(c * 16) for c in "ab")

one = st.builds(
    NewAnnotation,
    images=st.lists(st.sampled_from((A, B)), min_size=1, max_size=2).map(tuple),
    label=st.sampled_from(("low", "high", None)),
    is_unsure=st.just(False),
    who=st.sampled_from(("ann", "bob")),
    at=st.sampled_from(("", "2026-01-01T00:00:00.000+00:00")),
    why=st.sampled_from(("", "a remark")),
    order=st.integers(0, 2),
    undone=st.sampled_from((None, 3)),
)


def said_alike(rows: list[NewAnnotation]) -> list[int]:
    """The first row of each group, one row after the other."""
    starts: list[int] = []
    images: set[ImageId] = set()
    for row, this in enumerate(rows):
        before = rows[row - 1] if row else None
        alike = before and (*_but_image(before),) == (*_but_image(this),)
        if not alike or this.images[0] in images:
            starts.append(row)
            images = set()
        images.add(this.images[0])
    return starts


def _but_image(row: NewAnnotation) -> tuple[object, ...]:
    return row.label, row.is_unsure, row.who, row.at, row.why, row.order, row.undone


@given(st.lists(one, max_size=9))
def test_columns_say_what_objects_say_and_neighbours_alike_are_one(rows: list[NewAnnotation]):
    columns = NewAnnotations.of(rows)
    single = [
        NewAnnotation((image,), *_but_image(row))  # type: ignore[arg-type]
        for row in rows
        for image in row.images
    ]
    assert list(columns) == single
    assert columns == tuple(single)
    assert [columns[at] for at in range(len(columns))] == single
    assert columns[1:3] == tuple(single[1:3])
    assert columns.groups.tolist() == said_alike(single)
    kept = columns.chosen(np.arange(len(single))[::-1])
    assert [row.images for row in kept] == [row.images for row in single[::-1]]


@pytest.fixture
def workspaces(tmp_path: Path) -> tuple[Workspace, Workspace]:
    """Two of the same images, the first with very many annotations of two people."""
    random = generator(0, "many labels")
    images = ImageIds(np.unique(random.integers(1, 2**63, N_IMAGES).astype(np.uint64)))
    made = []
    for name in ("here", "there"):
        workspace = Workspace(tmp_path / f"{name}.contrast")
        files = [ImageFile(f"/p/{image}.jpg", "/p", id=image) for image in images]
        workspace.save_files(files)
        made.append(workspace)
    rows = NewAnnotations()
    for row, at in enumerate(random.integers(0, len(images), N).tolist()):
        time = f"2026-01-01T00:{row // 60000:02d}:{row // 1000 % 60:02d}.{row % 1000:03d}+00:00"
        rows.add(Said(images[at], ("low", "high", None)[row % 3], False, ("ann", "bob")[row % 2],
                      time, f"the {row % 7}th remark", row + 1))  # fmt: skip
    body = {"file": "f", "format": "CSV", "digest": "d", "annotations": N, "images": len(images)}
    made[0].labels.take(rows, "me", body)
    return made[0], made[1]


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_very_many_go_out_and_come_in_without_an_object_for_each(
    ending: str,
    workspaces: tuple[Workspace, Workspace],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here, there = workspaces
    monkeypatch.setattr(export_labels, "TOGETHER", 100)
    monkeypatch.setattr(already_there, "TOGETHER", 1_000)
    monkeypatch.setattr(new_annotations, "_AT_ONCE", 100)
    file = tmp_path / f"labels.{ending}"
    write_labels(here, tmp_path / f"first.{ending}")  # what it needs is loaded
    planned_import(there, tmp_path / f"first.{ending}")
    most = {}
    tracemalloc.start()
    try:
        assert write_labels(here, file) == N
        most["out"] = tracemalloc.get_traced_memory()[1] / N
        tracemalloc.reset_peak()
        plan = planned_import(there, file)
        assert plan.rows.labels + plan.rows.taken_away == N
        take_labels(there, plan)
        most["in"] = tracemalloc.get_traced_memory()[1] / N
    finally:
        tracemalloc.stop()
    again = planned_import(here, file)
    assert (len(again.new), again.rows.already_there) == (0, N)
    back = tmp_path / f"again.{ending}"
    assert write_labels(there, back) == N
    assert here.labels.by_person() == there.labels.by_person()
    # bytes a row: an object for each takes some 430, what libraries keep up to 120
    assert most["out"] < (100, 400)[ending == "parquet"]
    assert most["in"] < (400, 900)[ending == "parquet"]
