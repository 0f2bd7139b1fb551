"""Galleries: page after page the very order of a full sort."""

import numpy as np
import pytest

from contrast_engine.errors import UnknownName
from contrast_engine.store import ImageFile, Workspace
from contrast_engine.vectors import ImageId, Vectors
from contrast_engine.views.collection import gallery
from contrast_engine.views.collection.gallery import ordered

N = 400


@pytest.fixture
def workspace(tmp_path):
    made = Workspace(tmp_path / "w.contrast")
    made.save_files(
        [
            ImageFile(f"/photos/{number:04d}.jpg", "/photos", id=ImageId(f"{number * 7919 % 65521:016x}"))
            for number in range(N)
        ]
    )  # fmt: skip
    return made


def shuffled(workspace, seed=0):
    ids = list(workspace.images.ids)
    np.random.default_rng(seed).shuffle(ids)
    return [*ids[: N // 2], ImageId("f" * 16), *ids[N // 2 :], ImageId("e" * 16)]  # two unknown


@pytest.mark.parametrize("size", [1, 60, 99, 100, 101, 1000])
@pytest.mark.parametrize("many", [0, 10_000])
def test_pages_by_path_follow_each_other_and_leave_nothing_out(workspace, size, many, monkeypatch):
    monkeypatch.setattr(gallery, "MANY", many)
    ids = shuffled(workspace)
    pages = [
        ordered(workspace, None, ids, part=slice(first, first + size))
        for first in range(0, len(ids), size)
    ]
    joined = [image for page in pages for image in page]
    paths = workspace.images.paths
    assert joined[:N] == sorted(paths, key=paths.__getitem__)
    assert joined[N:] == [ImageId("e" * 16), ImageId("f" * 16)]  # unknown ones come last
    assert tuple(joined) == ordered(workspace, None, ids)


def test_images_are_sorted_by_a_measure_and_then_by_path(workspace):
    ids = shuffled(workspace)
    known = tuple(sorted(workspace.images.ids))
    values = np.random.default_rng(1).integers(0, 5, (N, 1)).astype(float)
    measured = Vectors(known, values, ("c_rms",))
    got = ordered(workspace, measured, ids, "c_rms", is_falling=True)
    paths = workspace.images.paths
    assert list(got[:N]) == sorted(
        known, key=lambda image: (-measured.row(image)["c_rms"], paths[image])
    )
    assert (
        ordered(workspace, measured, ids, "c_rms", is_falling=True, part=slice(60, 120))
        == got[60:120]
    )
    with pytest.raises(UnknownName):
        ordered(workspace, measured, ids, "brightness of hope")
