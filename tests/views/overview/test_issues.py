"""The worst images of an issue, found without putting all of them in order."""

import numpy as np
import pytest

from contrast_engine.imageset import ImageId, ImageIds
from contrast_engine.issues import ISSUES, FlaggedImages
from contrast_engine.store.collection import Collection, ImageFile
from contrast_engine.views.overview import issues


@pytest.mark.parametrize("seed", range(4))
def test_the_worst_are_those_of_the_whole_order(seed, monkeypatch):
    random = np.random.default_rng(seed)
    ids = tuple(ImageId(f"{number:016x}") for number in range(300))
    scores = random.integers(0, (3, 1000)[seed % 2], 300) / 1000  # many alike, or few
    found = FlaggedImages(next(iter(ISSUES.values())), ImageIds.of(ids), scores, 0.9)
    lowest = np.argsort(scores, kind="stable")
    gone = {ids[row] for row in lowest[: (2, 16)[seed // 2]]}
    there = Collection([ImageFile(f"/{i}.jpg", "/", id=i) for i in ids if i not in gone])
    wanted = tuple(ids[row] for row in lowest if ids[row] not in gone)[: issues.SHOWN]
    monkeypatch.setattr(issues, "FIRST", 20)
    assert issues._worst(found, there) == wanted
