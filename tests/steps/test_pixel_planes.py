"""What is laid over a picture: the very values that are measured."""

import numpy as np
import pytest

from contrast_engine.features import measure_image
from contrast_engine.images import LinearImage
from contrast_engine.steps.image.pixel_planes import HIGHLIGHT, SHADOW, planes_of


def image(kind: str) -> LinearImage:
    rng = np.random.default_rng(2)
    rgb = rng.uniform(0, 1, (24, 32, 3))
    if kind == "clipped":
        rgb[:6], rgb[-3:] = 0, 1
    return LinearImage(np.full_like(rgb, 0.2) if kind == "flat" else rgb)


@pytest.mark.parametrize("kind", ["usual", "clipped", "flat"])
def test_the_clipped_pixels_are_those_that_the_features_count(kind: str) -> None:
    picture = image(kind)
    planes, features = planes_of(picture), measure_image(picture)
    assert planes.shadows.mean() == features["clip_shadows"]
    assert planes.highlights.mean() == features["clip_highlights"]
    packed = planes.packed()
    assert np.frombuffer(packed[:8], "<u4").tolist() == [32, 24]
    lightness, clipping, local = np.frombuffer(packed[12:], np.uint8).reshape(3, 24, 32)
    assert np.abs(lightness / 2.55 - picture.lightness).max() <= 0.2
    assert ((clipping == SHADOW) == planes.shadows).all()
    assert ((clipping == HIGHLIGHT) == planes.highlights).all()
    assert local.max() == (0 if kind == "flat" else 255)
